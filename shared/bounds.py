"""Bounds for dates and instants that come from outside: a form, an API, a file, a topic, a command. Pure.

A command out of bounds is refused with the bound. A fact is never refused: it is kept, and the nearest bound, or the
instant at which we heard it, stands in its place.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

FIRST_DAY = date(1971, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""No date that a calendar, a policy or a report names may lie outside these days."""

FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that a channel dates earlier can be a complaint: no channel existed."""

T = TypeVar("T", date, datetime)


class OutOfBounds(ValueError):
    """A date lies outside its bounds; ``first`` and ``last`` say which they are."""

    def __init__(self, value: date, first: date, last: date) -> None:
        super().__init__(f"{value.isoformat()} is not between {first.isoformat()} and {last.isoformat()}")
        self.first = first
        self.last = last


def checked(value: T, first: T, last: T) -> T:
    """Return ``value`` where it lies between two bounds, both included. Raises OutOfBounds."""
    if not first <= value <= last:
        raise OutOfBounds(value, first, last)
    return value


def heard_at(said: datetime | None, now: datetime) -> datetime:
    """Return when something was said: what the channel claims, or ``now`` where that is absent, in the future or impossible."""
    if said is None or not FIRST_INSTANT <= said <= now:
        return now
    return said
