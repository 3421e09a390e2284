"""Counts what was said about one complaint, per day and in total, and compares it with the allowance. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Self

from shared.clock import WITA
from shared.frozen import Frozen

Bound = Literal["day", "total"]


class Tally(Frozen):
    """The number of acts of one complaint and their bytes, on the day of the last act (in WITA) and in total."""

    day: date | None = None
    acts: int = 0
    size: int = 0
    all_acts: int = 0
    all_size: int = 0

    def with_act(self, at: datetime, size: int) -> Self:
        """Return the tally with one more act."""
        day = at.astimezone(WITA).date()
        same = day == self.day
        return self.with_(
            day=day,
            acts=self.acts + 1 if same else 1,
            size=self.size + size if same else size,
            all_acts=self.all_acts + 1,
            all_size=self.all_size + size,
        )


@dataclass(frozen=True, slots=True)
class Allowance:
    """The number of acts and bytes that one complaint may have, per day and in total."""

    acts_a_day: int
    bytes_a_day: int
    acts: int
    bytes: int

    def passed(self, tally: Tally, room: int = 1) -> Bound | None:
        """Return the bound that the tally exceeds, or None.

        ``room`` multiplies the bounds, for acts that must nearly always be possible.
        """
        if tally.all_acts > self.acts * room or tally.all_size > self.bytes * room:
            return "total"
        if tally.acts > self.acts_a_day * room or tally.size > self.bytes_a_day * room:
            return "day"
        return None


def size_of(*texts: str | None) -> int:
    """Return the size of these texts in UTF-8, in bytes."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts if text)


def seconds_left(at: datetime) -> int:
    """Return the seconds until the day in WITA ends."""
    local = at.astimezone(WITA)
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, WITA)
    return max(1, int((midnight - local).total_seconds()))
