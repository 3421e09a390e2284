"""The small parts of the pipeline: patience, the breaker, works, fault points, migrations."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.errors import BreakerOpen, raised_in
from shared.ids import new_id
from shared.kafka.records import Record
from shared.pipeline.breaker import Breaker
from shared.pipeline.change import Item
from shared.pipeline.faults import from_environment
from shared.pipeline.patience import pause
from shared.pipeline.work import Outcome, Reason, Work

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def work(outcome: Outcome = "folded", reason: Reason | None = None, topic: str = "t") -> Work:
    key = new_id()
    item = Item(key=key, data=None, actor="x", at=AT, id=key, keys=(key,), topic=topic, sequence=1)
    done = Work(item, Record(topic, 0, 0, AT, b"", b"", ()), reason=reason)
    done.outcome = outcome
    return done


def test_a_pause_is_jittered_and_short_in_the_first_minute_and_never_over_half_a_minute() -> None:
    assert all(pause(tries, 10) <= 2 for tries in range(40))
    assert all(pause(tries, 100) <= 30 for tries in range(40))
    assert pause(20, 100) >= 15
    assert len({pause(3, 0) for _ in range(10)}) > 1


def test_the_breaker_needs_twenty_failures_and_more_than_half() -> None:
    breaker = Breaker()
    breaker.check([work("parked", "fold")] * 19)
    with pytest.raises(BreakerOpen):
        breaker.check([work("parked", "fold")] * 20)
    breaker.record([work()] * 100)
    breaker.check([work("parked", "fold")] * 99)
    with pytest.raises(BreakerOpen):
        breaker.check([work("parked", "fold")] * 101)


def test_the_breaker_looks_at_the_last_two_hundred_of_each_stream() -> None:
    breaker = Breaker()
    breaker.record([work()] * 1000)
    breaker.check([work("parked", "data")] * 100)
    with pytest.raises(BreakerOpen):
        breaker.check([work("parked", "data")] * 101)
    with pytest.raises(BreakerOpen):
        breaker.check([work("parked", "undecodable", topic="other")] * 20)


def test_what_waits_is_no_failure() -> None:
    breaker = Breaker()
    breaker.check([work("gap", "gap")] * 300 + [work("parked", "behind")] * 300 + [work("parked", "held")] * 300)


@pytest.mark.parametrize("reason", ["undecodable", "fold", "data", "size", "held"])
def test_nothing_that_an_opd_writes_opens_the_breaker(reason: Reason) -> None:
    Breaker({"u"}).check([work("parked", reason, topic="u")] * 300)


def test_content_that_became_too_large_is_no_failure_of_the_code() -> None:
    Breaker().check([work("parked", "size")] * 300)


def test_a_record_without_a_key_counts_as_a_failure_of_its_stream() -> None:
    breaker = Breaker()
    nameless = Work(None, Record("t", 0, 0, AT, None, b"", ()), reason="undecodable", problem="key")
    nameless.outcome = "parked"
    with pytest.raises(BreakerOpen):
        breaker.check([nameless] * 20)


def test_a_work_forgets_what_a_rolled_back_try_noted() -> None:
    again = work("gap", None)
    again.stop("gap", "waits for sequence 1")
    again.restart()
    assert (again.outcome, again.reason, again.problem) == ("waiting", None, None)


def test_a_work_remembers_what_was_wrong_when_it_came() -> None:
    bad = work("parked", "undecodable")
    bad.stop("gap", "waits")
    bad.restart()
    assert bad.reason == "undecodable"


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
