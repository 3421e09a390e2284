"""Three brokers, each of which is killed in turn and comes back."""

import asyncio
import time
from typing import Any

from confluent_kafka.admin import AdminClient

from tests.chaos.field import Field
from tests.support.raw import login

ROUNDS = 2
BACK_WITHIN_S = 10.0
IN_SYNC_WITHIN_S = 120.0


async def lose_each(field: Field) -> None:
    """Kill every broker, two rounds in random order, and let it come back in sync before the next one dies."""
    took: list[float] = []
    probes: list[float] = []
    usual: list[float] = []
    admin = AdminClient(login(field.kafka))
    for _ in range(ROUNDS):
        nodes = list(enumerate(field.kafka.nodes, 1))
        field.rng.shuffle(nodes)
        for number, node in nodes:
            await _in_sync(admin)
            # The same without a kill: on a busy machine the pipeline takes its time anyway.
            usual.append(await field.until_through(time.monotonic()))
            field.report(f"kill broker {number} of {len(nodes)}")
            since = time.monotonic()
            await asyncio.to_thread(node.kill)
            led, through = await asyncio.gather(_led(admin, number), field.until_through(since))
            took.append(through)
            probes.append(led - since)
            field.report(
                f"others lead after {probes[-1]:.1f} s, all is through after {took[-1]:.1f} s ({usual[-1]:.1f} before)"
            )
            await asyncio.to_thread(node.start)
    await _in_sync(admin)
    late = [f"{one:.1f} s" for one, before in zip(took, usual, strict=True) if one - before > BACK_WITHIN_S]
    field.verdict.none(len(late), f"kills after which complaints passed late ({', '.join(late)})")
    field.verdict.none(field.filer.failed.total(), f"tries that intake did not take ({dict(field.filer.failed)})")
    field.verdict.figures |= {
        "back_seconds": [round(one, 1) for one in took],
        "usual_seconds": [round(one, 1) for one in usual],
        "leaders_seconds": [round(one, 1) for one in probes],
    }


async def _in_sync(admin: AdminClient) -> None:
    """Wait until all replicas of every partition are in sync."""
    async with asyncio.timeout(IN_SYNC_WITHIN_S):
        while any(len(place.isrs) < len(place.replicas) for place in await asyncio.to_thread(_places, admin)):
            await asyncio.sleep(0.3)


async def _led(admin: AdminClient, dead: int) -> float:
    """Wait until every partition is led by a broker other than the dead one. Return the moment: Kafka's own share."""
    async with asyncio.timeout(IN_SYNC_WITHIN_S):
        while any(place.leader in (-1, dead) for place in await asyncio.to_thread(_places, admin)):
            await asyncio.sleep(0.2)
    return time.monotonic()


def _places(admin: AdminClient) -> list[Any]:
    known: Any = admin.list_topics(timeout=IN_SYNC_WITHIN_S)
    return [place for topic in known.topics.values() for place in topic.partitions.values()]
