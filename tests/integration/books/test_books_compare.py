"""The books on the real Kafka and Postgres: they name what was lost, heal it, and are silent about what is on its way."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from deploy.books.look import Books
from deploy.books.report import Report
from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from tests.support.toys import World, empty_streams, fresh_key, say, until


@pytest.fixture
async def books(world: World) -> Books:
    await world.migrate("sla", "notifier")
    return Books(world.database.dsn("books"), settle=0.1)


async def unread(books: Books) -> list[tuple[str, str, int, int, str | None]]:
    found = [entry for entry in (await books.compare()).missing if entry.reader == "router"]
    return [(entry.reader, str(entry.key), entry.read, entry.written, entry.parked_reason) for entry in found]


async def all_sent(world: World, service: str = "intake") -> None:
    async def empty() -> bool:
        return not await world.rows(service, "SELECT FROM outbox")

    await until(empty, "an empty outbox")


def stream(report: Report, reader: str, topic: str = SUBMISSIONS) -> Any:
    return next(entry for entry in report.streams if entry.topic == topic and entry.reader == reader)


async def test_an_event_deleted_before_its_reader_saw_it_is_named_and_healed(
    world: World, books: Books, kafka_admin: AdminClient
) -> None:
    key = fresh_key()
    async with world.intake() as intake:
        await say(intake, key, "satu", "dua")
        await all_sent(world)
        empty_streams(kafka_admin)
        async with world.router():
            await say(intake, key, "tiga")

            async def parked() -> list[Any]:
                return await world.rows("router", "SELECT FROM parked WHERE key = $1", key)

            await until(parked, "the third text waits for the first two")
            report = await books.compare()
            named = [entry for entry in report.missing if entry.reader == "router"]
            assert [(entry.key, entry.read, entry.written, entry.parked_reason) for entry in named] == [
                (key, 0, 3, "gap")
            ]
            assert not report.balanced

            assert await intake.republisher.from_report(json.loads(json.dumps(report.document()))) == 3

            async def healed() -> bool:
                return await world.texts(key) == ["satu", "dua", "tiga"]

            await until(healed, "three texts in order")
    assert await unread(books) == []


async def test_an_offset_that_fell_off_the_log_is_seen_although_no_later_event_reveals_it(
    world: World, books: Books, kafka_admin: AdminClient
) -> None:
    key = fresh_key()
    async with world.intake() as intake:
        await say(intake, key, "satu")
        await all_sent(world)
        empty_streams(kafka_admin)
    report = await books.compare()
    assert await unread(books) == [("router", str(key), 0, 1, None)]
    assert (key, "router") in {(entry.key, entry.service) for entry in report.absent}


async def test_what_is_read_between_the_two_looks_is_not_missing(world: World) -> None:
    await world.migrate("sla", "notifier")
    slow = Books(world.database.dsn("books"), settle=6.0)
    key = fresh_key()
    async with world.intake() as intake:
        await say(intake, key, "satu")
        looking = asyncio.create_task(slow.compare())
        await asyncio.sleep(0.3)
        async with world.router():
            report = await looking
    assert [entry for entry in report.missing if entry.reader == "router"] == []
    assert stream(report, "router").missing == 0


async def test_a_reader_that_has_read_more_than_was_written_is_told_of(world: World, books: Books) -> None:
    """A database that was restored from an older backup looks like this."""
    key = fresh_key()
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu", "dua")

        async def arrived() -> bool:
            return await world.texts(key) == ["satu", "dua"]

        await until(arrived, "two texts")
    await world.rows(
        "intake", "UPDATE state SET written = jsonb_build_object($1::text, 1) WHERE key = $2", SUBMISSIONS, key
    )
    report = await books.compare()
    assert stream(report, "router").ahead == 1
    assert not report.balanced


async def test_a_complaint_that_a_service_never_heard_of_is_absent_there(world: World, books: Books) -> None:
    key = fresh_key()
    async with world.intake() as intake, world.router():
        await say(intake, key, "satu")

        async def said() -> bool:
            return (await books.compare()).known["router"] == 1

        await until(said, "the router knows it")
    report = await books.compare()
    assert report.acknowledged == 1
    assert {(entry.key, entry.service) for entry in report.absent} == {(key, "sla"), (key, "notifier"), (key, "intake")}


async def test_more_than_the_limit_is_counted_though_not_listed(world: World) -> None:
    await world.migrate("sla", "notifier")
    keys = [new_id() for _ in range(5)]
    await world.rows(
        "intake",
        "INSERT INTO state (key, version, read, written, waiting) "
        "SELECT key, 1, '{}', jsonb_build_object($1::text, 2), false FROM unnest($2::uuid[]) AS key",
        SUBMISSIONS,
        keys,
    )
    report = await Books(world.database.dsn("books"), settle=0, limit=3).compare()
    assert stream(report, "router").missing == 10
    assert len([entry for entry in report.missing if entry.reader == "router"]) == 3
    assert report.truncated


async def test_the_role_of_the_books_sees_numbers_and_nothing_else(world: World) -> None:
    connection = await asyncpg.connect(world.database.dsn("books"))
    try:
        for table in ("state", "events", "parked", "claims", "keys"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM router.{table}")
    finally:
        await connection.close()
