"""A writer that was restored begins an epoch: its old events count no more, and its new ones count with the same numbers."""

from typing import Any
from uuid import UUID

import pytest
from confluent_kafka.admin import AdminClient

from deploy.backup.mark import AtWork, mark_restored
from deploy.backup.sent import sent
from deploy.local.kafka import LocalKafka
from shared.events.catalogue import written_by
from tests.support.raw import login
from tests.support.toys import World, fresh_key, say, until
from tests.support.waits import everything_read, quiet_outbox

TABLES = "state", "events", "outbox", "offsets", "parked"


class Backup:
    """The tables of a toy as they were at one moment."""

    def __init__(self, world: World, *services: str) -> None:
        self._world, self._services = world, services

    async def take(self) -> None:
        for service in self._services:
            for table in TABLES:
                await self._world.rows(service, f"CREATE TABLE public.{service}_{table} AS SELECT * FROM {table}")

    async def put_back(self) -> None:
        for service in self._services:
            for table in TABLES:
                await self._world.rows(service, f"DELETE FROM {table}")
                kept = f"SELECT * FROM public.{service}_{table}"
                await self._world.rows(service, f"INSERT INTO {table} OVERRIDING SYSTEM VALUE {kept}")
                await self._world.rows(service, f"DROP TABLE public.{service}_{table}")


@pytest.fixture
async def whole(world: World) -> World:
    """The toys' world with all that a restore touches."""
    await world.migrate("sla", "notifier")
    await world.rows("intake", "CREATE SEQUENCE IF NOT EXISTS ticket_blocks")
    return world


async def _mark(world: World, kafka: LocalKafka, *services: str) -> Any:
    streams = [stream for service in services for stream in written_by(service)]
    return await mark_restored(world.database.admin_dsn, sent(login(kafka), streams), services)


async def _arrives(world: World, key: UUID, *texts: str) -> None:
    async def all_of_them() -> bool:
        return await world.texts(key) == list(texts)

    await until(all_of_them, f"the texts are {texts}", 60)


async def test_a_number_that_the_restored_writer_gives_again_is_read(whole: World, kafka: LocalKafka) -> None:
    world, key, backup = whole, fresh_key(), Backup(whole, "intake")
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu")
        await _arrives(world, key, "satu")
        await quiet_outbox(world, "intake")
        await backup.take()
        await say(intake, key, "dua")
        await _arrives(world, key, "satu", "dua")
        with pytest.raises(AtWork):
            await _mark(world, kafka, "intake")
    await backup.put_back()
    marked = await _mark(world, kafka, "intake")
    assert marked.epochs == {"intake": 1}
    assert marked.forgotten == 1
    async with world.intake() as intake, world.router():
        await say(intake, key, "dua lagi")
        await _arrives(world, key, "satu", "dua", "dua lagi")
    [listed] = await world.rows("intake", "SELECT key, type, epoch FROM books_forgotten")
    assert (listed["key"], listed["type"], listed["epoch"]) == (key, "submission.citizen_replied", 1)


async def test_what_all_schemas_forgot_does_not_come_back(
    whole: World, kafka: LocalKafka, kafka_admin: AdminClient
) -> None:
    world, key, ghost, late = whole, fresh_key(), fresh_key(), fresh_key()
    backup = Backup(world, "intake", "router")
    async with world.intake() as intake:
        async with world.router():
            await say(intake, key, "satu")
            await _arrives(world, key, "satu")
            await quiet_outbox(world, "intake", "router")
        await say(intake, late, "dikirim, belum dibaca")
        await quiet_outbox(world, "intake")
        await backup.take()
        async with world.router():
            await say(intake, key, "dua")
            await say(intake, ghost, "tidak pernah ada")
            await everything_read(world, 4)
            await quiet_outbox(world, "intake", "router")
    await backup.put_back()
    for future in kafka_admin.delete_consumer_groups(["router", "router.external"]).values():
        future.result()
    marked = await _mark(world, kafka, "intake", "router")
    assert (marked.forgotten, marked.queued) == (2, 2), "the unread event, and the case that no other toy reads"
    async with world.intake() as intake, world.router():
        await say(intake, key, "dua lagi")
        await _arrives(world, key, "satu", "dua lagi")
        await _arrives(world, late, "dikirim, belum dibaca")
        assert await world.texts(ghost) == []
    listed = await world.rows("intake", "SELECT key FROM books_forgotten ORDER BY occurred_at")
    assert [row["key"] for row in listed] == [key, ghost]
    assert (await _mark(world, kafka, "intake")).epochs == {"intake": 2}, (
        "a second restore does not begin the same epoch"
    )


async def test_a_reader_that_goes_back_alone_keeps_to_the_epoch_of_its_writer(whole: World, kafka: LocalKafka) -> None:
    world, key = whole, fresh_key()
    reader, writer = Backup(whole, "router"), Backup(whole, "intake")
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu")
        await _arrives(world, key, "satu")
        await quiet_outbox(world, "intake", "router")
        await reader.take()
        await say(intake, key, "dua")
        await _arrives(world, key, "satu", "dua")
        await quiet_outbox(world, "intake", "router")
        await writer.take()
        await say(intake, key, "hilang")
        await _arrives(world, key, "satu", "dua", "hilang")
    await writer.put_back()
    await _mark(world, kafka, "intake")
    async with world.intake() as intake, world.router():
        await say(intake, key, "tiga")
        await _arrives(world, key, "satu", "dua", "hilang", "tiga")
        await quiet_outbox(world, "intake", "router")
    # The backup of the reader is from before the epoch of the writer.
    await reader.put_back()
    await world.rows("router", "DELETE FROM epochs")
    await _mark(world, kafka, "router")
    async with world.intake(), world.router():
        await _arrives(world, key, "satu", "dua", "tiga")
