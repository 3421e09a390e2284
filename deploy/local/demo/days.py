"""Moments of domain time at which the demo stops: the morning of each working day of the province's calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.clock import WITA
from shared.worktime.reading import shipped_calendar

# A Monday in Ramadan. Nyepi, Idulfitri with its cuti bersama and Good Friday fall into the forty working days after it.
FIRST_DAY = date(2026, 3, 2)
FILING = time(8, 0)
MORNING = time(8, 30)


@dataclass(frozen=True, slots=True)
class Day:
    """A working day, numbered from 0. The clock steps to ``morning``, due timers fire, and then everybody works."""

    number: int
    morning: datetime


def filing_time() -> datetime:
    """Return the time at which the complaints are filed."""
    return datetime.combine(FIRST_DAY, FILING, WITA)


def working_days(count: int) -> Iterator[Day]:
    """Yield the first ``count`` working days, without holidays and weekends."""
    calendar, day, number = shipped_calendar(), FIRST_DAY, 0
    while number < count:
        if calendar.plan(day).working:
            yield Day(number, datetime.combine(day, MORNING, WITA))
            number += 1
        day += timedelta(days=1)
