"""The delivery guarantees of a stream, on the real Kafka and Postgres."""

import asyncio
import gc
import json
from collections.abc import Coroutine, Sequence
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from shared.events.catalogue import SUBMISSIONS
from shared.outbox.sender import Sender
from shared.record import KafkaRecord
from shared.runtime.running import running
from tests.support.raw import UPDATES, Post, progress
from tests.support.toys import World, empty_streams, fresh_key, say, until
from tests.support.waits import everything_read, quiet_outbox


async def test_what_is_said_arrives_in_order(world: World) -> None:
    key = fresh_key()
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu", "dua", "tiga")

        async def arrived() -> bool:
            return await world.texts(key) == ["satu", "dua", "tiga"]

        await until(arrived, "three texts in order")


async def test_records_read_again_and_a_republished_log_change_nothing(world: World) -> None:
    keys = [fresh_key() for _ in range(30)]
    async with world.intake() as intake:
        for key in keys:
            await say(intake, key, "satu", "dua")
        async with world.router():
            await everything_read(world, 60)
            await quiet_outbox(world, "intake", "router")
        rows = await world.rows("router", "SELECT key, version, data FROM state ORDER BY key")
        await world.rows("router", "DELETE FROM offsets")
        assert await intake.republisher.of_topic(SUBMISSIONS) == 60
        async with world.router() as router:

            async def all_repeats() -> bool:
                value = router.meters.registry.get_sample_value
                return (value("tanggap_items_total", {"door": "records", "outcome": "repeat"}) or 0) >= 120

            await until(all_repeats, "sixty records again and sixty republished", 40)
        assert await world.rows("router", "SELECT key, version, data FROM state ORDER BY key") == rows
        assert len(await world.rows("router", "SELECT FROM events")) == 60


async def test_the_database_and_not_the_group_says_where_reading_goes_on(
    world: World, kafka_admin: AdminClient, kafka: LocalKafka
) -> None:
    post, key, other = Post(kafka), fresh_key(), fresh_key()
    async with world.router():
        post.update(key, "1", progress("satu"))
        post.flush()
        await until(lambda: world.texts(key), "the first update is folded", 30)
    post.update(key, "2", progress("dua"))
    post.flush()
    # A group that claims to have read it, as after the restore of an older database; the other never existed.
    ahead = [TopicPartition(UPDATES, 0, 1_000_000)]
    for future in kafka_admin.alter_consumer_group_offsets(
        [ConsumerGroupTopicPartitions("router.external", ahead)]
    ).values():
        future.result()
    for deleted in kafka_admin.delete_consumer_groups(["router"]).values():
        deleted.result()
    async with world.router() as router:

        async def both() -> bool:
            return await world.texts(key) == ["opd: satu", "opd: dua"]

        await until(both, "the update that the group had passed", 30)
        post.say(other, 1, "tiga")
        post.flush()
        await until(lambda: world.texts(other), "a record of the deleted group", 30)
        assert router.meters.registry.get_sample_value(
            "tanggap_items_total", {"door": "records", "outcome": "repeat"}
        ) in (None, 0)


async def test_a_partition_made_anew_is_read_from_its_beginning(world: World, kafka: LocalKafka) -> None:
    post, key = Post(kafka), fresh_key()
    async with world.router():
        post.update(key, "1", progress("satu"))
        post.flush()
        await until(lambda: world.texts(key), "the first update is folded", 30)
    handled = (
        await world.rows("router", "UPDATE offsets SET next = next + 1000000 WHERE topic = $1 RETURNING next", UPDATES)
    )[0]
    post.update(key, "2", progress("dua"))
    post.flush()
    async with world.router():

        async def both() -> bool:
            return await world.texts(key) == ["opd: satu", "opd: dua"]

        await until(both, "the record below the saved position", 30)
    assert (await world.rows("router", "SELECT next FROM offsets WHERE topic = $1", UPDATES))[0]["next"] < handled[
        "next"
    ]


async def test_what_vanished_from_kafka_is_waited_for_and_healed_from_the_log(
    world: World, kafka_admin: AdminClient
) -> None:
    key = fresh_key()
    async with world.intake() as intake:
        await say(intake, key, "satu", "dua")
        await quiet_outbox(world, "intake")
        empty_streams(kafka_admin)
        await say(intake, key, "tiga")
        async with world.router():

            async def waits() -> list[Any]:
                return await world.rows("router", "SELECT FROM parked WHERE key = $1", key)

            await until(waits, "the third waits for the first two", 30)
        async with world.router():
            assert await intake.republisher.of_key(SUBMISSIONS, key, 1) == 3

            async def healed() -> bool:
                return await world.texts(key) == ["satu", "dua", "tiga"]

            await until(healed, "all three in order, after a restart of the reader", 30)
            assert await waits() == []


