"""The kind of each day, and the messages about a wrong calendar."""

import csv
from datetime import date
from pathlib import Path

import pytest

from shared.worktime import BadCalendarError, Calendar, Shift, Timetable, parse_calendar
from shared.worktime.reading import shipped_calendar

DATA = Path(__file__).parents[2] / "data"
MORNING, AFTERNOON = Shift(450, 720), Shift(780, 960)


@pytest.fixture(scope="module")
def shipped() -> Calendar:
    return shipped_calendar()


def test_the_holidays_of_2026_are_those_of_the_joint_decree(shipped: Calendar) -> None:
    lines = (DATA / "holidays_2026.csv").read_text("utf-8").splitlines()[1:]
    decreed = {date.fromisoformat(row["date"]) for row in csv.DictReader(lines)}
    assert {day for day in shipped.holidays if day.year == 2026} == decreed


def test_a_monday_has_two_shifts(shipped: Calendar) -> None:
    assert shipped.plan(date(2026, 4, 6)).shifts == (MORNING, AFTERNOON)


def test_friday_has_its_prayer_break(shipped: Calendar) -> None:
    assert shipped.plan(date(2026, 4, 10)).shifts == (Shift(450, 690), Shift(780, 990))


def test_ramadan_has_shorter_days(shipped: Calendar) -> None:
    assert shipped.plan(date(2026, 2, 19)).shifts == (Shift(480, 720), Shift(750, 900))
    assert shipped.plan(date(2026, 3, 13)).shifts == (Shift(480, 690), Shift(750, 930))


def test_a_weekend_is_off_without_a_word(shipped: Calendar) -> None:
    plan = shipped.plan(date(2026, 4, 11))
    assert (plan.working, plan.note) == (False, None)


def test_an_override_beats_a_holiday_and_a_weekend() -> None:
    calendar = parse_calendar("""
        [hours]
        mon-fri = ["08:00-16:00"]
        [holidays]
        dates = { 2026-05-01 = "Hari Buruh" }
        [[overrides]]
        date = 2026-05-01
        kind = "on"
        [[overrides]]
        date = 2026-05-02
        kind = "on"
        hours = ["09:00-12:00"]
        [[overrides]]
        date = 2026-05-04
        kind = "off"
        name = "Pemilihan kepala daerah"
        """)
    assert calendar.plan(date(2026, 5, 1)).shifts == (Shift(480, 960),)
    assert calendar.plan(date(2026, 5, 2)).shifts == (Shift(540, 720),)
    assert calendar.plan(date(2026, 5, 4)).note == "Pemilihan kepala daerah"


def test_json_says_the_same_as_toml() -> None:
    toml = parse_calendar('[hours]\nmon-thu = ["07:30-12:00", "13:00-16:00"]\nfri = "07:30-11:30"')
    same = parse_calendar('{"hours": {"mon,tue-thu": [["07:30", "12:00"], ["13:00", "16:00"]], "fri": "07:30-11:30"}}')
    assert toml.week == same.week


def test_a_shift_may_end_at_midnight() -> None:
    table = Timetable(parse_calendar('{"hours": {"mon-sun": ["00:00-24:00"]}, "zone": "Asia/Makassar"}'))
    assert table.working_days(date(2026, 1, 1).toordinal(), date(2026, 1, 31).toordinal()) == 30


def test_every_problem_of_a_calendar_is_named() -> None:
    with pytest.raises(BadCalendarError) as raised:
        parse_calendar("""
            zone = "Asia/Nowhere"
            colour = "red"
            [hours]
            mon = ["16:00-07:30"]
            tue = ["08:00-12:00", "11:00-13:00"]
            someday = ["08:00-12:00"]
            [[periods]]
            from = 2026-03-20
            to = 2026-02-19
            [holidays]
            country = "XX"
            [[overrides]]
            kind = "maybe"
            date = 2026-01-02
            [[overrides]]
            kind = "off"
            """)
    named = " | ".join(raised.value.problems)
    for where in (
        "colour",
        "zone",
        "hours.mon",
        "hours.tue",
        "hours.someday",
        "periods[1]",
        "holidays",
        "overrides[1]",
        "overrides[2]",
    ):
        assert f"{where}:" in named


@pytest.mark.parametrize(
    "text",
    [
        "[hours",
        "{",
        "[]",
        "",
        "{}",
        '{"hours": []}',
        '{"hours": {"mon": 5}}',
        '{"years": "x"}',
        '{"periods": 5}',
        '{"overrides": [5]}',
    ],
)
def test_what_is_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(BadCalendarError):
        parse_calendar(text)


def test_two_periods_may_not_overlap() -> None:
    with pytest.raises(BadCalendarError, match="overlaps 'Ramadan'"):
        parse_calendar("""
            [hours]
            mon = ["08:00-12:00"]
            [[periods]]
            name = "Ramadan"
            from = 2026-02-19
            to = 2026-03-20
            hours = { mon = ["08:00-10:00"] }
            [[periods]]
            from = 2026-03-20
            to = 2026-03-30
            hours = { mon = ["08:00-10:00"] }
            """)
