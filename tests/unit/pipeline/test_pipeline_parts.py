"""The small parts of the pipeline: patience, the breaker, works, fault points, migrations."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.backoff import pause
from shared.errors import BreakerOpen, raised_in
from shared.faults import from_environment
from shared.ids import new_id
from shared.outcomes import Outcome, Reason
from shared.pipeline.breaker import Breaker
from shared.pipeline.items import Attempt, Entry, Item, Problem, Unkeyed
from shared.record import Record

Tried = tuple[list[Entry], list[Attempt]]
WAITING: tuple[tuple[Outcome, Reason], ...] = (("gap", "gap"), ("parked", "behind"), ("parked", "held"))
ROOT = Path(__file__).parents[3]
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def tried(count: int, outcome: Outcome = "folded", reason: Reason | None = None, topic: str = "t") -> Tried:
    """Return so many records of a topic, each with this outcome."""
    key, record = new_id(), Record(topic, 0, 0, AT, b"", b"", ())
    item = Item(key=key, data=None, actor="x", at=AT, id=key, keys=(key,), topic=topic, sequence=1, record=record)
    attempt = Attempt(outcome, problem=Problem(reason, "because") if reason else None)
    return [item] * count, [attempt] * count


def test_a_pause_is_jittered_and_short_in_the_first_minute_and_never_over_half_a_minute() -> None:
    assert all(pause(tries, 10) <= 2 for tries in range(40))
    assert all(pause(tries, 100) <= 30 for tries in range(40))
    assert pause(20, 100) >= 15
    assert len({pause(3, 0) for _ in range(10)}) > 1


def test_the_breaker_needs_twenty_failures_and_more_than_half() -> None:
    breaker = Breaker()
    breaker.check(*tried(19, "parked", "fold"))
    with pytest.raises(BreakerOpen):
        breaker.check(*tried(20, "parked", "fold"))
    breaker.record(*tried(100))
    breaker.check(*tried(99, "parked", "fold"))
    with pytest.raises(BreakerOpen):
        breaker.check(*tried(101, "parked", "fold"))


def test_the_breaker_looks_at_the_last_two_hundred_of_each_stream() -> None:
    breaker = Breaker()
    breaker.record(*tried(1000))
    breaker.check(*tried(100, "parked", "data"))
    with pytest.raises(BreakerOpen):
        breaker.check(*tried(101, "parked", "data"))
    with pytest.raises(BreakerOpen):
        breaker.check(*tried(20, "parked", "undecodable", topic="other"))


def test_what_waits_is_no_failure() -> None:
    breaker = Breaker()
    for outcome, reason in WAITING:
        breaker.check(*tried(300, outcome, reason))


@pytest.mark.parametrize("reason", ["undecodable", "fold", "data", "size", "held"])
def test_nothing_that_an_opd_writes_opens_the_breaker(reason: Reason) -> None:
    Breaker({"u"}).check(*tried(300, "parked", reason, topic="u"))


def test_content_that_became_too_large_is_no_failure_of_the_code() -> None:
    Breaker().check(*tried(300, "parked", "size"))


def test_a_record_without_a_key_counts_as_a_failure_of_its_stream() -> None:
    breaker = Breaker()
    problem = Problem("undecodable", "key")
    nameless = Unkeyed(Record("t", 0, 0, AT, None, b"", ()), problem)
    with pytest.raises(BreakerOpen):
        breaker.check([nameless] * 20, [Attempt("parked", problem=problem)] * 20)


@pytest.mark.parametrize("wanted", ["never:3", "before_commit", "before_commit:x", ":1"])
def test_a_fault_point_that_does_not_exist_stops_the_start(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("TANGGAP_DEVELOPMENT", "1")
    monkeypatch.setenv("TANGGAP_FAULT", wanted)
    with pytest.raises(SystemExit, match="must be one of"):
        from_environment()


@pytest.mark.parametrize("development", [None, "", "0", "true"])
def test_outside_development_a_process_with_a_fault_point_does_not_start(
    monkeypatch: pytest.MonkeyPatch, development: str | None
) -> None:
    monkeypatch.setenv("TANGGAP_FAULT", "before_commit:1")
    monkeypatch.delenv("TANGGAP_DEVELOPMENT", raising=False)
    if development is not None:
        monkeypatch.setenv("TANGGAP_DEVELOPMENT", development)
    with pytest.raises(SystemExit, match="TANGGAP_DEVELOPMENT=1"):
        from_environment()


def test_without_the_setting_a_fault_point_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANGGAP_FAULT", raising=False)
    from_environment()("before_commit")


def test_pre_migrations_take_nothing_away_that_running_code_uses() -> None:
    taking = re.compile(
        r"\b(DROP\s+(TABLE|COLUMN|VIEW|SCHEMA)|RENAME\s+(TO|COLUMN)|ALTER\s+COLUMN\s+\S+\s+(TYPE|SET\s+NOT))",
        re.IGNORECASE,
    )
    files = sorted(ROOT.glob("s*/*/migrations/*_pre_*.sql"))
    assert files
    assert [str(file.relative_to(ROOT)) for file in files if taking.search(file.read_text(encoding="utf-8"))] == []


def test_the_place_of_an_error_names_module_function_and_line_and_no_text() -> None:
    class Rules:
        def on_assigned(self) -> None:
            raise KeyError("kata pelapor")

    try:
        Rules().on_assigned()
    except KeyError as error:
        place = raised_in(error)
    assert re.fullmatch(r".*test_pipeline_parts\.test_the_place_of.*Rules\.on_assigned:\d+", place)
    assert raised_in(KeyError("never raised")) == "?"
