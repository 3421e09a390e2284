"""A world per test for the deadlines service."""

from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from tests.support.browser import browser
from tests.support.infra import Database
from tests.support.sla_story import at
from tests.support.sla_world import SlaWorld
from tests.support.toys import empty_streams


@pytest.fixture
async def world(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> SlaWorld:
    """Domain time begins on Monday 6 April 2026 at 09:00."""
    empty_streams(kafka_admin)
    own = SlaWorld(database, cluster_ready, secrets, tmp_path, at("2026-04-06T09:00"))
    await own.migrate()
    return own


__all__ = ["browser", "world"]
