"""Timers on the real Kafka and Postgres: once, oldest first, and never before what was said in time has been read."""

import json
from collections import Counter
from datetime import timedelta

from tests.support.sla_story import assigned, at, opened, progressed, resolved
from tests.support.sla_world import SlaWorld
from tests.support.toys import fresh_key

START = at("2026-04-06T09:00")


async def test_two_replicas_escalate_each_case_exactly_once_per_level(world: SlaWorld) -> None:
    keys = [fresh_key() for _ in range(200)]
    async with world.router() as router, world.sla(replica="1"), world.sla(replica="2"):
        await router.all([(key, START, fact) for key in keys for fact in (opened(), assigned())])
        await world.caught_up(200)
        for day in range(1, 12):
            world.step(START + timedelta(days=day, hours=8))
            await world.caught_up(200)
    told = Counter(
        (row["key"], data["clock"], data["run"], data["level"])
        for row in await world.deadlines("deadline.escalated")
        for data in [json.loads(row["data"])]
    )
    assert set(told.values()) == {1}
    assert Counter(level for _, clock, _, level in told if clock == "respond") == {0: 200, 1: 200}
    assert len(await world.deadlines("deadline.breached")) == 200


async def test_an_answer_that_is_already_in_the_stream_counts_though_nobody_has_read_it(world: SlaWorld) -> None:
    keys = [fresh_key() for _ in range(50)]
    async with world.router() as router:
        async with world.sla():
            await router.all([(key, START, fact) for key in keys for fact in (opened(), assigned())])
            await world.caught_up(50)
        await router.all([(key, at("2026-04-13T15:59"), progressed()) for key in keys])
        world.step(at("2026-04-13T16:30"))
        async with world.sla():
            await world.caught_up(50)
    met = [json.loads(row["data"]) for row in await world.deadlines("deadline.met")]
    assert Counter((fact["clock"], fact["late"]) for fact in met) == {("verify", False): 50, ("respond", False): 50}
    assert not await world.deadlines("deadline.breached")


async def test_after_a_while_away_the_oldest_is_told_first_and_each_says_when_it_was_due(world: SlaWorld) -> None:
    keys = [fresh_key() for _ in range(60)]
    async with world.router() as router:
        async with world.sla():
            moments = [START + timedelta(hours=7 * index) for index in range(60)]
            await router.all([(key, moment, opened()) for key, moment in zip(keys, moments, strict=True)])
            await world.caught_up(60)
        world.step(at("2026-06-01T09:00"))
        async with world.sla(batch_size=10):
            await world.caught_up(60)
    dues = [json.loads(row["data"])["due_at"] for row in await world.deadlines("deadline.breached")]
    assert len(dues) == 60
    assert dues == sorted(dues)


async def test_the_citizens_silence_expires_once(world: SlaWorld) -> None:
    key = fresh_key()
    async with world.router() as router, world.sla():
        await router.say(key, START, opened(), assigned(), resolved())
        await world.caught_up(1)
        for hour in (15, 16, 17):
            world.step(at(f"2026-04-20T{hour}:00"))
            await world.caught_up(1)
    expired = await world.deadlines("deadline.silence_expired")
    assert [json.loads(row["data"])["after"] for row in expired] == ["resolved"]
