"""The world of each test: emptied tables and emptied streams."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.addresses import SERVICES
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from tests.support.infra import Database, migrate
from tests.support.toys import World, empty_streams

# A toy has the tables of the pipeline alone.
NO_TABLES = Path("/nonexistent")


class NoKafka:
    """A stand-in for the broker in tests without Kafka."""

    bootstrap = "127.0.0.1:1"


async def empty_tables(database: Database) -> None:
    """Delete every row of every service, as the server's administrator."""
    connection = await asyncpg.connect(database.admin_dsn)
    try:
        tables = await connection.fetchval(
            "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables "
            "WHERE schemaname = ANY($1) AND tablename <> 'migrations'",
            list(SERVICES),
        )
        await connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    finally:
        await connection.close()


@contextlib.contextmanager
def tables_of(postgres: LocalPostgres, secrets: Secrets, folders: Mapping[str, Path]) -> Iterator[Database]:
    """Make a database with the tables of these services, and drop it afterwards.

    ``folders``: the migrations of each. To empty it for each test is ten times as fast as to make one.
    """
    own = Database(postgres, secrets)
    for service, folder in folders.items():
        migrate(own, service, folder)
    yield own
    own.drop()


@pytest.fixture(scope="session")
def toys_tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """Yield one database with the toys' tables for the session."""
    with tables_of(postgres, secrets, {"intake": NO_TABLES, "router": NO_TABLES}) as database:
        yield database


@pytest.fixture
def toys_database(toys_tables: Database) -> Database:
    asyncio.run(empty_tables(toys_tables))
    return toys_tables


@pytest.fixture
def world(toys_database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets) -> World:
    """Return a world with the tables of intake and router, in which toys can run."""
    empty_streams(kafka_admin)
    return World(toys_database, cluster_ready, secrets)


@pytest.fixture
def quiet(toys_database: Database, secrets: Secrets) -> World:
    """Return a world without a broker."""
    return World(toys_database, cast("LocalKafka", NoKafka()), secrets)
