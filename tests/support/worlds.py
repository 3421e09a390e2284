"""A world per test: its own database, emptied streams."""

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from tests.support.infra import Database
from tests.support.toys import World, empty_streams


@pytest.fixture
async def world(database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets) -> World:
    """Toys can be run in it; the tables of intake and router are there."""
    empty_streams(kafka_admin)
    own = World(database, cluster_ready, secrets)
    await own.migrate("intake", "router")
    return own
