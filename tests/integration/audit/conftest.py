"""The world of the audit: the tables of all four services, without a broker."""

import pytest

from tests.support.toys import World


@pytest.fixture
async def log(quiet: World) -> World:
    await quiet.migrate("sla", "notifier")
    return quiet
