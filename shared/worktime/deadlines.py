"""Due times and levels, as the rules on deadlines define them.

* `working_day`: closing time of the n-th working day after the local date of the start, which is day 0.
* `working_hour`: the earliest moment by which n hours of office time have gone by.
* `calendar_day`: 24:00 of the n-th date after the start's. `minute`: n minutes on.
* A pause moves the due time by the working days (or dates) in (pause date, resume date]. In other units it moves the
  due time by the office time (or minutes) between. Overlapping pauses count once. Time before the start does not count.
* A level is an offset from the due time in its own unit. `-1d` is a working day (closing time), `-1h` is office time,
  `-30m` is minutes. Zero is the due time itself.
* A reminder to people, `-1d` in a ladder, falls at the opening of the working day that its level names.
  At closing time it would be read a day later (`reminder_time`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from shared.worktime.errors import BadLimitError
from shared.worktime.table import HOUR, MINUTE, Timetable, micros, moment

OFFSET = re.compile(r"([+-]?)(\d{1,6}(?:\.\d{1,4})?)([dhm]?)")


class Unit(StrEnum):
    """The unit in which a limit is counted."""

    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of a unit. Only hours and minutes may be fractions."""

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < self.amount <= 1_000_000:
            raise BadLimitError(f"a limit must be more than 0 and at most 1000000: {self.amount}")
        if self.unit in {Unit.WORKING_DAY, Unit.CALENDAR_DAY} and self.amount != int(self.amount):
            raise BadLimitError(f"a limit in {self.unit} must be whole: {self.amount}")


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """A stretch of time that does not count for a clock."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if micros(self.end) < micros(self.start):
            raise BadLimitError(f"a pause ends before it begins: {self.start.isoformat()}/{self.end.isoformat()}")


@dataclass(frozen=True, slots=True)
class Offset:
    """The distance of a level from the due time. `unit` is d, h or m."""

    amount: float
    unit: str

    @staticmethod
    @lru_cache(maxsize=512)
    def parse(text: str) -> "Offset":
        """Parse `-1d`, `+2d`, `-1h`, `-30m` or `0`. Raises BadLimitError for anything else."""
        match = OFFSET.fullmatch(text.strip())
        if match is None:
            raise BadLimitError(f"not a level's offset, such as -1d, +2d, -1h, -30m or 0: {text!r}")
        amount = float(match[2]) * (-1 if match[1] == "-" else 1)
        if not match[3] and amount:
            raise BadLimitError(f"a level's offset needs its unit d, h or m: {text!r}")
        if match[3] == "d" and amount != int(amount):
            raise BadLimitError(f"a level's offset in days must be whole: {text!r}")
        return Offset(amount, match[3] or "m")


def due_time(table: Timetable, start: datetime, limit: Limit, pauses: Sequence[Pause] = ()) -> datetime:
    """Return the due time, in UTC, of a clock that started at `start`."""
    begin = micros(start)
    spans = union(begin, pauses)
    return moment(_due(table, begin, limit, spans))


def level_time(table: Timetable, due: datetime, offset: Offset) -> datetime:
    """Return the moment, in UTC, at which a level of the ladder is reached."""
    at = micros(due)
    if not offset.amount:
        return moment(at)
    if offset.unit == "d":
        return moment(table.closing(table.due_date(at), int(offset.amount)))
    if offset.unit == "h":
        return moment(table.reaches(table.worked(at) + round(offset.amount * HOUR)))
    return moment(at + round(offset.amount * MINUTE))


def reminder_time(table: Timetable, due: datetime, offset: Offset) -> datetime:
    """Return the moment, in UTC, at which people are reminded.

    A level in days before the due time falls at the opening of its day, so that people read the reminder on that day.
    """
    if offset.unit == "d" and offset.amount < 0:
        return moment(table.opening(table.due_date(micros(due)), int(offset.amount)))
    return level_time(table, due, offset)


def union(begin: int, pauses: Sequence[Pause]) -> list[tuple[int, int]]:
    """Return the pauses from `begin` on, in order and merged, as pairs of moments in microseconds."""
    spans: list[tuple[int, int]] = []
    if not pauses:
        return spans
    for pause in sorted(pauses):
        start, end = max(begin, micros(pause.start)), micros(pause.end)
        if end <= begin:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _due(table: Timetable, begin: int, limit: Limit, spans: list[tuple[int, int]]) -> int:
    unit = limit.unit
    if unit is Unit.WORKING_DAY:
        days = int(limit.amount)
        for a, b in spans:
            days += table.working_days(table.local_date(a), table.local_date(b))
        return table.closing(table.local_date(begin), days)
    if unit is Unit.WORKING_HOUR:
        worked = table.worked(begin) + round(limit.amount * HOUR)
        for a, b in spans:
            worked += table.worked(b) - table.worked(a)
        return table.reaches(worked)
    if unit is Unit.CALENDAR_DAY:
        last = table.local_date(begin) + int(limit.amount)
        for a, b in spans:
            last += table.local_date(b) - table.local_date(a)
        return table.midnight_after(last)
    return begin + round(limit.amount * MINUTE) + sum(b - a for a, b in spans)
