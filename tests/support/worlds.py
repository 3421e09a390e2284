"""The world of each test: emptied tables and emptied streams."""

import asyncio
from collections.abc import Iterator
from typing import cast

import asyncpg
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.addresses import SERVICES
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from tests.support.infra import Database
from tests.support.toys import World, empty_streams


class NoKafka:
    """A stand-in for the broker in tests without Kafka."""

    bootstrap = "127.0.0.1:1"


async def _emptied(database: Database) -> None:
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


@pytest.fixture(scope="session")
def toys_tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """Yield one database with the toys' tables for the session. To empty it is ten times as fast as to make one."""
    own = Database(postgres, secrets)
    asyncio.run(World(own, cast("LocalKafka", NoKafka()), secrets).migrate("intake", "router"))
    yield own
    own.drop()


@pytest.fixture
def toys_database(toys_tables: Database) -> Database:
    asyncio.run(_emptied(toys_tables))
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
