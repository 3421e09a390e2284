"""Another session holds a lock: its complaint waits in order, everything else goes on."""

import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest

from shared.errors import Unavailable
from shared.events.catalogue import SUBMISSIONS
from shared.pipeline import Change, Item
from shared.pipeline.blame import passes
from shared.pipeline.step import Batch
from shared.runtime.jobs import take_up_held_once
from tests.support.raw import Post
from tests.support.steps import Steps, stepping
from tests.support.toys import Toy, World, fresh_key, router_fold, until
from tests.support.waits import everything_read

LOCK_ROW = "SELECT FROM router.state WHERE key = '{}' FOR UPDATE"


@contextlib.asynccontextmanager
async def holding(world: World, *statements: str) -> AsyncIterator[None]:
    """An administrator's session that stays in its transaction."""
    connection = await asyncpg.connect(world.database.admin_dsn)
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
            yield
    finally:
        await connection.close()


async def known(router: Steps, *keys: UUID) -> None:
    """Rows of these complaints are there."""
    await router.run(*(router.said(key, 1, "satu") for key in keys))


async def test_a_held_row_delays_its_own_complaint_alone(router: Steps) -> None:
    held, other, new = fresh_key(), fresh_key(), fresh_key()
    await known(router, held, other)
    async with holding(router.world, LOCK_ROW.format(held)):
        began = time.monotonic()
        works = [
            router.said(held, 2, "dua"),
            router.said(other, 2, "dua"),
            router.said(new, 1, "satu"),
            router.said(held, 3, "tiga"),
        ]
        assert await router.run(*works) == ["parked", "folded", "folded", "parked"]
        assert time.monotonic() - began < 3
        began = time.monotonic()
        assert await router.run(router.said(held, 4, "empat"), router.said(other, 3, "tiga")) == ["parked", "folded"]
        assert time.monotonic() - began < 0.8
        assert await router.parked(held) == [(2, "held"), (3, "held"), (4, "held")]
        assert await take_up_held_once(router.live) == 1
    assert await take_up_held_once(router.live) == 0
    assert await router.texts(held) == ["satu", "dua", "tiga", "empat"]
    assert await router.parked(held) == []
    assert await router.run(router.said(held, 5, "lima")) == ["folded"]


async def test_what_an_opd_says_of_a_held_complaint_is_not_overtaken_by_what_it_says_later(router: Steps) -> None:
    held, other = fresh_key(), fresh_key()
    await known(router, held, other)
    async with holding(router.world, LOCK_ROW.format(held)):
        assert await router.run(router.update(held, "u1", "satu"), router.update(other, "u2", "lain")) == [
            "parked",
            "folded",
        ]
    assert await router.run(router.update(held, "u3", "dua")) == ["parked"]
    assert await take_up_held_once(router.live) == 0
    assert await router.texts(held) == ["satu", "opd: satu", "opd: dua"]
    assert await router.run(router.update(held, "u1", "satu"), router.update(held, "u4", "tiga")) == [
        "repeat",
        "folded",
    ]


async def test_another_replica_knows_what_was_set_aside(router: Steps) -> None:
    held = fresh_key()
    await known(router, held)
    async with holding(router.world, LOCK_ROW.format(held)):
        await router.run(router.update(held, "u1", "satu"))
    async with stepping(router.world) as second:
        assert await second.run(second.update(held, "u2", "dua", offset=900)) == ["parked"]
        assert await take_up_held_once(second.live) == 0
    assert await router.texts(held) == ["satu", "opd: satu", "opd: dua"]


async def test_a_command_on_a_held_complaint_is_told_to_come_again_and_the_others_are_carried_out(
    router: Steps,
) -> None:
    held, other = fresh_key(), fresh_key()
    await known(router, held, other)
    async with holding(router.world, LOCK_ROW.format(held)):
        refused, done = router.command(held, "tunggu"), router.command(other, "jalan")
        attempts = await router.attempts(refused, done)
        assert [attempt.outcome for attempt in attempts] == ["refused", "folded"]
        assert isinstance(attempts[0].refusal, Unavailable)
        assert (attempts[0].refusal.status, attempts[0].refusal.retry_after) == (503, 5)
    assert await take_up_held_once(router.live) == 0
    assert await router.run(router.command(held, "lagi")) == ["folded"]


async def test_a_timer_of_a_held_complaint_holds_up_no_other(router: Steps) -> None:
    held, other = fresh_key(), fresh_key()
    await router.run(router.said(held, 1, "due"), router.said(other, 1, "due"))
    now = router.live.clock.now()
    timers = router.live.timers()
    async with holding(router.world, LOCK_ROW.format(held)):
        assert await router.run(router.tick(held, now), router.tick(other, now)) == ["refused", "folded"]
        assert await timers._due(now) == []
    await take_up_held_once(router.live)
    assert await timers._due(now) == [held]


