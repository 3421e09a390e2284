"""Retries transactions outside the step when their connection breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

T = TypeVar("T")
# Errors of the connection, not of the statement. It is not known whether the statement was carried out.
BROKEN = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
TRIES = 4
PAUSE_S = 0.2


async def again_when_broken(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call ``attempt`` again when the connection breaks.

    It must recognise what an earlier try of the same call has done.

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
