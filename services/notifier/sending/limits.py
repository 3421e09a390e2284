"""How fast a channel may be used, and how much at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """At most ``rate`` a second, saved up for one second at most. Each replica has its own: the rate is a replica's share."""

    rate: float
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.rate, self.clock()

    def left(self) -> int:
        """How many may go out now."""
        now = self.clock()
        self._left, self._at = min(self.rate, self._left + (now - self._at) * self.rate), now
        return int(self._left)

    def take(self, count: int = 1) -> None:
        """So many went out."""
        self._left -= count