async def test_what_reaches_a_held_complaint_by_another_waits_with_it(router: Steps) -> None:
    held, origin, other = fresh_key(), fresh_key(), fresh_key()
    await known(router, held)
    async with holding(router.world, LOCK_ROW.format(held)):
        works = [router.said(origin, 1, f"forward:{held}"), router.said(other, 1, "satu")]
        assert await router.run(*works) == ["parked", "folded"]
    assert await take_up_held_once(router.live) == 0
    assert await router.texts(held) == ["satu", "forwarded"]


async def test_what_was_set_aside_behind_a_gap_waits_for_it_like_anything_else(router: Steps) -> None:
    held = fresh_key()
    await known(router, held)
    async with holding(router.world, LOCK_ROW.format(held)):
        await router.run(router.said(held, 3, "tiga"), router.said(held, 4, "empat"))
    assert await take_up_held_once(router.live) == 0
    assert await router.parked(held) == [(3, "gap"), (4, "gap")]
    assert await router.run(router.said(held, 2, "dua")) == ["folded"]
    assert await router.texts(held) == ["satu", "dua", "tiga", "empat"]


async def test_what_cannot_be_folded_once_the_row_is_free_is_parked_for_its_own_reason(router: Steps) -> None:
    held = fresh_key()
    await known(router, held)
    async with holding(router.world, LOCK_ROW.format(held)):
        works = [router.said(held, 2, "raise"), router.said(held, 3, "tiga"), router.record_unreadable(held)]
        assert await router.run(*works) == ["parked", "parked", "parked"]
    assert await take_up_held_once(router.live) == 0
    assert await router.parked(held) == [(2, "fold"), (3, "gap"), (None, "undecodable")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM router.offsets WHERE topic = '" + SUBMISSIONS + "' FOR UPDATE",
        "LOCK TABLE router.state IN EXCLUSIVE MODE",
        "LOCK TABLE router.outbox IN EXCLUSIVE MODE",
        "LOCK TABLE router.events IN SHARE MODE",
    ],
    ids=["the offset of a partition", "all states", "the outbox", "the log"],
)
async def test_a_lock_that_concerns_every_complaint_makes_all_wait_and_nothing_is_set_aside(
    router: Steps, statement: str
) -> None:
    key = fresh_key()
    await known(router, key)
    work = router.said(key, 2, "dua")
    async with holding(router.world, statement):
        with pytest.raises(asyncpg.LockNotAvailableError) as raised:
            await router.run(work)
        assert passes(raised.value)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await router.live.step.run(Batch([work]), doubt=True)
    assert await router.run(work) == ["folded"]
    assert await router.parked(key) == []


@pytest.mark.timeout(120)
async def test_complaints_flow_while_a_row_is_held_and_it_catches_up_by_itself(world: World, post: Post) -> None:
    held, others = fresh_key(), [fresh_key() for _ in range(30)]
    post.say(held, 1, "satu")
    post.flush()
    async with world.router() as router:
        await everything_read(world, 1)
        async with holding(world, LOCK_ROW.format(held)):
            for number in range(2, 6):
                post.say(held, number, str(number))
                post.update(
                    held,
                    f"u{number}",
                    b'{"assignment_id": "00000000-0000-0000-0000-000000000007", "text": "%d"}' % number,
                )
            for key in others:
                post.say(key, 1, "satu")
            post.flush()
            began = time.monotonic()
            await everything_read(world, 1 + len(others))
            assert time.monotonic() - began < 8
            assert await world.texts(held) == ["satu"]

        async def caught_up() -> bool:
            return len(await world.texts(held)) == 9

        await until(caught_up, "the held complaint catches up by itself", 20)
        assert router.health.troubles() == []
    texts = await world.texts(held)
    assert [text for text in texts if not text.startswith("opd")] == ["satu", "2", "3", "4", "5"]
    assert [text for text in texts if text.startswith("opd")] == [f"opd: {number}" for number in range(2, 6)]


async def test_a_culprit_whose_row_is_held_meanwhile_is_set_aside_and_named_once_the_row_is_free(
    router: Steps,
) -> None:
    """Postgres refuses the record twice, then another session takes its row before the record can be parked."""
    key, tries = fresh_key(), 0
    await known(router, key)

    async def refuses(_connection: object, _rows: object) -> None:
        raise asyncpg.DataError

    async with contextlib.AsyncExitStack() as other_session:

        async def taken_at_the_third_try(_connection: object) -> None:
            nonlocal tries
            tries += 1
            if tries == 3:
                await other_session.enter_async_context(holding(router.world, LOCK_ROW.format(key)))

        object.__setattr__(router.live.service, "fold", _with_a_row)
        object.__setattr__(router.live.service, "save_rows", refuses)
        object.__setattr__(router.live.service, "before", taken_at_the_third_try)
        assert await router.run(router.said(key, 2, "dua")) == ["parked"]
        assert await router.parked(key) == [(2, "held")]
    assert await take_up_held_once(router.live) == 0
    assert await router.parked(key) == [(2, "data")]


def _with_a_row(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
    return replace(router_fold(states, item, now), rows=("row",))
