"""Connections to Postgres. The role fixes ``search_path`` and the server's time-outs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

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
# A host that is away, starting, stopping or no primary.
ELSEWHERE = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.exceptions.TargetServerAttributeNotMatched,
)


async def open_pool(dsn: str, *, size: int, name: str) -> Pool:
    """Return a pool that opens connections when they are needed, so that a service starts while Postgres is away."""
    own: Any = connect  # the stubs want every argument of it by name
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        command_timeout=COMMAND_TIMEOUT_S,
        timeout=CONNECT_TIMEOUT_S,
        server_settings={"application_name": name, **LIMITS},
        reset=_keep,
        connect=own,
    )


async def connect(dsn: str, *, timeout: float, **options: Any) -> asyncpg.Connection[Any]:  # noqa: ASYNC109  (asyncpg's)
    """Return a connection to the first host of ``dsn`` that takes us; `target_session_attrs=primary` passes over standbys.

    Each host has its share of ``timeout``. asyncpg gives all of it to all hosts together, and a machine that is gone
    without a word would use it up.
    """
    *others, last = each_host(dsn)
    share = timeout / (len(others) + 1)
    connected: asyncpg.Connection[Any]
    for one in others:
        try:
            connected = await asyncpg.connect(one, timeout=share, **options)
        except ELSEWHERE:
            continue
        return connected
    connected = await asyncpg.connect(last, timeout=share, **options)
    return connected


def each_host(dsn: str) -> Iterator[str]:
    """Return an address for each host of ``dsn``, all else kept."""
    parts = urlsplit(dsn)
    login, at, hosts = parts.netloc.rpartition("@")
    return (urlunsplit(parts._replace(netloc=f"{login}{at}{host}")) for host in hosts.split(","))


async def _keep(_connection: Connection) -> None:
    """Reset nothing when a connection returns to the pool.

    No setting is made outside a transaction, and a reset would cost one more round trip per step.
    """
