"""Begins a new epoch of the services whose schema was restored, and names what their logs have forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from deploy.backup.sent import Event
from deploy.postgres.apply import SERVICES
from shared.events.catalogue import INTERNAL, Stream
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

Q = Queries.load(Path(__file__).with_name("queries.sql"))
PAGE = 5_000
# Blocks of a thousand tickets: far more than a province hands out between a backup and its restore.
TICKET_BLOCKS = 1_000_000
# More snapshots than one case gets between a backup and its restore.
VERSIONS = 1_000


class AtWork(Exception):
    """Services are connected to the database. Stop them all first: an old process would go on from the old state."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The new epoch of each restored service, and how many events were forgotten and how many are sent again."""

    epochs: dict[str, int]
    forgotten: int
    queued: int


async def mark_restored(admin_dsn: str, sent: Iterable[Event], restored: Collection[str]) -> Marked:
    """Begin the new epochs, all in one transaction. ``sent`` is what Kafka holds of the restored services' streams.

    Raises AtWork while a service is connected. A second call begins the next epoch and does no harm.
    """
    connection = await asyncpg.connect(admin_dsn)
    try:
        async with connection.transaction():
            await _refuse_at_work(connection)
            for schema in SERVICES:
                await connection.execute(Q["lock"].replace("{schema}", schema))
            return await _marked(connection, sent, restored)
    finally:
        await connection.close()


async def _marked(connection: Connection, sent: Iterable[Event], restored: Collection[str]) -> Marked:
    writers = {stream.topic: stream.writer for stream in INTERNAL}
    highest, lost = dict.fromkeys(restored, 0), {service: list[Event]() for service in restored}
    rest = iter(sent)
    while page := list(islice(rest, PAGE)):
        for service in restored:
            own = [event for event in page if writers[event.topic] == service]
            highest[service] = max([highest[service], *(event.epoch for event in own)])
            lost[service] += await _forgotten(connection, service, own)
    # A schema that went back has forgotten the epochs of the others too, so that the old events of those would count.
    in_force: dict[str, int] = {}
    for service in SERVICES:
        known = max([await connection.fetchval(_of(schema, "epoch"), service) for schema in SERVICES])
        in_force[service] = max(highest[service], known) + 1 if service in restored else known
        for schema in SERVICES:
            await connection.execute(_of(schema, "begin"), service, in_force[service])
    epochs = {service: in_force[service] for service in restored}
    for service in restored:
        await _remember(connection, service, lost[service], epochs[service])
    queued = 0
    for stream in INTERNAL:
        for reader in stream.readers:
            # What a restored reader forgot of a writer that was restored before it lies in Kafka in an older epoch.
            if stream.writer in restored or (reader in restored and in_force[stream.writer]):
                queued += await _send_again(connection, stream, reader)
    for reader in SERVICES:
        await connection.execute(Q["no_longer_waiting"].replace("{reader}", reader))
    if "intake" in restored:
        await connection.execute(Q["tickets_ahead"], TICKET_BLOCKS)
    if "router" in restored:
        await connection.execute(Q["versions_ahead"], VERSIONS)
    return Marked(epochs, sum(map(len, lost.values())), queued)


async def _forgotten(connection: Connection, writer: str, events: Sequence[Event]) -> list[Event]:
    """Return what people have seen of these events and the writer's log does not hold."""
    seen = [event for event in events if event.seen]
    rows = await connection.fetch(
        Q["known"].replace("{writer}", writer),
        [event.topic for event in seen],
        [event.key for event in seen],
        [event.sequence for event in seen],
    )
    known = {row["id"] for row in rows}
    return [event for event in seen if event.id not in known]


async def _remember(connection: Connection, writer: str, events: Sequence[Event], epoch: int) -> None:
    await connection.execute(
        Q["remember"].replace("{writer}", writer),
        [event.id for event in events],
        [event.topic for event in events],
        [event.key for event in events],
        [event.type for event in events],
        [event.at for event in events],
        [event.ticket for event in events],
        [event.detail for event in events],
        [epoch for _ in events],
    )


async def _send_again(connection: Connection, stream: Stream, reader: str) -> int:
    """Let a reader count as read what the log holds, and queue the rest of the log for it."""
    for name in ("clamp", "unpark", "unnumber"):
        await connection.execute(_pair(name, stream, reader), stream.topic)
    tag = await connection.execute(_pair("queue", stream, reader), stream.topic)
    return int(tag.rpartition(" ")[2])


async def set_aside(admin_dsn: str, schema: str, name: str) -> None:
    """Rename a schema, to make room for its restored copy. Raises AtWork while a service is connected."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await _refuse_at_work(connection)
        await connection.execute(await connection.fetchval(Q["quoted_aside"], schema, name))
    finally:
        await connection.close()


async def _refuse_at_work(connection: Connection) -> None:
    sessions = await connection.fetch(Q["at_work"], list(SERVICES))
    if sessions:
        raise AtWork(", ".join(sorted({row["application_name"] for row in sessions})))


async def settle(admin_dsn: str, event: UUID, who: str, why: str) -> bool:
    """Take one entry off the list. Return False if it is not there."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        tags = [await connection.execute(Q["settle"].replace("{writer}", one), event, who, why) for one in SERVICES]
    finally:
        await connection.close()
    return any(not tag.endswith(" 0") for tag in tags)


def _of(schema: str, name: str) -> str:
    return Q[name].replace("{schema}", schema)


def _pair(name: str, stream: Stream, reader: str) -> str:
    """Return a statement on a writer's and a reader's schema. The names come from the catalogue, never from outside."""
    return Q[name].replace("{writer}", stream.writer).replace("{reader}", reader)
