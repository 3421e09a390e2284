"""Bounds for dates and instants that come from outside: a form, an API, a file, a topic, a command. Pure.

A command with a date out of bounds is refused, and the refusal names the bound. A fact is never refused: the nearest
bound, or the instant at which we heard the fact, takes the place of the date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

FIRST_DAY = date(1971, 1, 1)
# No date of a calendar, a policy or a report may lie outside these days.
LAST_DAY = date(2199, 12, 31)

# No channel existed before this instant, so nothing that is dated earlier can be a complaint.
FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)

T = TypeVar("T", date, datetime)


class OutOfBounds(ValueError):
    """A date lies outside its bounds; ``first`` and ``last`` say which they are."""

    def __init__(self, value: date, first: date, last: date) -> None:
        super().__init__(f"{value.isoformat()} is not between {first.isoformat()} and {last.isoformat()}")
        self.first = first
        self.last = last


def checked(value: T, first: T, last: T) -> T:
    """Return ``value`` when it lies between two bounds, both included. Raises OutOfBounds otherwise."""
    if not first <= value <= last:
        raise OutOfBounds(value, first, last)
    return value


def heard_at(said: datetime | None, now: datetime) -> datetime:
    """Return the instant that the channel claims, or ``now`` when the claim is absent, in the future or too early."""
    if said is None or not FIRST_INSTANT <= said <= now:
        return now
    return said
