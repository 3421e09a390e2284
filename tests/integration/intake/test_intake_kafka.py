"""Intake on the real Kafka: what the router says becomes the public timeline, repeats and gaps change nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.events import cases
from shared.events.catalogue import CASES, SUBMISSIONS, read_by
from shared.events.submissions import Submitted
from shared.ids import new_id
from shared.pipeline import Change, Item, Out
from shared.pipeline.service import Service
from shared.postgres.migrations import migrate
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.intake import MIGRATIONS
from tests.support.toys import Toy, World, until
from tests.support.web import web_of

ANSWER = "Lampu sudah diganti."


def router_of_three_steps(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
    """Stands for the router: every submission is opened, assigned and resolved at once."""
    del states, now
    if not isinstance(item.data, Submitted):
        return Change()
    told, assignment = item.data, new_id()
    facts = (
        cases.Opened(
            ticket=told.ticket,
            state="verification",
            channel=told.channel,
            source=told.source,
            class_="no_oversight",
            priority="normal",
            filed_at=told.filed_at,
        ),
        cases.Assigned(assignment_id=assignment, opd="dishub", class_="no_oversight", priority="normal"),
        cases.Resolved(opd="dishub", answer=ANSWER),
    )
    return Change({item.key: Toy()}, tuple(Out(CASES, item.key, fact) for fact in facts))


@contextlib.asynccontextmanager
async def consuming(service: Service[Any]) -> AsyncIterator[Running[Any]]:
    """A service with relay and consumer."""
    async with running(service, relay=True) as live:
        consumer = live.consumer()
        task = asyncio.create_task(consumer.run())
        try:
            yield live
        finally:
            await consumer.stop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def intake_service(world: World) -> Service[Any]:
    given: dict[str, Any] = {
        "dsn": world.database.dsn("intake"),
        "kafka_bootstrap": world.kafka.bootstrap,
        "kafka_user": "intake",
        "secret": "ab" * 32,
        "kafka_password": world.secrets.get("kafka-intake"),
        "kafka_security": "SASL_PLAINTEXT",
    }
    return build(IntakeSettings(**given))


def router_service(world: World) -> Service[Any]:
    toy = world.service("router")
    return Service(
        name="router",
        settings=toy.settings,
        state=Toy,
        fold=router_of_three_steps,
        streams=read_by("router"),
        migrations=Path("/nonexistent"),
    )


@pytest.fixture
async def province(world: World) -> AsyncIterator[tuple[World, Running[Any], Running[Any]]]:
    """Intake and the stand-in of the router on one broker."""
    await migrate(world.database.dsn("intake_owner"), "intake", MIGRATIONS)
    async with consuming(intake_service(world)) as intake, consuming(router_service(world)) as router:
        yield world, intake, router


async def file(intake: Running[Any], count: int) -> list[str]:
    """File so many; gives their tickets."""
    key = await Keys(intake.pool).create(owner="SMS Gateway", role="adapter", opd=None)
    transport = httpx.ASGITransport(app=web_of(intake))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as http:
        items = [{"text": f"Lampu jalan nomor {number} padam"} for number in range(count)]
        answer = await http.post("/v1/submissions", json=items, headers={"Authorization": f"Bearer {key}"})
    return [item["ticket"] for item in answer.json()["items"]]


async def resolved(world: World) -> int:
    rows = await world.rows("intake", "SELECT count(*) FROM state WHERE data->>'state' = 'resolved'")
    return int(rows[0]["count"])


async def test_what_the_router_says_becomes_the_timeline_and_a_republished_log_changes_nothing(
    province: tuple[World, Running[Any], Running[Any]],
) -> None:
    world, intake, router = province
    tickets = await file(intake, 200)

    async def all_there() -> bool:
        return await resolved(world) == len(tickets)

    async def sent() -> bool:
        return not await world.rows("router", "SELECT 1 FROM outbox") and not await world.rows(
            "intake", "SELECT 1 FROM outbox"
        )

    await until(all_there, "200 complaints resolved in intake's timeline", 40)
    # An event that still waits in the outbox is not queued again.
    await until(sent, "nothing waits any more", 30)
    before = await world.rows("intake", "SELECT key, data FROM state ORDER BY key")
    assert await router.republisher.of_topic(CASES) == 600
    assert await intake.republisher.of_topic(SUBMISSIONS) == 200

    await until(sent, "the logs are sent again", 30)
    marker = await file(intake, 1)

    async def marked() -> bool:
        return bool(
            await world.rows(
                "intake", "SELECT 1 FROM state WHERE data->>'ticket' = $1 AND data->>'state' = 'resolved'", marker[0]
            )
        )

    await until(marked, "a later complaint is through", 30)
    after = await world.rows(
        "intake", "SELECT key, data FROM state WHERE data->>'ticket' <> $1 ORDER BY key", marker[0]
    )
    assert before == after
    assert await world.rows("intake", "SELECT 1 FROM parked") == []
    [row] = await world.rows(
        "intake", "SELECT data->'timeline' AS told FROM state WHERE data->>'ticket' = $1", tickets[0]
    )
    assert [what in row["told"] for what in ("submitted", "assigned", "resolved", ANSWER)] == [True] * 4
