"""Retries with backoff: the one helper for all loops that outlive a failure of Postgres, Kafka or the network."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
FIRST_S = 0.05
FIRST_MINUTE_S = 60.0
SHORT_S = 2.0
LONG_S = 30.0
BEAT_S = 10.0
Errors = tuple[type[Exception], ...]


def pause(tries: int, elapsed: float) -> float:
    """Return the seconds to wait after ``tries`` failures over ``elapsed`` seconds.

    Jittered, at most 2 s in the first minute, then 30 s.
    """
    limit = SHORT_S if elapsed < FIRST_MINUTE_S else LONG_S
    return random.uniform(0.5, 1.0) * min(limit, FIRST_S * 2.0 ** min(tries, 10))  # noqa: S311  (jitter, not a secret)


class Backoff:
    """The failures in a row of one attempt: their number, and the seconds since the first.

    ``longest`` bounds the pauses that follow them.
    """

    def __init__(self, longest: float = LONG_S) -> None:
        self.tries = 0
        self._longest = longest
        self._since: float | None = None

    @property
    def elapsed(self) -> float:
        """The seconds since the first failure; 0 while nothing has failed."""
        return time.monotonic() - self._since if self._since is not None else 0.0

    @property
    def noteworthy(self) -> bool:
        """Whether to log this failure: the first, the sixth, and every twentieth."""
        return self.tries in (0, 5) or self.tries % 20 == 0

    def reset(self) -> None:
        """Forget the failures after a success."""
        self.tries, self._since = 0, None

    def note(self) -> None:
        """Begin to count the seconds at the first failure."""
        if self._since is None:
            self._since = time.monotonic()

    def next_pause(self) -> float:
        """Count the failure. Return the seconds to wait before the next try."""
        seconds = min(self._longest, pause(self.tries, self.elapsed))
        self.tries += 1
        return seconds


async def retry(
    attempt: Callable[[], Awaitable[T]],
    on: Errors,
    *,
    failed: Callable[[Exception, Backoff], Awaitable[None]] | None = None,
    backoff: Backoff | None = None,
    tries: int | None = None,
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """Call ``attempt`` until it returns, and return its result. Errors outside ``on`` are raised at once.

    ``failed`` is awaited after each failure; it ends the retries by raising. ``tries`` bounds the number of calls; the
    last error is then raised. ``wait`` passes the time between two calls.

    An attempt that is called again must recognise what an earlier call has done.
    """
    backoff = backoff or Backoff()
    while True:
        try:
            result = await attempt()
        except on as error:
            backoff.note()
            if tries is not None and backoff.tries + 1 >= tries:
                raise
            if failed is not None:
                await failed(error, backoff)
            await wait(backoff.next_pause())
        else:
            backoff.reset()
            return result


async def every(
    seconds: float,
    work: Callable[[], Awaitable[object]],
    on: Errors,
    *,
    failed: Callable[[Exception], None],
    beat: Callable[[], None] = lambda: None,
) -> None:
    """Do ``work`` again and again until cancelled, with a pause between two rounds.

    A round that fails with an error of ``on`` is told to ``failed`` and left to the next round. ``beat`` is called
    before each round and at least every ten seconds in the pause, to show that the loop moves.
    """
    while True:
        beat()
        try:
            await work()
        except on as error:
            failed(error)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, BEAT_S))
            beat()
