"""Wake-up of this process's loops when there is new work. Work of other replicas is found by polling."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.postgres.pool import Connection

# Rows are saved before their commit, so the loops wake this many seconds later.
COMMIT_S = 0.01
SaveRows = Callable[[Connection, Sequence[Any]], Awaitable[None]]


class Wakeup:
    """The wake-up of one process. Each loop has its own event, and polls every ``every`` seconds without it."""

    def __init__(self, every: float) -> None:
        self.every = every
        self._events: list[asyncio.Event] = []

    def event(self) -> asyncio.Event:
        """Return a new event for one loop."""
        event = asyncio.Event()
        self._events.append(event)
        return event

    def wake(self) -> None:
        """Wake all loops."""
        for event in self._events:
            event.set()

    async def wait(self, event: asyncio.Event) -> None:
        """Wait until ``event`` is set or ``every`` seconds have passed, then clear the event."""
        with contextlib.suppress(TimeoutError):
            # Not wait_for: in Python 3.11 it loses a cancellation that arrives together with the event.
            async with asyncio.timeout(self.every):
                await event.wait()
        event.clear()

    def after(self, save_rows: SaveRows) -> SaveRows:
        """Return ``save_rows`` so that it also wakes the loops once its rows should be committed."""

        async def save_and_wake(connection: Connection, rows: Sequence[Any]) -> None:
            await save_rows(connection, rows)
            asyncio.get_running_loop().call_later(COMMIT_S, self.wake)

        return save_and_wake
