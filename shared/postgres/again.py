"""Transactions outside the step that are tried again when their connection breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

T = TypeVar("T")
BROKEN = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""The connection, not the statement: whether it was carried out is not known."""
TRIES = 4
PAUSE_S = 0.2


async def again_when_broken(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try once more when the connection breaks. ``attempt`` must know what an earlier try of the same call has done.

    Raises the last error when Postgres stays away.
    """
    for tries in range(1, TRIES + 1):
        try:
            return await attempt()
        except BROKEN:
            if tries == TRIES:
                raise
            await asyncio.sleep(PAUSE_S * tries)
    raise AssertionError("the last try returns or raises")
