"""The leader as a process on the real Kafka and Postgres, killed while it tells what an hour away has left due."""

from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.local import process
from deploy.local.addresses import Ports
from deploy.local.replica import Replica
from tests.support.sla_rows import seed
from tests.support.sla_story import at
from tests.support.sla_world import SlaWorld
from tests.support.toys import until

MANY = 300
NOW = at("2026-04-06T09:00")


def leader(world: SlaWorld, folder: Path) -> Replica:
    ports = Ports(process.free_port(), process.free_port())
    settings = world.settings()
    env = {
        "TANGGAP_DSN": settings.dsn.get_secret_value(),
        "TANGGAP_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "TANGGAP_KAFKA_USER": settings.kafka_user or "",
        "TANGGAP_KAFKA_PASSWORD": settings.kafka_password.get_secret_value() if settings.kafka_password else "",
        "TANGGAP_KAFKA_SECURITY": settings.kafka_security,
        "TANGGAP_SECRET": "ab" * 32,
        "TANGGAP_CLOCK_FILE": str(world.clock_file),
        "TANGGAP_BATCH_SIZE": "50",
        "TANGGAP_PORT": str(ports.http),
        "TANGGAP_OPS_PORT": str(ports.ops),
    }
    return Replica("sla", ["services.sla", "serve"], env, folder / "sla.log", ports)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["before_commit:4", "after_commit:4"])
async def test_a_leader_killed_in_the_middle_adds_and_loses_none(world: SlaWorld, tmp_path: Path, fault: str) -> None:
    owner = await asyncpg.connect(world.world.database.dsn("sla_owner"))
    try:
        await seed(owner, MANY, NOW - timedelta(hours=1), timedelta(hours=1))
    finally:
        await owner.close()

    async def dead() -> bool:
        return not replica.running

    async def told() -> bool:
        return len(await world.deadlines("deadline.escalated")) >= MANY

    replica = leader(world, tmp_path)
    replica.start(TANGGAP_DEVELOPMENT="1", TANGGAP_FAULT=fault)
    try:
        await until(dead, "the leader is killed", 60)
        half = len(await world.deadlines("deadline.escalated"))
        replica.start()
        await until(told, "all are told", 60)
    finally:
        replica.stop()
    rows = await world.deadlines("deadline.breached")
    assert half == {"before_commit:4": 150, "after_commit:4": 200}[fault]
    assert len(rows) == len({row["key"] for row in rows}) == MANY
    dues = await world.world.rows(
        "sla", "SELECT data->>'due_at' AS due FROM events WHERE type = 'deadline.breached' ORDER BY position"
    )
    assert [row["due"] for row in dues] == sorted(row["due"] for row in dues)
