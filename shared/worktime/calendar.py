"""An office's calendar as plain values: the kind of day of a date, its office hours, and the reason.

The most specific statement about a date wins. The order is: an override, a holiday, the hours of the period that
contains the date, the regular hours of its weekday.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A continuous stretch of office time, in minutes after local midnight. `end` may be 1440 (24:00)."""

    start: int
    end: int


# Seven tuples of shifts, Monday first. An empty tuple is a day off.
Week = tuple[tuple[Shift, ...], ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Dates with their own office hours, such as Ramadan. Both dates are included."""

    name: str
    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Override:
    """A date that was declared off or on, whatever weekday or holiday it is. `shifts` None means the usual hours."""

    name: str
    working: bool
    shifts: tuple[Shift, ...] | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A date as the office sees it: its shifts (none on a day off) and a note that explains it."""

    shifts: tuple[Shift, ...]
    note: str | None = None

    @property
    def working(self) -> bool:
        return bool(self.shifts)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours, holidays and overrides of one zone, for the years `first_year` to `last_year`, both included."""

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
        """Return the plan of `day`."""
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
    """Return the hours of the first working weekday, for a weekend day that is declared on."""
    return next((shifts for shifts in week if shifts), ())
