"""An office's calendar as plain values: what kind of day a date is, when the office is open on it, and why.

The most particular statement about a date wins: an override, then a holiday, then the hours of the dated period it
falls in, then the regular hours of its weekday.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """An unbroken stretch of office time, in minutes after local midnight; `end` may be 1440 (24:00)."""

    start: int
    end: int


Week = tuple[tuple[Shift, ...], ...]
"""Seven tuples of shifts, Monday first; an empty one is a day off."""


@dataclass(frozen=True, slots=True)
class Period:
    """Dates, both included, with office hours of their own, such as Ramadan."""

    name: str
    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Override:
    """A date declared off or on by someone, whatever weekday or holiday it is; `shifts` None means usual hours."""

    name: str
    working: bool
    shifts: tuple[Shift, ...] | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A date as the office sees it: its shifts (none on a day off) and what there is to say about it."""

    shifts: tuple[Shift, ...]
    note: str | None = None

    @property
    def working(self) -> bool:
        return bool(self.shifts)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours, holidays and overrides of one zone, for the years `first_year`–`last_year`, both included."""

    name: str
    zone: ZoneInfo
    zone_label: str
    week: Week
    first_year: int
    last_year: int
    periods: tuple[Period, ...] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)
    overrides: Mapping[date, Override] = field(default_factory=dict)
    source: str = ""

    def plan(self, day: date) -> DayPlan:
        """What the office does on `day`."""
        week, period = self._week(day)
        override = self.overrides.get(day)
        if override is not None:
            if not override.working:
                return DayPlan((), override.name)
            return DayPlan(override.shifts or week[day.weekday()] or _first_working(week), override.name)
        holiday = self.holidays.get(day)
        if holiday is not None:
            return DayPlan((), holiday)
        return DayPlan(week[day.weekday()], period)

    def _week(self, day: date) -> tuple[Week, str | None]:
        for period in self.periods:
            if period.first <= day <= period.last:
                return period.week, period.name
        return self.week, None


def _first_working(week: Week) -> tuple[Shift, ...]:
    """The hours of a weekend day declared on: those of the first working weekday."""
    return next((shifts for shifts in week if shifts), ())
