"""Postgres or Kafka goes away while work is under way: nothing is lost, readiness says so, and work goes on by itself."""

import asyncio
import gc

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from shared.errors import Unavailable
from shared.runtime.running import Running
from tests.support.toys import Say, Toy, World, empty_streams, fresh_key, say, until
from tests.support.waits import everything_read, quiet_outbox


async def troubled(live: Running[Toy], what: str) -> None:
    async def red() -> bool:
        return what in live.health.troubles()

    await until(red, f"{what} is reported as away", 30)


async def well(*running: Running[Toy]) -> None:
    async def green() -> bool:
        return not any(live.health.troubles() for live in running)

    await until(green, "readiness is green again", 60)


@pytest.mark.timeout(240)
async def test_postgres_away_loses_nothing(
    world: World, postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "shared.inputs.commands.PATIENCE_S", 60.0
    )  # the start of Postgres may take long on a busy machine
    key = fresh_key()
    async with world.intake() as intake, world.router() as router:
        await say(intake, key, "satu")
        await everything_read(world, 1)
        await asyncio.to_thread(postgres.kill)
        asked = asyncio.create_task(intake.do(Say("dua"), keys=(key,), actor="citizen"))
        await troubled(intake, "postgres")
        await asyncio.to_thread(postgres.start)
        await asked
        await everything_read(world, 2)
        await well(intake, router)
    assert await world.texts(key) == ["satu", "dua"]


@pytest.mark.timeout(240)
async def test_a_caller_is_told_after_a_while_that_nothing_was_taken(
    world: World, postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inputs.commands.PATIENCE_S", 0.5)
    key = fresh_key()
    async with world.intake() as intake:
        await asyncio.to_thread(postgres.kill)
        with pytest.raises(Unavailable):
            await intake.do(Say("hilang"), keys=(key,), actor="citizen")
        await asyncio.to_thread(postgres.start)
        await say(intake, key, "ada")
    assert await world.texts(key, "intake") == ["ada"]


@pytest.mark.timeout(240)
async def test_kafka_away_loses_nothing_and_commands_are_taken_all_the_while(
    world: World, cluster_ready: LocalKafka, kafka_admin: AdminClient
) -> None:
    key = fresh_key()
    async with world.intake() as intake, world.router() as router:
        await say(intake, key, "satu")
        await everything_read(world, 1)
        await asyncio.to_thread(cluster_ready.kill)
        await say(intake, key, "dua", "tiga")
        await troubled(intake, "relay")
        await troubled(router, "kafka")
        await asyncio.to_thread(cluster_ready.start)
        await everything_read(world, 3)
        await quiet_outbox(world, "intake", "router")
        await say(intake, key, "empat")
        await everything_read(world, 4)
        await well(intake, router)
    assert await world.texts(key) == ["satu", "dua", "tiga", "empat"]
    gc.collect()  # a connection that nobody closed warns here, not in the next test
    await asyncio.to_thread(empty_streams, kafka_admin)