async def test_a_service_that_stops_has_told_kafka_how_far_it_is(world: World, kafka_admin: AdminClient) -> None:
    keys = [fresh_key() for _ in range(40)]
    async with world.intake() as intake:
        await asyncio.gather(*(say(intake, key, "satu") for key in keys))
        await quiet_outbox(world, "intake")
        async with world.router():
            await everything_read(world, 40)
    [answer] = kafka_admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions("router")]).values()
    committed = {
        place.partition: place.offset for place in answer.result().topic_partitions or [] if place.topic == SUBMISSIONS
    }
    handled = await world.rows("router", "SELECT partition, next FROM offsets WHERE topic = $1", SUBMISSIONS)
    assert handled
    assert all(committed[row["partition"]] == row["next"] for row in handled)


async def test_what_is_read_again_after_an_unhandled_error_is_not_committed_past(world: World, post: Post) -> None:
    """A handler that raises gives its batch back, and nothing behind it is told to Kafka before it was folded."""
    keys = [fresh_key() for _ in range(5)]
    for key in keys:
        post.say(key, 1, "satu")
    post.flush()
    async with running(world.service("router"), relay=True) as live:
        consumer = live.consumer()
        [reader, _external] = consumer.readers
        handler, failures = reader._handler, [ValueError("nobody foresaw this")] * 3

        async def fails_at_first(records: Sequence[KafkaRecord]) -> None:
            if failures:
                raise failures.pop()
            await handler(records)

        reader._handler = fails_at_first
        consuming = asyncio.create_task(consumer.run())
        await everything_read(world, 5)
        await consumer.stop()
        consuming.cancel()
        await asyncio.gather(consuming, return_exceptions=True)
    assert not failures
    assert len(await world.rows("router", "SELECT FROM state")) == 5


async def test_a_stop_in_the_middle_of_a_start_leaves_no_connection(world: World) -> None:
    """A client that nobody closed warns when it is collected, and a warning is an error here."""
    for pause in (0.0, 0.02, 0.1, 0.3):
        async with running(world.service("router")) as live:
            consumer = live.consumer()
            consuming = asyncio.create_task(consumer.run())
            await asyncio.sleep(pause)
            await consumer.stop()
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)
        del consumer, live
        gc.collect()


async def test_a_relay_that_is_stopped_while_its_producer_connects_leaves_no_connection(world: World) -> None:
    async def directly(what: Coroutine[Any, Any, Any]) -> Any:
        return await what

    for pause in [number * 0.004 for number in range(25)]:
        sender = Sender(world.service("router").settings)
        sending = asyncio.create_task(sender.send([], directly))
        await asyncio.sleep(pause)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await sender.close()
        del sender, sending
        gc.collect()


async def test_two_replicas_with_a_rebalance_in_the_middle_lose_and_repeat_nothing(world: World) -> None:
    keys = [fresh_key() for _ in range(200)]
    rounds = 8

    async def speak(intake: Any) -> None:
        for number in range(rounds):
            await asyncio.gather(*(say(intake, key, str(number)) for key in keys))
            await asyncio.sleep(0.15)

    async with world.intake(batch_size=100) as intake, world.intake(replica="2") as second, world.router(batch_size=50):
        speaking = asyncio.create_task(speak(intake))
        await asyncio.sleep(0.3)
        async with world.router(replica="2", batch_size=50):
            await asyncio.sleep(1.0)
        async with world.router(replica="3", batch_size=50):
            await speaking
            await everything_read(world, rounds * len(keys))
        await quiet_outbox(world, "intake", "router")
        assert [intake.leading(), second.leading()].count(True) == 1
    wanted = [str(number) for number in range(rounds)]
    rows = await world.rows("router", "SELECT key, data->'texts' AS texts, read FROM state")
    assert len(rows) == len(keys)
    assert all(json.loads(row["texts"]) == wanted for row in rows)
    per_key = await world.rows(
        "router", "SELECT key, array_agg(sequence ORDER BY position) AS s FROM events GROUP BY key"
    )
    assert all(row["s"] == list(range(1, rounds + 1)) for row in per_key)


async def test_half_a_batch_that_fails_is_parked_and_the_other_half_goes_on(world: World, post: Post) -> None:
    bad, good = [fresh_key() for _ in range(15)], [fresh_key() for _ in range(15)]
    for one, other in zip(bad, good, strict=True):
        post.say(one, 1, "raise")
        post.say(other, 1, "satu")
    post.flush()
    async with world.router() as router:
        await everything_read(world, 15)

        async def parked() -> bool:
            return len(await world.rows("router", "SELECT FROM parked")) == 15

        await until(parked, "fifteen parked")
        assert "breaker" not in router.health.troubles()


async def test_the_breaker_stops_consuming_before_the_province_is_parked(world: World, post: Post) -> None:
    for _ in range(300):
        post.say(fresh_key(), 1, "raise")
    post.flush()
    async with world.router(batch_size=10) as router:

        async def open_() -> bool:
            return "breaker" in router.health.troubles()

        await until(open_, "the breaker opens", 30)
        await asyncio.sleep(1.0)
        parked = len(await world.rows("router", "SELECT FROM parked"))
        assert parked < 20
        assert router.meters.registry.get_sample_value("tanggap_breaker_open") == 1
        assert "consumer.loop" not in router.health.stale()
