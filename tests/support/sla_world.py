"""The real sla on the real Kafka and Postgres, under a stepped clock, with a toy router that says what a test wants."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from services.sla.app import build
from services.sla.settings import SlaSettings
from services.sla.state import CaseClocks
from shared.clock import SteppedClock, step_clock
from shared.events.catalogue import CASES, DEADLINES
from shared.events.fact import Fact
from shared.pipeline import Change, Command, Item, Out
from shared.pipeline.service import Service
from shared.runtime.running import Running, running
from tests.support.infra import Database
from tests.support.live import working
from tests.support.toys import Toy, ToySettings, World, until
from tests.support.web import web_of


@dataclass(frozen=True)
class Happen:
    """A command of the toy router that writes this fact at this time."""

    fact: Fact
    at: datetime


def saying(_states: Mapping[UUID, Toy | None], item: Item, _now: datetime) -> Change[Toy]:
    if isinstance(item.data, Happen):
        return Change({item.key: Toy()}, (Out(CASES, item.key, item.data.fact, at=item.data.at),))
    return Change()


class SlaWorld:
    """One database and one clock. `router()` runs a writer of facts, and `sla()` runs one replica of the service."""

    def __init__(self, database: Database, kafka: LocalKafka, secrets: Secrets, folder: Path, now: datetime) -> None:
        self.clock_file = folder / "clock.jsonl"
        self.world = World(database, kafka, secrets, self.clock_file)
        self.step(now)

    def step(self, to: datetime) -> None:
        """Step domain time to this instant."""
        step_clock(self.clock_file, to)

    def settings(self, **more: Any) -> SlaSettings:
        given = self.world.settings("sla", **more).model_dump()
        return SlaSettings(**{name: value for name, value in given.items() if name != "port"})

    @contextlib.asynccontextmanager
    async def router(self) -> AsyncIterator["Sayer"]:
        """Run the toy router with its relay."""
        settings: ToySettings = self.world.settings("router")
        service = Service(
            name="router", settings=settings, state=Toy, fold=saying, streams=(), migrations=Path("/nonexistent")
        )
        async with running(service, relay=True) as live:
            yield Sayer(live)

    @contextlib.asynccontextmanager
    async def sla(self, **more: Any) -> AsyncIterator[Running[CaseClocks]]:
        """Run a replica with consumer, timers and relay."""
        async with running(build(self.settings(**more)), relay=True) as live, working(live):
            yield live

    @contextlib.asynccontextmanager
    async def idle(self) -> AsyncIterator[Running[CaseClocks]]:
        """Run the service without consumer, timers and relay."""
        async with running(build(self.settings())) as live:
            yield live

    @contextlib.asynccontextmanager
    async def http(self, live: Running[CaseClocks]) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a client of a replica's HTTP door, without a socket."""
        transport = httpx.ASGITransport(app=web_of(live))
        async with httpx.AsyncClient(transport=transport, base_url="http://sla") as client:
            yield client

    async def cases(self) -> dict[UUID, CaseClocks]:
        """Return every state of sla by its key."""
        rows = await self.world.rows("sla", "SELECT key, data FROM state WHERE data IS NOT NULL")
        return {row["key"]: CaseClocks.model_validate_json(row["data"]) for row in rows}

    async def deadlines(self, kind: str = "%") -> list[Any]:
        """Return the deadline events that sla has written, in order."""
        columns = "position, key, type, occurred_at, data::text AS data"
        sql = f"SELECT {columns} FROM events WHERE topic = $1 AND type LIKE $2 ORDER BY position"
        return await self.world.rows("sla", sql, DEADLINES, kind)

    async def caught_up(self, cases: int) -> None:
        """Wait until sla has read every fact of ``cases`` cases and no timer is due."""

        async def done() -> bool:
            said = await self.world.rows("router", "SELECT count(*), count(DISTINCT key) FROM events")
            sql = "SELECT coalesce(sum((read->>$1)::bigint), 0) AS facts, count(*) FILTER (WHERE due_at <= $2) AS due FROM state"
            read = await self.world.rows("sla", sql, CASES, self.now)
            return bool(said[0][1] == cases and said[0][0] == read[0]["facts"] and read[0]["due"] == 0)

        await until(done, "sla has read and fired everything", 30)

    @property
    def now(self) -> datetime:
        """Return domain time."""
        return SteppedClock(self.clock_file).now()


class Sayer:
    """A writer of facts in the place of the router."""

    def __init__(self, live: Running[Toy]) -> None:
        self._live = live

    async def say(self, key: UUID, at: datetime, *facts: Fact) -> None:
        """Write these facts of one case at this time."""
        await self.all([(key, at, fact) for fact in facts])

    async def all(self, said: list[tuple[UUID, datetime, Fact]]) -> None:
        """Write facts of many cases, in this order."""
        done = await self._live.do_many([Command(Happen(fact, at), (key,), "test") for key, at, fact in said])
        assert len(done) == len(said)
