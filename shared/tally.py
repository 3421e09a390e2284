"""How much has been said on one complaint: counted per day and in total, and compared with what is allowed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Self

from shared.clock import WITA
from shared.frozen import Frozen

Bound = Literal["day", "total"]


class Tally(Frozen):
    """Acts and their bytes of one complaint, on the last day of an act (in WITA) and altogether."""

    day: date | None = None
    acts: int = 0
    size: int = 0
    all_acts: int = 0
    all_size: int = 0

    def with_act(self, at: datetime, size: int) -> Self:
        """The tally with one act more."""
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
    """How many acts and bytes one complaint takes, a day and altogether."""

    acts_a_day: int
    bytes_a_day: int
    acts: int
    bytes: int

    def passed(self, tally: Tally, room: int = 1) -> Bound | None:
        """Which bound the tally passes; ``room`` multiplies the bounds for acts that must nearly always be possible."""
        if tally.all_acts > self.acts * room or tally.all_size > self.bytes * room:
            return "total"
        if tally.acts > self.acts_a_day * room or tally.size > self.bytes_a_day * room:
            return "day"
        return None


def size_of(*texts: str | None) -> int:
    """Bytes of these texts in UTF-8."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts if text)


def seconds_left(at: datetime) -> int:
    """Seconds until the day in WITA ends."""
    local = at.astimezone(WITA)
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, WITA)
    return max(1, int((midnight - local).total_seconds()))
