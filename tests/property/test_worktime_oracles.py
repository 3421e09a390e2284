"""Our arithmetic against two independent libraries, over 2024–2030."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from workalendar.core import SAT, SUN
from workalendar.core import Calendar as WorkCalendar

from shared.worktime import Limit, Offset, Pause, Timetable, Unit, due_time, level_time, parse_calendar
from shared.worktime.reading import shipped_calendar
from shared.worktime.table import micros

WITA = ZoneInfo("Asia/Makassar")
PYTZ_WITA = pytz.timezone("Asia/Makassar")
HOLIDAYS = shipped_calendar().holidays
SPLIT_SHIFTS = """
[hours]
mon-fri = ["07:30-12:00", "13:00-16:00"]
[holidays]
country = "ID"
categories = ["public", "government"]
"""
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001
TABLE = Timetable(parse_calendar(SPLIT_SHIFTS))
KALTIM = Timetable(shipped_calendar())


def working_time(table: Timetable, start: datetime, end: datetime) -> timedelta:
    """Return the office time between two moments."""
    return timedelta(microseconds=table.worked(micros(end)) - table.worked(micros(start)))


class Indonesia(WorkCalendar):  # type: ignore[misc]
    """workalendar's own arithmetic over the same days off."""

    WEEKEND_DAYS = (SAT, SUN)

    def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
        return [(day, name) for day, name in HOLIDAYS.items() if day.year == year]

    def get_variable_days(self, year: int) -> list[tuple[date, str]]:
        return []


@cache
def office_time() -> Any:
    days = [0, 1, 2, 3, 4]
    return businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(start_time=time(7, 30), end_time=time(16), working_days=days, tz=PYTZ_WITA),
            businesstimedelta.LunchTimeRule(start_time=time(12), end_time=time(13), working_days=days, tz=PYTZ_WITA),
            businesstimedelta.HolidayRule(set(HOLIDAYS), tz=PYTZ_WITA),
        ]
    )


@settings(deadline=None)
@given(moments, st.integers(1, 60))
def test_working_days_agree_with_workalendar(start: datetime, days: int) -> None:
    due = due_time(KALTIM, start, Limit(days, Unit.WORKING_DAY)).astimezone(WITA)
    assert due.date() == Indonesia().add_working_days(start.astimezone(WITA).date(), days)


@settings(deadline=None)
@given(moments, st.integers(1, 60))
def test_a_level_days_before_agrees_with_workalendar(due: datetime, days: int) -> None:
    level = level_time(KALTIM, due, Offset.parse(f"-{days}d")).astimezone(WITA)
    day = (due - timedelta(microseconds=1)).astimezone(WITA).date()
    assert level.date() == Indonesia().sub_working_days(day, days)


@settings(deadline=None, max_examples=60)
@given(moments, st.integers(1, 60 * 90))
def test_working_time_agrees_with_businesstimedelta(start: datetime, minutes: int) -> None:
    due = due_time(TABLE, start, Limit(minutes / 60, Unit.WORKING_HOUR))
    passed = office_time().difference(start.astimezone(WITA), due.astimezone(WITA))
    assert abs(timedelta(hours=passed.hours, seconds=passed.seconds) - timedelta(minutes=minutes)) <= timedelta(
        seconds=1
    )


@settings(deadline=None, max_examples=60)
@given(moments, st.integers(0, 30 * 24 * 60))
def test_the_difference_of_moments_agrees_with_businesstimedelta(start: datetime, minutes: int) -> None:
    start = start.replace(microsecond=0)
    end = start + timedelta(minutes=minutes)
    passed = office_time().difference(start.astimezone(WITA), end.astimezone(WITA))
    assert working_time(TABLE, start, end) == timedelta(hours=passed.hours, seconds=passed.seconds)


@given(moments, st.integers(1, 200 * 60))
def test_a_due_time_in_hours_is_the_earliest_that_reaches_them(start: datetime, minutes: int) -> None:
    due = due_time(KALTIM, start, Limit(minutes / 60, Unit.WORKING_HOUR))
    assert working_time(KALTIM, start, due) == timedelta(minutes=minutes)
    assert working_time(KALTIM, start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)


def lasting(start: datetime, stretches: list[int]) -> Iterator[Pause]:
    at = start
    for wait, length in zip(stretches[::2], stretches[1::2], strict=False):
        at += timedelta(minutes=wait)
        yield Pause(at, at + timedelta(minutes=length))
        at += timedelta(minutes=length)


def cut(pause: Pause) -> tuple[Pause, Pause]:
    middle = pause.start + (pause.end - pause.start) / 2
    return Pause(pause.start, middle), Pause(middle, pause.end)


@given(
    moments, st.lists(st.integers(0, 9_000), max_size=8), st.sampled_from(list(Unit)), st.integers(1, 40), st.randoms()
)
def test_pauses_never_shorten_and_their_order_and_cuts_do_not_matter(
    start: datetime, stretches: list[int], unit: Unit, amount: int, rng: Any
) -> None:
    pauses = list(lasting(start, stretches))
    limit = Limit(amount, unit)
    due = due_time(KALTIM, start, limit, pauses)
    assert due >= due_time(KALTIM, start, limit)
    halves = [half for pause in pauses for half in cut(pause)]
    rng.shuffle(halves)
    assert due_time(KALTIM, start, limit, halves) == due
