"""Connections to Postgres. The role fixes ``search_path`` and the server's time-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

COMMAND_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 3.0
# Limits that a service sets for its own sessions. Its role has limits too, but a role may change its own settings. A
# session that holds one complaint's row for longer delays that complaint alone: the step then goes on without it.
LIMITS = {"statement_timeout": "10s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "3s"}


async def open_pool(dsn: str, *, size: int, name: str) -> Pool:
    """Return a pool that opens connections when they are needed, so that a service starts while Postgres is away."""
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        command_timeout=COMMAND_TIMEOUT_S,
        timeout=CONNECT_TIMEOUT_S,
        server_settings={"application_name": name, **LIMITS},
        reset=_keep,
    )


async def _keep(_connection: Connection) -> None:
    """Reset nothing when a connection returns to the pool.

    No setting is made outside a transaction, and a reset would cost one more round trip per step.
    """
