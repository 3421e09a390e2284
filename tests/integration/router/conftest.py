"""A world per test for the router."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

import services.router
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from tests.support.browser import browser
from tests.support.doors import doors, doors_loop
from tests.support.infra import Database
from tests.support.router_world import RouterWorld
from tests.support.toys import World, empty_streams
from tests.support.worlds import NO_TABLES, empty_tables, tables_of

MIGRATIONS = Path(services.router.__file__).parent / "migrations"

__all__ = ["browser", "doors", "doors_loop", "router_world"]


@pytest.fixture(scope="session")
def router_tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """Yield one database with the router's tables, and those of toys in place of intake and sla."""
    folders = {"intake": NO_TABLES, "router": MIGRATIONS, "sla": NO_TABLES}
    with tables_of(postgres, secrets, folders) as database:
        yield database


@pytest.fixture
async def router_world(
    router_tables: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets
) -> RouterWorld:
    """Return a world whose tables and streams are empty."""
    await empty_tables(router_tables)
    empty_streams(kafka_admin, ("dishub", "disdikbud"))
    return RouterWorld(World(router_tables, cluster_ready, secrets))
