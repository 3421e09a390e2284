"""Gaps and repeats: a step waits for a missing record, and a repeated record changes nothing."""

import asyncio
import contextlib

from shared.errors import VersionConflict
from shared.pipeline.step import Batch
from shared.pipeline.transaction import Transaction
from tests.support.steps import Steps, stepping
from tests.support.toys import World, fresh_key


async def test_a_repeat_changes_nothing(router: Steps) -> None:
    key = fresh_key()
    assert await router.run(router.said(key, 1, "satu")) == ["folded"]
    before = await router.rows("SELECT * FROM state")
    assert await router.run(router.said(key, 1, "satu")) == ["repeat"]
    assert await router.rows("SELECT * FROM state") == before
    assert len(await router.events(key)) == 1


async def test_a_repeat_in_one_batch_changes_nothing(router: Steps) -> None:
    key = fresh_key()
    assert await router.run(router.said(key, 1, "satu"), router.said(key, 1, "satu")) == ["folded", "repeat"]
    assert await router.texts(key) == ["satu"]


async def test_a_gap_parks_until_it_is_filled_and_then_goes_on_in_order(router: Steps) -> None:
    key = fresh_key()
    assert await router.run(router.said(key, 1, "satu"), router.said(key, 3, "tiga")) == ["folded", "gap"]
    assert await router.run(router.said(key, 5, "lima"), router.said(key, 4, "empat")) == ["gap", "gap"]
    assert await router.texts(key) == ["satu"]
    assert await router.run(router.said(key, 2, "dua")) == ["folded"]
    assert await router.texts(key) == ["satu", "dua", "tiga", "empat", "lima"]
    assert [sequence for sequence, _ in await router.events(key)] == [1, 2, 3, 4, 5]
    assert await router.parked(key) == []
    assert not (await router.rows("SELECT waiting FROM state WHERE key = $1", key))[0]["waiting"]


async def test_two_gaps_drain_one_after_the_other(router: Steps) -> None:
    key = fresh_key()
    for sequence in (2, 3, 5, 6):
        assert await router.run(router.said(key, sequence, str(sequence))) == ["gap"]
    await router.run(router.said(key, 1, "1"))
    assert await router.texts(key) == ["1", "2", "3"]
    assert await router.parked(key) == [(5, "gap"), (6, "gap")]
    await router.run(router.said(key, 4, "4"))
    assert await router.texts(key) == ["1", "2", "3", "4", "5", "6"]


async def test_the_gap_and_what_waits_for_it_may_come_in_one_batch_in_any_order(router: Steps) -> None:
    key = fresh_key()
    await router.run(*(router.said(key, sequence, str(sequence)) for sequence in (3, 2, 1)))
    assert await router.texts(key) == ["1", "2", "3"]
    assert await router.parked(key) == []


async def test_a_gap_is_still_waited_for_after_a_restart(quiet: World) -> None:
    key = fresh_key()
    async with stepping(quiet) as before:
        await before.run(before.said(key, 2, "dua"))
    async with stepping(quiet) as after:
        await after.run(after.said(key, 1, "satu"))
        assert await after.texts(key) == ["satu", "dua"]


async def test_a_parked_record_delivered_again_is_kept_once(router: Steps) -> None:
    key = fresh_key()
    again = router.said(key, 2, "dua")
    await router.run(again)
    await router.run(again)
    await router.run(router.said(key, 2, "dua"))
    assert await router.parked(key) == [(2, "gap")]


async def test_a_gap_noted_in_a_try_that_was_rolled_back_is_forgotten(router: Steps) -> None:
    """Another replica fills the gap between two tries of the same batch."""
    key = fresh_key()
    late = router.said(key, 2, "dua")
    batch, outcomes = Batch([late]), list[str]()
    async with router.live.pool.acquire() as connection:
        opened = connection.transaction()
        await opened.start()
        [attempt] = await Transaction(router.live.step.parts, connection).run(batch.entries)
        outcomes.append(attempt.outcome)
        await opened.rollback()
    await router.run(router.said(key, 1, "satu"))
    await router.live.step.run(batch)
    assert [*outcomes, *(attempt.outcome for attempt in batch.committed)] == ["gap", "folded"]
    assert await router.texts(key) == ["satu", "dua"]


async def test_two_replicas_that_fold_the_same_first_events_write_each_once(quiet: World) -> None:
    keys = [fresh_key() for _ in range(100)]
    async with stepping(quiet) as one, stepping(quiet) as two:

        async def all_of(steps: Steps) -> None:
            batch = Batch(steps.said(key, sequence, str(sequence)) for key in keys for sequence in (1, 2, 3))
            while batch.left:
                with contextlib.suppress(VersionConflict):
                    await steps.live.step.run(batch)

        await asyncio.gather(all_of(one), all_of(two))
        rows = await one.rows("SELECT key, array_agg(sequence ORDER BY position) AS written FROM events GROUP BY key")
        assert len(rows) == len(keys)
        assert all(row["written"] == [1, 2, 3] for row in rows)


async def test_what_a_fold_passes_on_is_folded_in_the_same_transaction(router: Steps) -> None:
    key, other = fresh_key(), fresh_key()
    await router.run(router.said(key, 1, f"forward:{other}"))
    assert await router.texts(other) == ["forwarded"]
