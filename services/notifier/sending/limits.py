"""How fast a channel may be used, and how much at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """At most ``rate`` a second, saved up for one second or one message. Each replica has its own, for its share of the rate."""

    rate: float
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self._most, self.clock()

    @property
    def _most(self) -> float:
        return max(self.rate, 1.0)

    def left(self) -> int:
        """How many may go out now."""
        now = self.clock()
        self._left, self._at = min(self._most, self._left + (now - self._at) * self.rate), now
        return int(self._left)

    def take(self, count: int = 1) -> None:
        """So many went out."""
        self._left -= count


@dataclass
class Lane:
    """One channel's slots and rate: whatever holds one channel up takes nothing from another."""

    slots: int
    bucket: Bucket | None = None
    under_way: int = 0

    def room(self) -> int:
        """Return how many messages may begin now."""
        free = self.slots - self.under_way
        return free if self.bucket is None else min(free, self.bucket.left())

    def begin(self) -> None:
        """One message is under way."""
        self.under_way += 1
        if self.bucket:
            self.bucket.take()

    def end(self) -> None:
        """It is no longer."""
        self.under_way -= 1
