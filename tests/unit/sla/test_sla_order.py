"""No policy lets an earlier clock end after a later one: counted from the same start, on the calendar itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.app import build_with_versions
from services.sla.policy import out_of_order, read_policies, shipped_text
from services.sla.policy.order import ends_later
from services.sla.settings import SlaSettings
from services.sla.versions import RuleTexts, RuleVersions, next_version
from shared.errors import Invalid
from shared.settings import WrongSetting
from shared.worktime import Limit, Timetable, Unit, due_time
from shared.worktime.reading import shipped_text as calendar_text
from tests.support.sla_story import (
    Story,
    assigned,
    at,
    calendar_with,
    declined,
    opened,
    reclassified,
    shipped_book,
    shipped_table,
)

URGENT_ANSWER = 'clock = "respond"\npriority = ["urgent"]\nlimit = 240\nunit = "minute"'


def limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit(float(amount), Unit(unit))


def with_answer(conditions: str, amount: str) -> str:
    """The shipped policies with another limit for the urgent answer."""
    number, unit = amount.split()
    changed_text = shipped_text().replace(
        URGENT_ANSWER, f'clock = "respond"\n{conditions}\nlimit = {number}\nunit = "{unit}"'
    )
    assert changed_text != shipped_text()
    return changed_text


def test_the_shipped_policies_are_in_order() -> None:
    assert out_of_order(shipped_book(), shipped_table()) == []


@pytest.mark.parametrize(
    ("clock", "start", "due"),
    [
        ("verify", "2026-04-06T09:00", "2026-04-06T10:00"),
        ("verify", "2026-04-11T23:30", "2026-04-12T00:30"),
        ("verify", "2026-03-21T03:00", "2026-03-21T04:00"),
    ],
)
def test_an_urgent_case_is_verified_within_an_hour_of_any_day(clock: str, start: str, due: str) -> None:
    story = Story().tell(start, opened(priority="urgent"))
    assert story.run("verify").due_at == at(due), clock


@pytest.mark.parametrize("start", ["2026-04-06T09:00", "2026-04-10T16:29", "2026-04-11T23:30", "2026-03-18T15:00"])
def test_an_urgent_case_is_answered_within_four_hours_and_before_it_must_be_solved(start: str) -> None:
    story = Story().tell(start, opened(priority="urgent")).tell(start, assigned(priority="urgent"))
    assert story.due("respond") == at(start) + timedelta(hours=4)
    assert story.due("respond") <= story.due("resolve")
    assert story.due("resolve") == due_time(shipped_table(), at(start), limit("24 working_hour"))


def test_an_urgent_case_that_comes_back_is_dispatched_within_an_hour() -> None:
    story = (
        Story()
        .tell("2026-04-11T22:00", opened(priority="urgent"))
        .tell("2026-04-11T22:10", assigned(priority="urgent"))
    )
    assert story.tell("2026-04-11T23:00", declined()).due("redispatch") == at("2026-04-12T00:00")


def test_a_case_that_becomes_urgent_is_due_by_the_urgent_limits_from_its_start() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T09:10", reclassified(priority="urgent"))
    assert story.due("verify") == at("2026-04-06T10:00")


@pytest.mark.parametrize(
    ("conditions", "amount", "named"),
    [
        ('priority = ["urgent"]', "5 working_day", "respond (5 working_day) can end after resolve (24 working_hour)"),
        ('priority = ["urgent"]', "30 minute", "verify (60 minute) can end after respond (30 minute)"),
        ('class = ["aspiration"]', "6 working_day", "respond (6 working_day) can end after resolve (5 working_day)"),
        ('channel = ["sp4n"]', "15 working_day", "respond (15 working_day) can end after resolve (14 working_day)"),
        ('topic = ["banjir"]', "8 calendar_day", "respond (8 calendar_day) can end after resolve (5 working_day)"),
        ('opd = ["bpbd"]', "25 working_hour", "verify (3 working_day) can end after respond (25 working_hour)"),
    ],
)
def test_a_pair_that_can_stand_the_wrong_way_round_is_named_with_its_case(
    conditions: str, amount: str, named: str
) -> None:
    problems = out_of_order(read_policies(with_answer(conditions, amount)), shipped_table())
    assert any(named in problem for problem in problems), problems
    field, value = conditions.split(" = ")
    assert all(f"{field} {value.strip('[]').strip(chr(34))}" in problem or "urgent" in problem for problem in problems)


@pytest.mark.parametrize(
    ("earlier", "later", "bad"),
    [
        ("5 working_day", "24 working_hour", True),
        ("5 working_day", "5 working_day", False),
        ("240 minute", "24 working_hour", False),
        ("240 minute", "3 working_hour", True),
        ("1 working_hour", "2880 minute", True),
        ("24 working_hour", "28800 minute", False),
        ("5 working_day", "14 calendar_day", True),
        ("5 working_day", "30 calendar_day", False),
        ("3 calendar_day", "3 working_day", True),
        ("3 calendar_day", "4 working_day", False),
        ("8 working_hour", "1 working_day", True),
        ("7 working_hour", "2 working_day", False),
    ],
)
def test_mixed_units_are_compared_on_every_day_of_the_calendar(earlier: str, later: str, bad: bool) -> None:
    start = ends_later(shipped_table(), limit(earlier), limit(later), shipped_book().entries[0])
    assert (start is not None) is bad
    if start is not None:
        table = shipped_table()
        assert due_time(table, start, limit(earlier)) > due_time(table, start, limit(later))


def test_ramadan_hours_alone_can_put_a_pair_the_wrong_way_round() -> None:
    hours = '[hours]\nmon-sun = ["08:00-16:00"]\n'
    ramadan = '[[periods]]\nname = "Ramadan"\nfrom = 2026-02-19\nto = 2026-03-20\n[periods.hours]\nmon-sun = ["09:00-15:00"]\n'
    pair = limit("8 working_hour"), limit("1440 minute")
    usual, with_ramadan = (calendar_with(f"years = [2026, 2026]\n{text}") for text in (hours, hours + ramadan))
    assert ends_later(usual, *pair, shipped_book().entries[0]) is None
    start = ends_later(with_ramadan, *pair, shipped_book().entries[0])
    assert start is not None
    assert "2026-02-18" <= start.date().isoformat() <= "2026-03-20"


SMALL = 'years = [2026, 2026]\n[hours]\nmon-thu = ["08:00-12:00", "13:00-16:00"]\nfri = ["08:00-11:30"]\n'
LIMITS = st.builds(
    Limit,
    st.integers(1, 12).map(float),
    st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.WORKING_HOUR]),
) | st.builds(Limit, st.sampled_from([30.0, 240.0, 600.0, 1440.0, 4320.0, 10080.0]), st.just(Unit.MINUTE))
HOLIDAYS = calendar_with('holidays = ["2026-03-18", "2026-03-19", "2026-03-20", "2026-03-23"]\n' + SMALL)


@given(LIMITS, LIMITS, st.integers(0, 300 * 24 * 60))
def test_what_passes_holds_from_any_start(earlier: Limit, later: Limit, minutes: int) -> None:
    start = at("2026-01-05T00:00") + timedelta(minutes=minutes)
    if ends_later(HOLIDAYS, earlier, later, shipped_book().entries[0]) is None:
        assert due_time(HOLIDAYS, start, earlier) <= due_time(HOLIDAYS, start, later)


def test_such_policies_are_not_put_into_force_and_stop_the_start(tmp_path: Path) -> None:
    text = with_answer('priority = ["urgent"]', "5 working_day")
    with pytest.raises(Invalid, match=r"respond \(5 working_day\) can end after resolve \(24 working_hour\)"):
        next_version(RuleVersions(RuleTexts(calendar_text(), shipped_text())).in_force, None, text)
    file = tmp_path / "policies.toml"
    file.write_text(text, encoding="utf-8")
    settings = SlaSettings(dsn="postgresql://x", secret="ab" * 32, policies=file)  # type: ignore[arg-type]
    with pytest.raises(WrongSetting, match="TANGGAP_SLA_POLICIES: policies: version 1: respond"):
        build_with_versions(settings)


def test_policies_of_the_past_alone_are_compared_on_the_days_on_which_they_were_in_force() -> None:
    table = Timetable(shipped_table().calendar)
    policy = shipped_book().entries[0]
    past = type(policy)(policy.version, policy.first, policy.first, policy.source, policy.clocks)
    assert ends_later(table, limit("1 working_hour"), limit("1000 minute"), past) is None
