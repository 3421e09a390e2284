"""A world per test for the router."""

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from tests.support.browser import browser
from tests.support.doors import doors, doors_loop
from tests.support.infra import Database
from tests.support.router_world import RouterWorld
from tests.support.toys import World, empty_streams

__all__ = ["browser", "doors", "doors_loop", "router_world"]


@pytest.fixture
async def router_world(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets
) -> RouterWorld:
    """The tables of intake, router and sla are there; the streams are empty."""
    empty_streams(kafka_admin, ("dishub", "disdikbud"))
    world = World(database, cluster_ready, secrets)
    await world.migrate("intake")
    own = RouterWorld(world)
    await own.migrate()
    return own
