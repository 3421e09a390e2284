"""Alarm that wakes the loops of this process when there is new work. Work of other replicas is found by polling."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.postgres.pool import Connection

# The alarm hears of rows before their commit, so the bells ring this many seconds later.
COMMIT_S = 0.01
SaveRows = Callable[[Connection, Sequence[Any]], Awaitable[None]]


class Alarm:
    """The alarm of one process. Each loop has its own bell and polls every ``every`` seconds without it."""

    def __init__(self, every: float) -> None:
        self.every = every
        self._bells: list[asyncio.Event] = []

    def bell(self) -> asyncio.Event:
        """Return a new bell for one loop."""
        bell = asyncio.Event()
        self._bells.append(bell)
        return bell

    def ring(self) -> None:
        """Wake all loops."""
        for bell in self._bells:
            bell.set()

    async def wait(self, bell: asyncio.Event) -> None:
        """Wait until ``bell`` rings or ``every`` seconds have passed, then clear the bell."""
        with contextlib.suppress(TimeoutError):
            # Not wait_for: in Python 3.11 it loses a cancellation that arrives together with the bell.
            async with asyncio.timeout(self.every):
                await bell.wait()
        bell.clear()

    def after(self, save_rows: SaveRows) -> SaveRows:
        """Return ``save_rows`` so that it also rings the bells once its rows should be committed."""

        async def saved(connection: Connection, rows: Sequence[Any]) -> None:
            await save_rows(connection, rows)
            asyncio.get_running_loop().call_later(COMMIT_S, self.ring)

        return saved
