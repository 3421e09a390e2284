"""The clock of this machine beside that of the database, when it can be reached."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from deploy.check.model import Finding, note, wrong

APART: Final = timedelta(seconds=1)
AWAY: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def clock_of_postgres(dsn: str) -> datetime:
    """Return the time that the database tells. Raises one of ``AWAY`` when it cannot be asked."""
    connection = await asyncpg.connect(dsn, timeout=3)
    try:
        told: datetime = await connection.fetchval("SELECT clock_timestamp()", timeout=3)
    finally:
        await connection.close(timeout=3)
    return told


async def check_clocks(dsn: str, ask: Callable[[str], Awaitable[datetime]] = clock_of_postgres) -> list[Finding]:
    """Return that the clocks are apart, or that the database could not be asked."""
    before = datetime.now(UTC)
    try:
        told = await ask(dsn)
    except AWAY as error:
        return [
            note(
                f"The database's clock was not compared ({type(error).__name__}): run the check where the database is reached."
            )
        ]
    after = datetime.now(UTC)
    if before - APART <= told <= after + APART:
        return []
    ahead = round(max((told - after).total_seconds(), (before - told).total_seconds()))
    return [wrong(f"The clocks of this machine and the database are {ahead} s apart: let one time service set both.")]
