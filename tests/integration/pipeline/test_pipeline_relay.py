"""The log to Kafka: what is refused sticks and holds back its own key only; who stops loses the lock to a stand-by."""

import asyncio
import json
import os
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from asyncpg.protocol import Protocol

from deploy.local import process
from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from shared.pipeline.rows import MAX_EVENT_BYTES
from shared.pipeline.tables import Q
from tests.support.raw import Post, said, taken
from tests.support.toys import Forget, World, fresh_key, say, until
from tests.support.waits import quiet_outbox

LARGE = json.dumps({"text": "x" * 1_500_000, "channel": "web"})
GOOD = json.dumps({"text": "dua", "channel": "web"})


async def written(world: World, key: Any, sequence: int, body: str = GOOD, topic: str = SUBMISSIONS) -> None:
    """An event that no step would append."""
    await world.rows(
        "intake",
        "WITH e AS (INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data) "
        "VALUES ($1, $2, $3, $4, 'submission.citizen_replied', now(), 'test', $5) RETURNING position) "
        "INSERT INTO outbox (position) SELECT position FROM e",
        new_id(),
        topic,
        key,
        sequence,
        body,
    )


async def sent(world: World, key: Any) -> list[int]:
    """The sequences of a key in Kafka; in a thread, for a loop that stands still loses the relay's lock."""
    records = await asyncio.to_thread(taken, world.kafka, SUBMISSIONS, 12)
    return [sequence for named, sequence, _, _ in records if named == str(key)]


async def stuck(world: World) -> list[str]:
    return [row["stuck"] for row in await world.rows("intake", "SELECT stuck FROM outbox WHERE stuck IS NOT NULL")]


async def test_a_row_that_kafka_refuses_sticks_and_holds_back_its_own_key_only(world: World) -> None:
    bad, good = fresh_key(), fresh_key()
    async with world.intake() as intake:
        await say(intake, bad, "satu")
        await quiet_outbox(world, "intake")
        await written(world, bad, 2, LARGE)
        await world.rows(
            "intake", "UPDATE state SET written = jsonb_build_object($2::text, 2) WHERE key = $1", bad, SUBMISSIONS
        )
        await say(intake, bad, "tiga")
        await say(intake, good, "satu", "dua")

        async def held() -> bool:
            return await stuck(world) == ["MessageSizeTooLargeError"]

        await until(held, "the large one is marked", 30)

        async def good_sent() -> bool:
            return await sent(world, good) == [1, 2]

        await until(good_sent, "the others are sent", 30)
        assert await sent(world, bad) == [1]
        assert "relay" not in intake.health.troubles()
        await world.rows("intake", "UPDATE events SET data = $2 WHERE key = $1 AND sequence = 2", bad, GOOD)
        assert await intake.release_stuck() == 1
        await quiet_outbox(world, "intake")
    assert await sent(world, bad) == [1, 2, 3]


async def test_what_lacks_a_right_is_held_back_and_goes_by_itself_once_that_is_mended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.outbox.relay.RETRY_REFUSED_S", 1.0)
    bad, good = fresh_key(), fresh_key()
    async with world.intake() as intake:
        await say(intake, bad, "satu")
        await quiet_outbox(world, "intake")
        await written(world, bad, 2, topic="of.nobody")
        await say(intake, good, "satu")

        async def held() -> bool:
            return await stuck(world) == ["TopicAuthorizationFailedError"]

        await until(held, "the one without a right is marked", 30)
        await world.rows("intake", "UPDATE events SET topic = $2 WHERE key = $1 AND sequence = 2", bad, SUBMISSIONS)
        await quiet_outbox(world, "intake")
    assert await sent(world, bad) == [1, 2]


async def test_what_fills_several_batches_of_a_partition_goes_in_order(world: World) -> None:
    key = fresh_key()
    for sequence in range(1, 41):
        size = 900_000 if sequence == 20 else 10_000
        await written(world, key, sequence, json.dumps({"text": "x" * size, "channel": "web"}))
    async with world.intake():
        await quiet_outbox(world, "intake")
    assert await sent(world, key) == list(range(1, 41))


async def test_the_largest_event_that_a_step_takes_is_one_that_kafka_takes(world: World) -> None:
    key, empty = fresh_key(), len(json.dumps({"text": "", "channel": "web"}))
    await written(world, key, 1, json.dumps({"text": "x" * (MAX_EVENT_BYTES - empty), "channel": "web"}))
    await written(world, key, 2)
    async with world.intake():
        await quiet_outbox(world, "intake")
    assert await sent(world, key) == [1, 2]
    assert await stuck(world) == []


