"""A primary and its synchronous standby: what is acknowledged outlives the primary, and clients find the new one."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres_pair import LocalPair
from deploy.postgres import pair
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool, open_pool
from tests.support.postgres_pair import follow


@pytest.fixture
def both(tmp_path: Path) -> Iterator[LocalPair]:
    """Yield a running pair."""
    servers = LocalPair(tmp_path)
    servers.start()
    yield servers
    for server in servers.servers:
        server.resume() if server.running else None
    servers.stop()


async def _again(pool: Pool, statement: str) -> None:
    """Repeat a statement as a service does, until it is done."""
    async with asyncio.timeout(20):
        while True:
            try:
                await pool.execute(statement)
            except TRANSIENT:
                await asyncio.sleep(0.1)
            else:
                return


@pytest.mark.timeout(120)
async def test_what_was_acknowledged_is_there_after_each_server_was_lost(both: LocalPair) -> None:
    pool = await open_pool(both.admin_dsn, size=2, name="test")
    await pool.execute("CREATE TABLE kept (x int)")
    for number in (1, 2):
        await pool.execute("INSERT INTO kept VALUES ($1)", number)
        await asyncio.to_thread(both.primary.kill)
        await pair.promote(both.admin_dsn)
        await _again(pool, "SELECT FROM kept")
        await asyncio.to_thread(follow, both)
    assert [row["x"] for row in await pool.fetch("SELECT x FROM kept ORDER BY x")] == [1, 2]
    await pool.close()


@pytest.mark.timeout(120)
async def test_a_primary_that_answers_keeps_its_standby_from_being_promoted(both: LocalPair) -> None:
    with pytest.raises(pair.NotPromoted, match=f"127.0.0.1:{both.primary.port} answers"):
        await pair.promote(both.admin_dsn)


@pytest.mark.timeout(120)
async def test_a_server_that_takes_connections_and_never_answers_is_passed_over(both: LocalPair) -> None:
    both.primary.pause()
    await pair.promote(both.admin_dsn)
    pool = await open_pool(both.admin_dsn, size=1, name="test")
    began = time.monotonic()
    assert not await pool.fetchval("SELECT pg_is_in_recovery()")
    assert time.monotonic() - began < 3
    await pool.close()


@pytest.mark.timeout(120)
async def test_without_its_standby_the_primary_acknowledges_only_when_it_is_told_to_go_on_alone(
    both: LocalPair,
) -> None:
    # Postgres applies no limit of a statement to the wait for a standby; it would then acknowledge what one server has.
    connection = await asyncpg.connect(both.admin_dsn, server_settings={"statement_timeout": "500ms"})
    await connection.execute("CREATE TABLE kept (x int)")
    await asyncio.to_thread(both.standby.kill)
    with pytest.raises(TimeoutError):
        await connection.execute("INSERT INTO kept VALUES (1)", timeout=2)
    await pair.alone(both.admin_dsn)
    await connection.execute("INSERT INTO kept VALUES (2)", timeout=2)
    await connection.close()
