"""Losses of what Kafka holds: groups, topics, and all of it. Each is mended as the runbook says."""

import asyncio
import contextlib
import json
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from confluent_kafka.admin import AdminClient, NewPartitions

from deploy.local.replica import Replica
from shared.events.catalogue import CASES, SUBMISSIONS
from tests.chaos.commands import run
from tests.chaos.field import Field
from tests.chaos.plan import SERVICES
from tests.support.raw import login

ADMIN_S = 60.0
WITHOUT_KAFKA_S = 600.0
BACK_WITHIN_S = 60.0
REPUBLISHED_WITHIN_S = 600.0
UNREAD_S = 4.0


async def delete_groups(field: Field) -> None:
    """Delete the groups of all services, which happens to offsets that nobody commits for a week too."""
    admin, replicas = AdminClient(login(field.kafka)), _replicas(field)
    await asyncio.sleep(5)
    field.report("stop all services, delete their groups, start the services")
    await asyncio.gather(*(asyncio.to_thread(replica.stop) for replica in replicas))
    known: Any = await asyncio.to_thread(lambda: admin.list_consumer_groups(request_timeout=ADMIN_S).result())
    groups = [one.group_id for one in known.valid if one.group_id.split(".")[0] in SERVICES]
    deleted: Any = admin.delete_consumer_groups(groups, request_timeout=ADMIN_S)
    await asyncio.to_thread(lambda: [one.result() for one in deleted.values()])
    await _start(replicas)
    field.verdict.none(len(groups) < len(SERVICES), f"groups were there: {groups}")
    await field.until_through(time.monotonic())


async def add_partitions(field: Field) -> None:
    """Give the two busiest streams four partitions more: keys move, and their events lie in two partitions."""
    admin = AdminClient(login(field.kafka))
    await asyncio.sleep(5)
    field.report("four partitions more for two streams")
    wanted = [NewPartitions(topic, 16) for topic in (SUBMISSIONS, CASES)]
    made: Any = admin.create_partitions(wanted, request_timeout=ADMIN_S)
    await asyncio.to_thread(lambda: [one.result() for one in made.values()])
    # Clients ask for the partitions every half minute.
    await asyncio.sleep(45)
    await field.until_through(time.monotonic())
    field.report(await apply(field))


async def be_without(field: Field, seconds: float = WITHOUT_KAFKA_S) -> None:
    """Kill the brokers for ten minutes while citizens file.

    A shorter time shows the same: clients give up and begin anew within 15 s, and afterwards only the backlog grows.
    """
    field.report(f"kill the brokers for {seconds:.0f} s")
    await asyncio.to_thread(field.kafka.kill)
    before = len(field.filer.tickets)
    await asyncio.sleep(seconds)
    filed = len(field.filer.tickets) - before
    await asyncio.to_thread(field.kafka.start)
    took = await field.until_through(time.monotonic())
    field.report(f"{filed} complaints were filed meanwhile; new ones are through {took:.1f} s after the start")
    field.verdict.none(field.filer.failed.total(), f"tries that intake did not take ({dict(field.filer.failed)})")
    field.verdict.none(int(filed < seconds), f"complaints filed in {seconds:.0f} s: too few ({filed})")
    field.verdict.none(int(took > BACK_WITHIN_S), f"complaints are through late ({took:.1f} s)")
    field.verdict.figures |= {"filed_without_kafka": filed, "back_seconds": round(took, 1)}


async def empty(field: Field) -> None:
    """Lose all that Kafka held, its users, rights and offsets too, and mend it. Sla has not read the last of it."""
    field.report("hold sla still, kill the brokers, empty their disks, start them")
    async with _unread(field, "sla"):
        await asyncio.to_thread(field.kafka.kill)
    for node in field.kafka.nodes:
        await asyncio.to_thread(shutil.rmtree, node.root / "data")
    await asyncio.to_thread(field.kafka.start)
    field.report(await apply(field))
    await _forget_positions(field, "%")
    await mend_by_books(field)


async def recreate_topic(field: Field) -> None:
    """Delete the stream of submissions and make it anew, and mend it. The router has not read the last of it."""
    admin = AdminClient(login(field.kafka))
    field.report(f"hold the router still, delete {SUBMISSIONS} and make it again")
    async with _unread(field, "router"):
        gone: Any = admin.delete_topics([SUBMISSIONS], request_timeout=ADMIN_S)
        await asyncio.to_thread(lambda: [one.result() for one in gone.values()])
    await asyncio.sleep(5)
    field.report(await apply(field))
    await _forget_positions(field, SUBMISSIONS)
    await mend_by_books(field)


async def apply(field: Field) -> str:
    """Bring topics, users and rights back by the command."""
    infra, (user, password) = field.system.infra, field.system.infra.kafka_admin
    return await run(
        ["deploy.kafka", "apply"],
        {
            "TANGGAP_KAFKA_BOOTSTRAP": infra.bootstrap,
            "TANGGAP_KAFKA_SECURITY": infra.kafka_security,
            "TANGGAP_KAFKA_ADMIN_USER": user,
            "TANGGAP_KAFKA_ADMIN_PASSWORD": password,
            "TANGGAP_SECRETS": str(field.system.folder / "secrets"),
        },
    )


async def mend_by_books(field: Field) -> None:
    """Let the books name what was written and not read, and republish that, until nothing is missing."""
    env, queued = field.system.addresses.everything(), 0
    report = field.system.folder / "report.json"
    async with asyncio.timeout(REPUBLISHED_WITHIN_S):
        while True:
            # What is only under way arrives by itself.
            await asyncio.sleep(15)
            report.write_text(await run(["deploy.books", "--json"], env, may_differ=True))
            found = json.loads(report.read_text())
            if found["balanced"]:
                break
            for writer in sorted({stream["writer"] for stream in found["streams"] if stream["missing"]}):
                told = json.loads(await run([f"services.{writer}", "republish", "--from", str(report)], env))
                queued += told["queued"]
            field.report(f"the books name {len(found['missing'])} keys; queued again: {queued}")
    field.verdict.none(int(not queued), "events that were lost and had to be queued again, as was meant")
    field.verdict.figures["republished"] = queued


@contextlib.asynccontextmanager
async def _unread(field: Field, service: str) -> AsyncIterator[None]:
    """Hold a service still, so that what comes meanwhile lies unread in Kafka."""
    replicas = [field.system.replica(service, number) for number in (1, 2)]
    await asyncio.sleep(5)
    for replica in replicas:
        replica.pause()
    try:
        await asyncio.sleep(UNREAD_S)
        yield
    finally:
        for replica in replicas:
            replica.resume()


async def _forget_positions(field: Field, topics: str) -> None:
    """Forget how far streams were handled that begin anew. Timers would otherwise not wait for what is in them."""
    for service in SERVICES:
        await field.value(f"DELETE FROM {service}.offsets WHERE topic LIKE $1", topics)


def _replicas(field: Field) -> Sequence[Replica]:
    return [field.system.replica(service, number) for service in SERVICES for number in (1, 2)]


async def _start(replicas: Sequence[Replica]) -> None:
    for replica in replicas:
        replica.start()
    await asyncio.gather(*(replica.ready(120) for replica in replicas))
