"""A primary and its synchronous standby: which is which, promotion, and whether commits wait for the standby."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from deploy.postgres.apply import Q
from shared.postgres.pool import CONNECT_TIMEOUT_S, connect, each_host

STREAMS_WITHIN_S = 120.0
PROMOTED_WITHIN_S = 60
ATTRIBUTE = "target_session_attrs"


class NotPromoted(Exception):
    """The standby was left as it is."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One server of the pair that answers."""

    dsn: str
    name: str
    standby: bool


async def promote(admin_dsn: str) -> str:
    """Make the standby of these hosts the primary, and return its name when it takes writes.

    It waits for no standby of its own, for there is none yet. Raises NotPromoted when a primary still answers, or when
    no standby does: two primaries would each acknowledge what the other does not have.
    """
    found = [one for dsn in each_host(admin_dsn) if (one := await _look(dsn)) is not None]
    primaries, standbys = [one for one in found if not one.standby], [one for one in found if one.standby]
    if primaries:
        raise NotPromoted(f"the primary {primaries[0].name} answers; stop it before its standby is promoted")
    if len(standbys) != 1:
        raise NotPromoted(f"{len(standbys)} standbys answer, one is needed")
    (standby,) = standbys
    connection = await connect(standby.dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        await _wait_for(connection, "")
        if not await connection.fetchval(Q["promote"], PROMOTED_WITHIN_S):
            raise NotPromoted(f"{standby.name} is no primary after {PROMOTED_WITHIN_S} s")
    finally:
        await connection.close()
    return standby.name


async def synchronous(admin_dsn: str) -> None:
    """Let the primary wait for its standby at each commit, once the standby streams. Return when it does.

    Raises TimeoutError when no standby has caught up within two minutes; then nothing has changed.
    """
    connection = await connect(admin_dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        async with asyncio.timeout(STREAMS_WITHIN_S):
            await _until(connection, "streams")
            await _wait_for(connection, "*")
            await _until(connection, "streams_in_step")
    finally:
        await connection.close()


async def alone(admin_dsn: str) -> None:
    """Let the primary wait for no standby: the standby was lost, and nothing would be acknowledged in time."""
    connection = await connect(admin_dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        await _wait_for(connection, "")
    finally:
        await connection.close()


async def _until(connection: "asyncpg.Connection[Any]", true: str) -> None:
    while not await connection.fetchval(Q[true]):  # noqa: ASYNC110  (it is the server that changes)
        await asyncio.sleep(0.1)


async def _wait_for(connection: "asyncpg.Connection[Any]", names: str) -> None:
    await connection.execute(await connection.fetchval(Q["quoted_wait_for"], names))
    await connection.execute(Q["reload"])


async def _look(dsn: str) -> _Found | None:
    """Return what the server at this address is, or None when it does not answer."""
    parts = urlsplit(dsn)
    # Without `target_session_attrs`, by which a standby would be passed over.
    either = urlunsplit(parts._replace(query=urlencode([one for one in parse_qsl(parts.query) if one[0] != ATTRIBUTE])))
    try:
        connection = await connect(either, timeout=CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
        return None
    try:
        name = parts.netloc.rpartition("@")[2]
        return _Found(either, name, await connection.fetchval(Q["is_standby"]))
    finally:
        await connection.close()
