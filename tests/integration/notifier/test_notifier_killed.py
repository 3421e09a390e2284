"""The notifier as a process on the real Kafka and Postgres, killed between an effect and its commit."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from confluent_kafka.admin import AdminClient

from deploy.local import process
from deploy.local.addresses import Ports
from deploy.local.kafka import LocalKafka
from deploy.local.replica import Replica
from deploy.secrets import Secrets
from shared.clock import SteppedClock
from shared.events.catalogue import CASES, CONTACTS
from shared.events.contacts import MessageStatusReported, WindowOpened
from shared.events.fact import Fact
from shared.pipeline import Change, Command, Item, Out
from shared.pipeline.service import Service
from shared.runtime.running import running
from tests.support.infra import Database
from tests.support.notifier_facts import assigned, linked, opened
from tests.support.toys import Toy, World, empty_streams, until

MANY = 60
Stubs = Any


def saying(_states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
    """A toy intake or router: each command is a fact to say."""
    if not isinstance(item.data, Fact):
        return Change()
    topic = CONTACTS if item.data.TYPE.startswith("contact.") else CASES
    return Change({item.key: Toy()}, (Out(topic, item.key, item.data, at=now),))


async def say(world: World, service: str, said: list[tuple[UUID, Fact]]) -> None:
    toy = Service(
        name=service,
        settings=world.settings(service),
        state=Toy,
        fold=saying,
        streams=(),
        migrations=Path("/nonexistent"),
    )
    async with running(toy, relay=True) as live:
        await live.do_many([Command(fact, (key,), "test") for key, fact in said])

        async def relayed() -> bool:
            return not await live.pool.fetchval("SELECT count(*) FROM outbox")

        await until(relayed, f"{service} has said everything")


def replica(world: World, stubs: Stubs, clock_file: Path, secrets: Secrets, log: Path) -> Replica:
    ports = Ports(process.free_port(), process.free_port())
    env = {
        "TANGGAP_DSN": world.database.dsn("notifier"),
        "TANGGAP_KAFKA_BOOTSTRAP": world.kafka.bootstrap,
        "TANGGAP_KAFKA_USER": "notifier",
        "TANGGAP_KAFKA_PASSWORD": secrets.get("kafka-notifier"),
        "TANGGAP_KAFKA_SECURITY": "SASL_PLAINTEXT",
        "TANGGAP_SECRET": "ab" * 32,
        "TANGGAP_CLOCK_FILE": str(clock_file),
        "TANGGAP_PORT": str(ports.http),
        "TANGGAP_OPS_PORT": str(ports.ops),
        "TANGGAP_NOTIFIER_WHATSAPP_BASE": stubs.http,
        "TANGGAP_NOTIFIER_WHATSAPP_PHONE_NUMBER_ID": "100000000000001",
        "TANGGAP_NOTIFIER_WHATSAPP_TOKEN": "token",
        "TANGGAP_NOTIFIER_WHATSAPP_RATE": "500",
        "TANGGAP_NOTIFIER_SETTLE_SECONDS": "0.2",
        "TANGGAP_NOTIFIER_LOOK_FOR_SECONDS": "5",
    }
    return Replica("notifier", ["services.notifier", "serve"], env, log, ports)


async def test_a_kill_between_the_post_and_its_commit_sends_nothing_twice(
    notifier_database: Database,
    cluster_ready: LocalKafka,
    kafka_admin: AdminClient,
    secrets: Secrets,
    stubs: Stubs,
    clock_file: Path,
    tmp_path: Path,
) -> None:
    await asyncio.to_thread(empty_streams, kafka_admin)
    world = World(notifier_database, cluster_ready, secrets, clock_file)
    await world.migrate("intake", "router")
    now = SteppedClock(clock_file).now()
    cases = {uuid4(): uuid4() for _ in range(MANY)}
    people: list[tuple[UUID, Fact]] = []
    for number, (complaint, person) in enumerate(cases.items()):
        people += [(person, linked(complaint, address=f"+628000000{number:04}")), (person, WindowOpened(at=now))]
    await say(world, "intake", people)
    await say(
        world, "router", [(key, fact) for key, person in cases.items() for fact in (opened(now, person), assigned())]
    )
    own = replica(world, stubs, clock_file, secrets, tmp_path / "notifier.log")
    own.start(TANGGAP_DEVELOPMENT="1", TANGGAP_FAULT="after_effect:17")

    async def dead() -> bool:
        return not own.running

    await until(dead, "the notifier dies at the seventeenth effect", 40)
    handed_over = await everything_arrived(stubs)
    reports: list[tuple[UUID, Fact]] = []
    for message in handed_over:
        person = next(iter(cases.values()))
        status = MessageStatusReported(
            provider_id=message["wamid"], message_id=UUID(message["message"]), status="sent", at=now
        )
        reports.append((person, status))
    await say(world, "intake", reports)
    await shorten_leases(notifier_database)
    own.start()

    async def everything_sent() -> bool:
        rows = await world.rows(
            "notifier", "SELECT count(*) FILTER (WHERE state = 'sent') AS sent FROM messages WHERE audience = 'citizen'"
        )
        return bool(rows[0]["sent"] == 2 * MANY)

    try:
        await until(everything_sent, "every message is sent", 60)
    finally:
        own.stop()
    tally = stubs.tally()["whatsapp"]
    assert (tally["accepted"], tally["duplicated"]) == (MANY, 0)
    told = await world.rows(
        "notifier", "SELECT key, count(*) AS events FROM events WHERE type = 'notification.sent' GROUP BY key"
    )
    assert {row["events"] for row in told} == {2}
    assert "+628000000" not in (tmp_path / "notifier.log").read_text()


async def everything_arrived(stubs: Stubs) -> list[dict[str, Any]]:
    """Return the deliveries that the outside took, once it has read all that the dead process wrote."""
    before: list[dict[str, Any]] = []
    while len(before) != len(before := stubs.messages("whatsapp")) or not before:
        await asyncio.sleep(0.5)
    return before


async def shorten_leases(database: Database) -> None:
    """So that the test need not wait for the lost replica's leases to run out."""
    connection = await asyncpg.connect(database.admin_dsn)
    try:
        await connection.execute(
            "UPDATE notifier.messages SET leased_until = $1 WHERE state = 'sending'",
            datetime.now(UTC) + timedelta(seconds=1),
        )
    finally:
        await connection.close()
