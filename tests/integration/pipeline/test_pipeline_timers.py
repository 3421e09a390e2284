"""Timers: fired once however many replicas there are, and not before what was said in time has been read."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pytest

from shared.inputs.catch_up import CatchUp
from shared.pipeline import Change, Item, Tick
from shared.pipeline.service import Service
from tests.support.toys import Toy, World, fresh_key, router_fold, say, until
from tests.support.waits import everything_read


async def ticks(world: World) -> list[int]:
    rows = await world.rows("router", "SELECT (data->>'ticks')::int AS n FROM state WHERE data->>'texts' LIKE '%due%'")
    return [row["n"] for row in rows]


async def test_two_replicas_fire_each_timer_once(world: World) -> None:
    keys = [fresh_key() for _ in range(60)]
    async with world.intake() as intake, world.router(batch_size=10), world.router(replica="2", batch_size=10):
        await asyncio.gather(*(say(intake, key, "due") for key in keys))

        async def fired() -> bool:
            found = await ticks(world)
            return len(found) == len(keys) and all(found)

        await until(fired, "every timer has fired", 40)
        await asyncio.sleep(0.6)
    assert set(await ticks(world)) == {1}


async def test_a_timer_waits_for_what_was_said_in_time_though_nobody_has_read_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is slow; what was sent before the timer was due is folded before it fires."""
    key = fresh_key()
    seen: list[str] = []

    def fold(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
        seen.append("tick" if isinstance(item.data, Tick) else getattr(item.data, "text", "?"))
        return router_fold(states, item, now)

    service: Service[Toy] = world.service("router")
    object.__setattr__(service, "fold", fold)
    monkeypatch.setattr(
        World, "service", lambda self, name, **more: service if name == "router" else plain(self, name, **more)
    )
    looked = asyncio.Event()
    ends = CatchUp.ends

    async def noted(self: CatchUp) -> object:
        looked.set()
        return await ends(self)

    monkeypatch.setattr(CatchUp, "ends", noted)
    async with world.intake() as intake:
        async with world.router():
            await say(intake, key, "satu")
            await everything_read(world, 1)
        await say(intake, key, "dua", "jawaban")
        await world.rows(
            "router",
            "UPDATE state SET due_at = now() - interval '1 hour', data = data || '{\"due\": \"2026-01-01T00:00:00Z\"}'",
        )
        async with world.router():
            await asyncio.wait_for(looked.wait(), 30)

            async def fired() -> bool:
                return "tick" in seen

            await until(fired, "the timer fires", 30)
    assert seen == ["satu", "dua", "jawaban", "tick"]


plain = World.service
