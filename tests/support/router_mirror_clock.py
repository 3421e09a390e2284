"""Time of the connection to SP4N that passes at once: the times of its rows move back, as if the clock moved on.

Between two steps the connection works in real time. A step is only made while nothing is on its way to SP4N, and never
beyond the next time at which something is due. What it measures is therefore never less than the true time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from services.router.state import Case
from shared.runtime.running import Running

# A reading in SP4N is not seen in the rows. Short steps keep what one of them adds small.
LONGEST_STEP_S: Final = 10.0
_MOVE = """
UPDATE sp4n_mirror
SET since = since - $1::interval, attempt_at = attempt_at - $1, poll_at = poll_at - $1, sent_at = sent_at - $1"""
_NEXT = """
SELECT CASE WHEN count(lease) > 0 THEN 0 ELSE coalesce(extract(epoch FROM least(
    min(attempt_at) FILTER (WHERE state = 'due'), min(poll_at) FILTER (WHERE tracking_id IS NOT NULL)) - now()), 0) END::float
FROM sp4n_mirror"""


class Stepped:
    """Clock of one measurement, which begins when it is made."""

    def __init__(self, live: Running[Case]) -> None:
        self._live = live
        self._began = time.monotonic()
        self._stepped = 0.0

    @property
    def passed(self) -> float:
        """Seconds since the beginning: those that truly passed, and those that were stepped over."""
        return time.monotonic() - self._began + self._stepped

    async def until(self, done: Callable[[], Awaitable[bool]], bound: float) -> float:
        """Let time pass until something is done, and return after how many seconds. Fail beyond the bound."""
        while not await done():
            assert self.passed <= bound, f"not done in {bound:.0f} s"
            wait = min(await self._live.pool.fetchval(_NEXT), LONGEST_STEP_S)
            if wait > 0:
                await self._live.pool.execute(_MOVE, timedelta(seconds=wait))
                self._stepped += wait
            await asyncio.sleep(0.1)
        return self.passed
