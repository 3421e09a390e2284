"""A calendar laid out as sorted arrays, so that any sum or difference of working time is a binary search.

Moments are whole microseconds since 1970 UTC, dates are `date.toordinal()`. `worked` is the office time since the
table's beginning and never falls. Its inverse is the *earliest* moment that reaches a sum: 16:00 rather than 07:30 of
the next day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from shared.worktime.calendar import DAY_MINUTES, Calendar, DayPlan
from shared.worktime.errors import BadCalendarError, BadLimitError, OutsideCalendarError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
HOUR = 60 * MINUTE


def micros(moment: datetime) -> int:
    """Return `moment` as microseconds since 1970. Raises BadLimitError when it has no offset from UTC."""
    if moment.tzinfo is None:
        raise BadLimitError(f"a moment needs its offset from UTC, such as +08:00: {moment.isoformat()}")
    return (moment - EPOCH) // MICROSECOND


@lru_cache(maxsize=16_384)
def moment(micro: int) -> datetime:
    """Return the moment of `micro` microseconds since 1970, in UTC.

    Results are cached, since most are closing times of a few days.
    """
    return EPOCH + timedelta(microseconds=micro)


class Timetable:
    """The look-up table of one calendar. It is built once and then only read.

    Methods raise OutsideCalendarError for a moment or a date outside the calendar's years.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.zone = calendar.zone
        self.first = date(calendar.first_year, 1, 1).toordinal()
        self.last = date(calendar.last_year, 12, 31).toordinal()
        self._plans: list[DayPlan] = []
        self._midnights: list[int] = []  # the beginning of each date
        self._day_counts: list[int] = []  # working days up to and with each date
        self._working: list[int] = []  # ordinal of each working day
        self._closings: list[int] = []  # closing moment of each working day
        self._openings: list[int] = []  # opening moment of each working day
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._worked_before: list[int] = []  # office time before each shift
        self._worked_after: list[int] = []
        for ordinal in range(self.first, self.last + 1):
            self._add(date.fromordinal(ordinal))
        self._midnights.append(self._at(date.fromordinal(self.last), DAY_MINUTES))
        if not self._working:
            raise BadCalendarError(["there is no working day in it"])

    def _add(self, day: date) -> None:
        plan = self.calendar.plan(day)
        self._plans.append(plan)
        self._midnights.append(self._at(day, 0))
        if plan.shifts:
            self._working.append(day.toordinal())
            for shift in plan.shifts:
                opens, closes = self._at(day, shift.start), self._at(day, shift.end)
                before = self._worked_after[-1] if self._worked_after else 0
                self._opens.append(opens)
                self._closes.append(closes)
                self._worked_before.append(before)
                self._worked_after.append(before + closes - opens)
            self._closings.append(self._closes[-1])
            self._openings.append(self._at(day, plan.shifts[0].start))
        self._day_counts.append(len(self._working))

    def _at(self, day: date, minute: int) -> int:
        days, rest = divmod(minute, DAY_MINUTES)
        local = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=self.zone)
        return micros(local + timedelta(days=days))

    # dates ---------------------------------------------------------------------------------------------------------

    def plan(self, day: date) -> DayPlan:
        """Return the plan of `day`."""
        return self._plans[self._index(day.toordinal())]

    def local_date(self, micro: int) -> int:
        """Return the ordinal of the local date at a moment."""
        index = bisect_right(self._midnights, micro) - 1
        if not 0 <= index < len(self._plans):
            raise self._outside()
        return self.first + index

    def due_date(self, micro: int) -> int:
        """Return the ordinal of the local date of a due time. 24:00 belongs to the day that ends."""
        return self.local_date(micro - 1)

    def midnight_after(self, ordinal: int) -> int:
        """Return the moment of 24:00 local time of a date."""
        return self._midnights[self._index(ordinal) + 1]

    def working_days(self, after: int, to: int) -> int:
        """Return the number of working days in the dates (after, to]."""
        return self._day_counts[self._index(to)] - self._day_counts[self._index(after)]

    def closing(self, ordinal: int, days: int) -> int:
        """Return the closing time of the working day `days` working days after a date (before it when negative; never
        0).
        """
        return self._closings[self._working_day(ordinal, days)]

    def opening(self, ordinal: int, days: int) -> int:
        """Return the opening time of the working day `days` working days after a date (before it when negative; never
        0).
        """
        return self._openings[self._working_day(ordinal, days)]

    def _working_day(self, ordinal: int, days: int) -> int:
        count = self._day_counts[self._index(ordinal)]
        if days > 0:
            index = count + days - 1
        else:
            off = self._working[count - 1] != ordinal if count else True
            index = count + days - (0 if off else 1)
        if not 0 <= index < len(self._closings):
            raise self._outside()
        return index

    # office time ---------------------------------------------------------------------------------------------------

    def worked(self, micro: int) -> int:
        """Return the office time from the table's beginning to a moment, in microseconds."""
        if not self._midnights[0] <= micro <= self._midnights[-1]:
            raise self._outside()
        index = bisect_right(self._opens, micro) - 1
        if index < 0:
            return 0
        return self._worked_before[index] + min(micro, self._closes[index]) - self._opens[index]

    def reaches(self, worked: int) -> int:
        """Return the earliest moment by which this much office time has passed."""
        index = bisect_left(self._worked_after, worked)
        if worked < 0 or index == len(self._worked_after):
            raise self._outside()
        return self._opens[index] + worked - self._worked_before[index]

    def shifts(self) -> Iterator[tuple[int, int]]:
        """Iterate over the opening and closing moment of every shift, in order."""
        return zip(self._opens, self._closes, strict=True)

    def is_open(self, at: datetime) -> bool:
        """Return whether the office is open at a moment. At its closing time it is not."""
        index = bisect_right(self._opens, micros(at)) - 1
        return index >= 0 and micros(at) < self._closes[index]

    def next_open(self, at: datetime) -> datetime:
        """Return the moment itself when the office is open, else its next opening, in UTC."""
        if self.is_open(at):
            return at.astimezone(UTC)
        index = bisect_right(self._opens, micros(at))
        if index == len(self._opens):
            raise self._outside()
        return moment(self._opens[index])

    def _index(self, ordinal: int) -> int:
        if not self.first <= ordinal <= self.last:
            raise self._outside()
        return ordinal - self.first

    def _outside(self) -> OutsideCalendarError:
        years = f"{self.calendar.first_year}–{self.calendar.last_year}"
        return OutsideCalendarError(f"that is outside the years of the calendar {self.calendar.name} ({years})")
