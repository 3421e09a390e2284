"""Wakes the loops of this process when there is something new; other replicas' work is found by looking."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.postgres.pool import Connection

COMMIT_S = 0.01
"""Rows are told of before their commit: look after this long."""
SaveRows = Callable[[Connection, Sequence[Any]], Awaitable[None]]


class Alarm:
    """One bell for the loops of a process; ``every`` is how often they look by themselves, in seconds."""

    def __init__(self, every: float) -> None:
        self.every = every
        self._bells: list[asyncio.Event] = []

    def bell(self) -> asyncio.Event:
        """A bell of one's own."""
        bell = asyncio.Event()
        self._bells.append(bell)
        return bell

    def ring(self) -> None:
        for bell in self._bells:
            bell.set()

    async def wait(self, bell: asyncio.Event) -> None:
        """Until it rings, or it is time to look anyway."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.every):  # not wait_for: in 3.11 it loses a cancellation that meets the bell
                await bell.wait()
        bell.clear()

    def after(self, save_rows: SaveRows) -> SaveRows:
        """The same saving, ringing once its rows should be committed."""

        async def saved(connection: Connection, rows: Sequence[Any]) -> None:
            await save_rows(connection, rows)
            asyncio.get_running_loop().call_later(COMMIT_S, self.ring)

        return saved
