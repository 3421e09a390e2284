"""Token buckets, held in this process and measured in wall time: one alone, or one per caller."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from shared.errors import TooMany

_REMEMBERED: Final = 20_000


class Bucket:
    """One token bucket: ``burst`` tokens at most and at first, refilled at ``rate`` tokens a second."""

    __slots__ = ("_burst", "_clock", "_level", "_rate", "_since")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._level = float(burst)
        self._since = clock()

    def level(self) -> float:
        """Return the tokens that are there now. A negative number of them was taken in advance."""
        return self._level_at(self._clock())

    def left(self) -> int:
        """Return the number of whole tokens that are there now."""
        return max(0, math.floor(self.level()))

    def take(self, count: float = 1) -> None:
        """Take ``count`` tokens, in advance if there are not as many."""
        now = self._clock()
        self._level, self._since = self._level_at(now) - count, now

    def wait(self, count: int = 1) -> float:
        """Return the seconds until ``count`` tokens are there."""
        return max(0.0, count - self.level()) / self._rate

    def _level_at(self, now: float) -> float:
        return min(self._burst, self._level + (now - self._since) * self._rate)


class Buckets:
    """One token bucket per caller: ``burst`` tokens at once, refilled at ``rate`` tokens a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

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
        bucket = self._bucket(caller)
        self._keep(caller, bucket)
        wait = bucket.wait(count)
        if wait > longest:
            raise TooMany(retry_after=max(1, math.ceil(wait - longest)))
        bucket.take(count)
        return wait

    def check(self, caller: str) -> None:
        """Raise TooMany when not even one token is left. Take nothing."""
        wait = self._bucket(caller).wait()
        if wait > 0:
            raise TooMany(retry_after=max(1, math.ceil(wait)))

    def spend(self, caller: str) -> None:
        """Take one token if there is one."""
        bucket = self._bucket(caller)
        bucket.take(max(0.0, min(1.0, bucket.level())))
        self._keep(caller, bucket)

    def _bucket(self, caller: str) -> Bucket:
        return self._buckets.get(caller) or Bucket(self._rate, self._burst, self._clock)

    def _keep(self, caller: str, bucket: Bucket) -> None:
        self._buckets[caller] = bucket
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
