"""The books compare what OPDs wrote, as the user `books` who may only ask how far their streams go."""

import pytest

from deploy.books.look import Books
from deploy.books.offices import OfficeStreams
from deploy.kafka.apply import login
from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from tests.support.raw import UPDATES, Post, progress
from tests.support.toys import World, fresh_key, until


@pytest.fixture
async def books(world: World, kafka: LocalKafka, secrets: Secrets) -> Books:
    await world.migrate("sla", "notifier")
    told = login(kafka.bootstrap, "SASL_PLAINTEXT", "books", secrets.get("kafka-books"))
    return Books(world.database.dsn("books"), settle=0.1, offices=OfficeStreams(told, ["dishub", "dinkes"]))


async def test_an_update_that_nobody_has_read_is_named_until_it_is_read(
    world: World, books: Books, kafka: LocalKafka
) -> None:
    post = Post(kafka)
    assert (await books.compare()).unread == []
    for number in range(3):
        post.update(fresh_key(), str(number), progress("satu"))
    post.flush()
    report = await books.compare()
    assert [(entry.topic, entry.written - entry.read) for entry in report.unread or ()] == [(UPDATES, 3)]
    assert not report.balanced
    async with world.router():

        async def read() -> bool:
            return (await books.compare()).unread == []

        await until(read, "all updates are read", 40)


async def test_a_broker_that_is_away_leaves_the_rest_compared(world: World, books: Books) -> None:
    away = OfficeStreams(login("127.0.0.1:9", "SASL_PLAINTEXT", "books", "x"), ["dishub"])
    report = await Books(world.database.dsn("books"), settle=0, offices=away).compare()
    assert (report.unread, report.balanced) == (None, True)
