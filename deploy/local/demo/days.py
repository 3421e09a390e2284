"""Which moments of domain time the demo stops at: the morning of each working day of the province's calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.clock import WITA
from shared.worktime.reading import shipped_calendar

FIRST_DAY = date(2026, 3, 2)
"""A Monday in Ramadan: Nyepi, Idulfitri with its cuti bersama and Good Friday fall into the forty working days after it."""
FILING = time(8, 0)
MORNING = time(8, 30)


@dataclass(frozen=True, slots=True)
class Day:
    """A working day: `number` from 0; what fell due since the last one fires at `morning`, then everybody works."""

    number: int
    morning: datetime


def filing_time() -> datetime:
    """When the complaints are filed."""
    return datetime.combine(FIRST_DAY, FILING, WITA)


def working_days(count: int) -> Iterator[Day]:
    """The first `count` working days, holidays and weekends left out."""
    calendar, day, number = shipped_calendar(), FIRST_DAY, 0
    while number < count:
        if calendar.plan(day).working:
            yield Day(number, datetime.combine(day, MORNING, WITA))
            number += 1
        day += timedelta(days=1)
