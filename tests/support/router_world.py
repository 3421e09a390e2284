"""The real router on the real Kafka and Postgres, with toys in place of intake and sla, and an OPD's own client."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.router.app import build
from services.router.settings import RouterSettings
from services.router.state import Case
from shared.events.catalogue import DEADLINES, SUBMISSIONS, assignments, replies, updates
from shared.events.deadlines import DeadlineSet
from shared.events.fact import Clock, Fact
from shared.ids import new_id
from shared.pipeline import Change, Item, Out
from shared.pipeline.service import Service
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.live import working
from tests.support.toys import Toy, World, until
from tests.support.web import web_of


@dataclass(frozen=True)
class Say:
    """A command of a toy that writes this fact."""

    fact: Fact


def saying(topic: str) -> Any:
    def fold(_states: Mapping[UUID, Toy | None], item: Item, _now: Any) -> Change[Toy]:
        return (
            Change({item.key: Toy()}, (Out(topic, item.key, item.data.fact),))
            if isinstance(item.data, Say)
            else Change()
        )

    return fold


class RouterWorld:
    """One database. `toy()` runs a writer of facts, `router()` one replica, and `opd()` an OPD's own client."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._intake: Running[Toy] | None = None

    def settings(self, **more: Any) -> RouterSettings:
        given = self.world.settings("router", **more).model_dump()
        common = {name: value for name, value in given.items() if name not in ("port", "opds")}
        return RouterSettings(opds="dishub,disdikbud", **(common | more))

    @contextlib.asynccontextmanager
    async def toy(self, name: str) -> AsyncIterator["Teller"]:
        """Run a toy intake or sla with its relay."""
        topic = {"intake": SUBMISSIONS, "sla": DEADLINES}[name]
        service = Service(
            name=name,
            settings=self.world.settings(name),
            state=Toy,
            fold=saying(topic),
            streams=(),
            migrations=Path("/nonexistent"),
        )
        async with running(service, relay=True) as live:
            yield Teller(live)

    @contextlib.asynccontextmanager
    async def router(self, **more: Any) -> AsyncIterator[Running[Case]]:
        """Run a replica with consumer, timers and relay."""
        async with running(build(self.settings(**more)), relay=True) as live, working(live):
            yield live

    @contextlib.asynccontextmanager
    async def idle(self) -> AsyncIterator[Running[Case]]:
        """Run the service without consumer, timers and relay."""
        async with running(build(self.settings())) as live:
            yield live

    @contextlib.asynccontextmanager
    async def http(self, live: Running[Case]) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a client of a replica's HTTP door, without a socket."""
        transport = httpx.ASGITransport(app=web_of(live))
        async with httpx.AsyncClient(transport=transport, base_url="http://router") as client:
            yield client

    @contextlib.asynccontextmanager
    async def opd(self, code: str) -> AsyncIterator["Agency"]:
        """Run an OPD's client with the OPD's own credentials."""
        access: dict[str, Any] = {
            "bootstrap_servers": self.world.kafka.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": f"opd-{code}",
            "sasl_plain_password": self.world.secrets.get(f"kafka-opd-{code}"),
        }
        producer = AIOKafkaProducer(acks="all", **access)
        consumer = AIOKafkaConsumer(
            assignments(code),
            replies(code),
            group_id=f"opd.{code}.tests-{new_id()}",
            auto_offset_reset="earliest",
            **access,
        )
        await producer.start()
        await consumer.start()
        try:
            yield Agency(code, producer, consumer)
        finally:
            await consumer.stop()
            await producer.stop()

    async def case(self, key: UUID) -> Case | None:
        """Return the state of one case, or None."""
        rows = await self.world.rows("router", "SELECT data FROM state WHERE key = $1", key)
        return Case.model_validate_json(rows[0]["data"]) if rows and rows[0]["data"] else None

    async def unread(self, key: UUID) -> int:
        """Return how many replies of the citizen wait for a person."""
        case = await self.case(key)
        return (case.unread or 0) if case is not None else 0

    async def clock_set(self, key: UUID, clock: Clock, due: datetime) -> None:
        """Let a toy sla set the due time of a desk's decision, and wait until the router has kept the time."""
        async with self.toy("sla") as sla:
            await sla.say(key, DeadlineSet(clock=clock, run=1, started_at=due, due_at=due, explanation="menurut uji"))

            async def kept() -> bool:
                case = await self.case(key)
                return case is not None and case.due_decide == due

            await until(kept, "the due time is kept")

    async def events(self, key: UUID) -> list[str]:
        """Return the types of the case events of one case, in order."""
        sql = "SELECT type FROM events WHERE key = $1 AND topic = 'complaint.cases.v1' ORDER BY sequence"
        return [row["type"] for row in await self.world.rows("router", sql, key)]

    async def key(self, live: Running[Case], role: str, opd: str | None = None) -> dict[str, str]:
        """Return the headers of a caller with a new key."""
        return {"Authorization": f"Bearer {await Keys(live.pool).create(owner='uji', role=role, opd=opd)}"}


class Teller:
    """A writer of facts in the place of another service."""

    def __init__(self, live: Running[Toy]) -> None:
        self._live = live

    async def say(self, key: UUID, *facts: Fact) -> None:
        for fact in facts:
            await self._live.do(Say(fact), keys=(key,), actor="citizen")


class Agency:
    """An OPD's client. It reads assignments and replies and writes updates, with nothing but Kafka and the contract."""

    def __init__(self, code: str, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self._code, self._producer, self._consumer = code, producer, consumer

    async def read(self, key: UUID, kind: str = "assignment.snapshot", seconds: float = 15.0) -> dict[str, Any]:
        """Return the next record of this type about a complaint."""
        async with asyncio.timeout(seconds):
            async for record in self._consumer:
                if record.key.decode() == str(key) and dict(record.headers)["ce_type"].decode() == kind:
                    found: dict[str, Any] = json.loads(record.value)
                    return found
        raise AssertionError("the consumer ended")

    async def say(self, key: UUID, kind: str, data: dict[str, Any], external_id: str | None = None) -> None:
        """Send one update."""
        headers = {
            "ce_specversion": "1.0",
            "ce_id": external_id or str(new_id()),
            "ce_type": kind,
            "ce_source": f"opd/{self._code}",
            "ce_subject": str(key),
            "content-type": "application/json",
        }
        wire = [(name, value.encode()) for name, value in headers.items()]
        await self._producer.send_and_wait(
            updates(self._code), json.dumps(data).encode(), key=str(key).encode(), headers=wire
        )
