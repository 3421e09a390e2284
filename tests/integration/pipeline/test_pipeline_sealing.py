"""The leader seals what was committed: in the order of positions, once, whoever leads and however late a commit comes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

import shared.pipeline.sealing as sealing
from shared.ids import new_id
from shared.pipeline.chain import GENESIS, link_of, row_digest
from shared.pipeline.sealing import seal, seal_batch
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool
from shared.runtime.jobs import seal_log
from shared.runtime.running import Running, running
from tests.support.log import pool_of, write
from tests.support.toys import Toy, World, fresh_key, say, until


@pytest.fixture
async def pool(quiet: World) -> AsyncIterator[Pool]:
    async with pool_of(quiet.database, "intake", size=12) as own:
        yield own


async def assert_whole(world: World, service: str = "intake") -> int:
    """Check that every event has one seal, in the order of positions, and that the links fit. Return their number."""
    rows = await world.rows(service, "SELECT * FROM books_log ORDER BY position")
    seals = await world.rows(service, "SELECT * FROM seals ORDER BY number")
    assert [seal["position"] for seal in seals] == [row["position"] for row in rows]
    assert [seal["number"] for seal in seals] == list(range(1, len(rows) + 1))
    link = GENESIS
    for row, sealed in zip(rows, seals, strict=True):
        digest = row_digest(row, row["data"])
        link = link_of(link, digest)
        assert (sealed["digest"], sealed["link"]) == (digest, link)
    return len(rows)


async def test_a_lower_position_that_commits_later_is_waited_for_and_stands_first(quiet: World, pool: Pool) -> None:
    async with pool.acquire() as slow:
        late = slow.transaction()
        await late.start()
        first = await write(slow, new_id(), 1)
        assert first < await write(pool, new_id(), 1)
        sealed = asyncio.create_task(seal(pool))
        await asyncio.sleep(0.3)
        assert not sealed.done()
        assert await quiet.rows("intake", "SELECT FROM seals") == []
        await late.commit()
    assert await sealed == 2
    assert await assert_whole(quiet) == 2


async def test_a_position_that_is_rolled_back_leaves_no_gap_in_the_chain(quiet: World, pool: Pool) -> None:
    async with pool.acquire() as slow:
        given_up = slow.transaction()
        await given_up.start()
        await write(slow, new_id(), 1)
        await write(pool, new_id(), 1)
        sealed = asyncio.create_task(seal(pool))
        await asyncio.sleep(0.1)
        await given_up.rollback()
    assert await sealed == 1
    assert await assert_whole(quiet) == 1


async def test_a_writer_that_took_its_lock_and_no_position_yet_is_waited_for(quiet: World, pool: Pool) -> None:
    """A writer may stand between its lock and its position, without a transaction id, while others commit."""
    async with pool.acquire() as slow:
        waiting = slow.transaction()
        await waiting.start()
        await slow.execute("LOCK TABLE events IN ROW EXCLUSIVE MODE")
        place = await slow.fetchval("SELECT nextval(pg_get_serial_sequence('events', 'position'))")
        assert place < await write(pool, new_id(), 1)
        sealed = asyncio.create_task(seal(pool))
        await asyncio.sleep(0.3)
        assert not sealed.done()
        await waiting.rollback()
    assert await sealed == 1


async def test_a_writer_that_stays_leaves_the_rows_to_the_next_round(
    quiet: World, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "WRITERS_LIMIT_S", 0.2)
    async with pool.acquire() as slow:
        late = slow.transaction()
        await late.start()
        await write(slow, new_id(), 1)
        await write(pool, new_id(), 1)
        assert await seal(pool) == 0
        await late.commit()
    assert await seal(pool) == 2
    assert await assert_whole(quiet) == 2


async def test_what_begins_to_write_later_is_not_waited_for(quiet: World, pool: Pool) -> None:
    """Under load somebody always writes. A round waits for those alone that it saw."""
    await write(pool, new_id(), 1)
    seen = await pool.fetchrow(Q["seal_horizon"])
    assert seen is not None
    async with pool.acquire() as later, later.transaction():
        await write(later, new_id(), 1)
        assert not await pool.fetchval(Q["seal_writers"], seen["writers"])
        assert seen["upto"] == 1


async def test_many_writers_at_once_lose_no_row_and_give_one_order(quiet: World, pool: Pool) -> None:
    """Eight writers commit in any order, and give up some, while a second leader seals as well."""
    ended = asyncio.Event()

    async def writer(number: int) -> None:
        for sequence in range(1, 16):
            async with pool.acquire() as connection:
                change = connection.transaction()
                await change.start()
                await write(connection, new_id(), sequence)
                await asyncio.sleep(0.004 * ((number * sequence) % 4))
                if (number + sequence) % 5 == 0:
                    await change.rollback()
                else:
                    await change.commit()

    async def leader() -> None:
        while not ended.is_set():
            with contextlib.suppress(asyncpg.UniqueViolationError):
                await seal(pool)

    leaders = [asyncio.create_task(leader()) for _ in range(2)]
    await asyncio.gather(*(writer(number) for number in range(8)))
    ended.set()
    await asyncio.gather(*leaders)
    await seal(pool)
    assert await assert_whole(quiet) == 8 * 15 * 4 // 5


async def test_batches_join_into_one_chain(quiet: World, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    for _ in range(10):
        await write(pool, new_id(), 1)
    assert await seal(pool) == 10
    for _ in range(4):
        await write(pool, new_id(), 1)
    assert await seal(pool) == 4
    assert await seal(pool) == 0
    assert await assert_whole(quiet) == 14


async def test_a_second_leader_that_is_late_with_the_same_rows_is_refused(quiet: World, pool: Pool) -> None:
    for _ in range(3):
        await write(pool, new_id(), 1)

    class Late:
        """A leader that stands still between reading and sealing, while another seals."""

        async def fetchrow(self, sql: str) -> Any:
            return await pool.fetchrow(sql)

        async def fetch(self, sql: str, *values: Any) -> Any:
            rows = await pool.fetch(sql, *values)
            assert await seal_batch(pool, 2) == 2
            return rows

        async def execute(self, sql: str, *values: Any) -> Any:
            return await pool.execute(sql, *values)

    with pytest.raises(asyncpg.UniqueViolationError):
        await seal_batch(Late(), 3)  # type: ignore[arg-type]
    assert await seal(pool) == 1
    assert await assert_whole(quiet) == 3


async def test_a_row_that_is_blanked_before_its_seal_is_sealed_as_it_is(quiet: World, pool: Pool) -> None:
    key = new_id()
    await write(pool, key, 1)
    await pool.fetchval(Q["erase"], [key])
    assert await seal(pool) == 1
    assert await assert_whole(quiet) == 1


@contextlib.asynccontextmanager
async def leading(world: World) -> AsyncIterator[tuple[Running[Toy], asyncio.Task[None]]]:
    """Run a replica that relays and seals."""
    async with running(world.service("intake"), relay=True) as live:
        task = asyncio.create_task(seal_log(live))
        try:
            yield live, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_leaders_in_turn_go_on_with_one_chain(quiet: World) -> None:
    key = fresh_key()

    async def all_sealed() -> bool:
        return not await quiet.rows("intake", "SELECT FROM events WHERE position NOT IN (SELECT position FROM seals)")

    for text in ("satu", "dua"):
        async with leading(quiet) as (one, _):

            async def leads(live: Running[Toy] = one) -> bool:
                return live.leading()

            await until(leads, "the first leads")
            async with leading(quiet) as (two, _):
                await say(one, key, text)
                await say(two, key, text)
                assert not two.leading()
                await until(all_sealed, "the events of both are sealed")
    assert await assert_whole(quiet) == 4


async def test_a_replica_that_does_not_lead_seals_nothing(quiet: World) -> None:
    async with running(quiet.service("intake")) as live:
        task = asyncio.create_task(seal_log(live))
        await say(live, fresh_key(), "satu")
        await asyncio.sleep(1.3)
        assert await quiet.rows("intake", "SELECT FROM seals") == []
        assert await quiet.rows("intake", Q["unsealed_age"]) > [(1.0,)]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