async def test_a_stopped_leader_loses_the_lock_within_seconds_and_its_return_reorders_nothing(
    world: World, tmp_path: Path
) -> None:
    keys = [fresh_key() for _ in range(40)]
    log = tmp_path / "leader.log"
    given = {
        "dsn": world.database.dsn("intake"),
        "kafka_bootstrap": world.kafka.bootstrap,
        "kafka_password": world.secrets.get("kafka-intake"),
    }
    child = process.start(
        "leader",
        [sys.executable, "-m", "tests.support.leader"],
        log,
        env=os.environ | {"GIVEN": json.dumps(given)},
        cwd=Path(__file__).parents[3],
        on_parent_death=signal.SIGKILL,
    )
    try:

        async def leads() -> bool:
            return log.exists() and "leading" in log.read_text()

        await until(leads, "the other process leads", 30)
        async with world.intake() as intake:
            assert not intake.leading()
            for number in range(10):
                await asyncio.gather(*(say(intake, key, str(number)) for key in keys))
                if number == 3:
                    child.send(signal.SIGSTOP)
                    stopped = asyncio.get_running_loop().time()

            async def took_over() -> bool:
                return intake.leading()

            await until(took_over, "the stand-by leads", 12)
            assert asyncio.get_running_loop().time() - stopped < 10
            await quiet_outbox(world, "intake")
            child.send(signal.SIGCONT)
            await asyncio.gather(*(say(intake, key, "akhir") for key in keys))
            await asyncio.sleep(1.0)
            await quiet_outbox(world, "intake")
            assert intake.leading()
    finally:
        child.kill()
    firsts: dict[str, list[int]] = {}
    for key, sequence, _, _ in await asyncio.to_thread(taken, world.kafka, SUBMISSIONS, 12):
        seen = firsts.setdefault(key, [])
        if sequence > (seen[-1] if seen else 0):
            seen.append(sequence)
    assert {key: seen for key, seen in firsts.items() if seen != list(range(1, 12))} == {}
    assert len(firsts) == len(keys)


async def test_who_leads_prepares_no_statement_any_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a prepare to its first use no idle limit holds: a process stopped there would keep the lock while it stands still."""
    prepared: dict[int, list[str]] = defaultdict(list)
    real = Protocol.prepare

    async def noted(self: Any, name: str, query: str, *more: Any, **named: Any) -> Any:
        prepared[id(self)].append(query)
        return await real(self, name, query, *more, **named)

    monkeypatch.setattr(Protocol, "prepare", noted)
    key = fresh_key()
    async with world.intake() as intake:
        await until(lambda: _leads(intake), "it leads")
        await say(intake, key, "satu")
        await quiet_outbox(world, "intake")
        await written(world, key, 2, LARGE)

        async def held() -> bool:
            return await stuck(world) == ["MessageSizeTooLargeError"]

        await until(held, "the large one is marked", 30)
    relays = [queries for queries in prepared.values() if Q["lead"] in queries]
    assert relays
    assert [queries[-1] for queries in relays] == [Q["lead"]] * len(relays)


async def _leads(live: Any) -> bool:
    return bool(live.leading())


async def test_an_erasure_blanks_log_outbox_and_parked_rows_and_the_reader_forgets(world: World) -> None:
    key = fresh_key()
    async with world.intake() as intake:
        await say(intake, key, "rahasia satu", "rahasia dua")
        async with world.router():

            async def read() -> bool:
                return await world.texts(key) == ["rahasia satu", "rahasia dua"]

            await until(read, "both are read")
            await intake.do(Forget(), keys=(key,), actor="citizen")

            async def forgotten() -> bool:
                rows = await world.rows("router", "SELECT type FROM events WHERE key = $1 ORDER BY position", key)
                return [row["type"] for row in rows][-1:] == ["case.erased"]

            await until(forgotten, "the reader has erased too")
    for service in ("intake", "router"):
        kept = str([tuple(row) for row in await world.rows(service, "SELECT data FROM events")])
        kept += str([tuple(row) for row in await world.rows(service, "SELECT data FROM state")])
        assert "rahasia" not in kept


async def test_an_erasure_reaches_past_a_gap_and_takes_what_was_parked(world: World) -> None:
    key, post = fresh_key(), Post(world.kafka)
    post.say(key, 1, "rahasia")
    post.say(key, 3, "rahasia")
    post.put(SUBMISSIONS, str(key).encode(), b"{}", said(key, 5, ce_type=b"submission.erased"))
    post.say(key, 4, "terlambat")
    post.say(key, 2, "terlambat")
    post.say(key, 6, "baru")
    post.flush()
    async with world.router():

        async def done() -> bool:
            return await world.texts(key) == ["baru"]

        await until(done, "erased past the gap, the late ones are repeats, the later one is folded")
    assert await world.rows("router", "SELECT FROM parked") == []
    assert "rahasia" not in str([tuple(row) for row in await world.rows("router", "SELECT data FROM events")])
