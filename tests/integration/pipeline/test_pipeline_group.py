"""A member that loses its group finds back to it, or is replaced; readiness says how it stands."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaError
from confluent_kafka import Consumer as Member
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from shared.events.catalogue import SUBMISSIONS
from shared.inputs.consumer import Consumer
from shared.runtime.running import Running, running
from tests.support.raw import UPDATES, Post, login, progress
from tests.support.toys import Toy, World, fresh_key, until
from tests.support.waits import everything_read

GROUPS = {"router": SUBMISSIONS, "router.external": UPDATES}


@pytest.fixture
async def consuming(world: World) -> AsyncIterator[tuple[Running[Toy], Consumer]]:
    """A router whose consumer a test can look into."""
    async with running(world.service("router"), relay=True) as live:
        consumer = live.consumer()
        task = asyncio.create_task(consumer.run())

        async def joined() -> bool:
            return consumer.joined() and len(consumer.assigned()) > 12 and not live.health.troubles()

        await until(joined, "both groups are joined", 40)
        yield live, consumer
        await consumer.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _both_flow(world: World, post: Post, name: str) -> None:
    """One more fact of each reader is folded."""
    before = len(await world.rows("router", "SELECT FROM state WHERE data->>'texts' LIKE '%opd:%'"))
    said = len(await world.rows("router", "SELECT FROM events"))
    post.say(fresh_key(), 1, name)
    post.update(fresh_key(), name, progress(name))
    post.flush()

    async def folded() -> bool:
        rows = await world.rows("router", "SELECT FROM state WHERE data->>'texts' LIKE '%opd:%'")
        return len(rows) > before

    await everything_read(world, said + 1)
    await until(folded, "an update is folded", 60)


def _dies(monkeypatch: pytest.MonkeyPatch, consumer: Consumer, error: Exception) -> None:
    """The client's care for the membership of the second group ends with this error, once."""
    coordinator = consumer.readers[1]._coordinator()
    known = GroupCoordinator.ensure_coordinator_known

    async def fails(self: GroupCoordinator) -> None:
        if self is coordinator:
            self.coordinator_dead()
            raise error
        await known(self)

    monkeypatch.setattr(GroupCoordinator, "ensure_coordinator_known", fails)
    coordinator.request_rejoin()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "error",
    [AssertionError(), KafkaError("unexpected")],
    ids=lambda e: type(e).__name__,
)
async def test_a_client_that_no_longer_cares_for_its_membership_is_replaced(
    world: World,
    post: Post,
    consuming: tuple[Running[Toy], Consumer],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    live, consumer = consuming
    monkeypatch.setattr("shared.inputs.reader.ILL_S", 3.0)
    old = consumer.readers[1]._coordinator()
    _dies(monkeypatch, consumer, error)

    async def red() -> bool:
        return live.health.troubles() == ["kafka"]

    await until(red, "readiness says that a group is lost", 20)

    async def green() -> bool:
        return not live.health.troubles() and consumer.joined()

    await until(green, "a new client has joined the group", 40)
    assert consumer.readers[1]._coordinator() is not old
    await _both_flow(world, post, "afterwards")


def _storm(kafka: LocalKafka, admin: AdminClient, seconds: float) -> None:
    """Foreign members that come and go, some without a word; and somebody who tries to delete the groups all the while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        members = []
        for group, topic in GROUPS.items():
            settings: dict[str, Any] = {"group.id": group, "session.timeout.ms": 6000, "enable.auto.commit": False}
            member = Member(login(kafka) | settings | {"partition.assignment.strategy": "range", "log_level": 0})
            member.subscribe([topic])
            members.append(member)
        leaves = time.monotonic() + random.uniform(0.2, 1.5)
        while time.monotonic() < leaves:
            for member in members:
                member.poll(0.05)
        for member in members:
            if random.random() < 0.7:
                member.close()
        for future in admin.delete_consumer_groups(list(GROUPS)).values():
            try:
                future.result(5)
            except (KafkaException, TimeoutError):
                continue


@pytest.mark.timeout(300)
async def test_after_deleted_groups_rebalances_and_three_kills_of_the_broker_readiness_is_soon_green(
    world: World,
    post: Post,
    consuming: tuple[Running[Toy], Consumer],
    cluster_ready: LocalKafka,
    kafka_admin: AdminClient,
) -> None:
    live, consumer = consuming
    storm = asyncio.create_task(asyncio.to_thread(_storm, cluster_ready, kafka_admin, 9))
    for _ in range(3):
        await asyncio.sleep(random.uniform(1, 3))
        await asyncio.to_thread(cluster_ready.kill)
        await asyncio.sleep(random.uniform(0.2, 2))
        await asyncio.to_thread(cluster_ready.start)
        post.say(fresh_key(), 1, "satu")
    await storm

    async def green() -> bool:
        return not live.health.troubles() and consumer.joined()

    await until(green, "readiness is green again", 40)
    await _both_flow(world, post, "afterwards")
