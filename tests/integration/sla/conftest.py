"""A world per test for the deadlines service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

import services.sla
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from tests.support.browser import browser
from tests.support.infra import Database
from tests.support.sla_story import at
from tests.support.sla_world import SlaWorld
from tests.support.toys import empty_streams
from tests.support.worlds import NO_TABLES, empty_tables, tables_of

MIGRATIONS = Path(services.sla.__file__).parent / "migrations"


@pytest.fixture(scope="session")
def sla_tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """Yield one database with the tables of sla, and those of a toy in place of the router."""
    with tables_of(postgres, secrets, {"router": NO_TABLES, "sla": MIGRATIONS}) as database:
        yield database


@pytest.fixture
async def world(
    sla_tables: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> SlaWorld:
    """Domain time begins on Monday 6 April 2026 at 09:00."""
    await empty_tables(sla_tables)
    empty_streams(kafka_admin)
    return SlaWorld(sla_tables, cluster_ready, secrets, tmp_path, at("2026-04-06T09:00"))


__all__ = ["browser", "world"]
