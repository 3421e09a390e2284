"""The period of the statistics, from a first to a last day in WITA. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shared.bounds import FIRST_DAY, LAST_DAY, OutOfBounds, checked
from shared.clock import WITA
from shared.errors import Invalid

USUAL = timedelta(days=90)


def period(first: date | None, last: date | None, now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last.

    Without ``last`` the period ends today; without ``first`` it begins 90 days before the last day. Raise Invalid when
    the first day is after the last, or a day is out of bounds.
    """
    last = last or now.astimezone(WITA).date()
    first = first or (last - USUAL if last > FIRST_DAY else last)
    for day, field in ((last, "to"), (first, "from")):
        try:
            checked(day, FIRST_DAY, LAST_DAY)
        except OutOfBounds as error:
            raise Invalid(str(error), field=field) from None
    if first > last:
        raise Invalid("from is after to", field="from")
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=WITA)


def months_until(now: datetime, number: int) -> list[date]:
    """Return the first days of the last months, that of ``now`` first."""
    local = now.astimezone(WITA)
    last = local.year * 12 + local.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last, last - number, -1)]


def end_of(month: date) -> date:
    """Return the last day of the month of a day."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
