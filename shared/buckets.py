"""Token buckets per caller, held in this process and measured in wall time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from shared.errors import TooMany

_REMEMBERED: Final = 20_000


class Buckets:
    """One token bucket per caller: ``burst`` tokens at once, refilled at ``rate`` tokens a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, count: int = 1) -> None:
        """Take ``count`` tokens.

        Raises TooMany with the seconds after which the call will succeed; then nothing is taken.
        """
        self.reserve(caller, count, longest=0.0)

    def reserve(self, caller: str, count: int = 1, *, longest: float) -> float:
        """Take ``count`` tokens, if need be in advance, and return the seconds to wait until the tokens are there.

        Waiting callers form a queue: each gets its turn at the bucket's rate. Raises TooMany when the turn would come
        later than in ``longest`` seconds; then nothing is taken.
        """
        level = self._level(caller)
        wait = max(0.0, count - level) / self._rate
        if wait > longest:
            self._keep(caller, level)
            raise TooMany(retry_after=max(1, math.ceil(wait - longest)))
        self._keep(caller, level - count)
        return wait

    def check(self, caller: str) -> None:
        """Raise TooMany when not even one token is left. Take nothing."""
        level = self._level(caller)
        if level < 1:
            raise TooMany(retry_after=max(1, math.ceil((1 - level) / self._rate)))

    def spend(self, caller: str) -> None:
        """Take one token if there is one."""
        level = self._level(caller)
        self._keep(caller, max(0.0, level - 1))

    def _level(self, caller: str) -> float:
        level, since = self._levels.get(caller, (float(self._burst), 0.0))
        return min(self._burst, level + (self._clock() - since) * self._rate)

    def _keep(self, caller: str, level: float) -> None:
        self._levels[caller] = (level, self._clock())
        self._levels.move_to_end(caller)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)
