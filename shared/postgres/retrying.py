"""Retries transactions outside the step when their connection breaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from shared.backoff import retry

T = TypeVar("T")
# Errors of the connection, not of the statement. It is not known whether the statement was carried out.
BROKEN = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
TRIES = 7


async def retry_when_broken(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call ``attempt`` again when the connection breaks, seven times within about two seconds.

    It must recognise what an earlier try of the same call has done.

    Raises the last error when Postgres stays away.
    """
    return await retry(attempt, BROKEN, tries=TRIES)
