"""Two toy services over the real pipeline. `intake` writes submissions; `router` answers each with a case event."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from pydantic import BaseModel, ConfigDict

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.events import cases, opd
from shared.events.catalogue import CASES, INTERNAL, SUBMISSIONS, of_opd, read_by, replies
from shared.events.fact import Attachment
from shared.events.submissions import CitizenReplied, SubmissionErased
from shared.ids import new_id
from shared.pipeline import Change, Item, Out, Tick, Undecodable
from shared.pipeline.service import Service
from shared.postgres.migrations import migrate
from shared.runtime.jobs import take_up_held
from shared.runtime.running import Running, running
from shared.settings import Settings
from tests.support.infra import Database
from tests.support.live import working

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
SECRET = "ab" * 32


class Toy(BaseModel):
    """The state of a toy: the texts in order, and the number of ticks."""

    model_config = ConfigDict(frozen=True)
    texts: tuple[str, ...] = ()
    ticks: int = 0
    due: datetime | None = None


@dataclass(frozen=True)
class Say:
    """A command of the toy intake that writes one event with this text."""

    text: str


@dataclass(frozen=True)
class Forget:
    """A command of the toy intake that erases the complaint."""


def intake_fold(states: Mapping[UUID, Toy | None], item: Item, _now: datetime) -> Change[Toy]:
    toy = states[item.key] or Toy()
    if isinstance(item.data, Forget):
        return Change({item.key: Toy()}, (Out(SUBMISSIONS, item.key, SubmissionErased()),))
    if isinstance(item.data, Say):
        fresh = toy.model_copy(update={"texts": (*toy.texts, item.data.text)})
        many = (
            (Attachment(id="x" * 1_100_000, sha256="", type="image/jpeg", size=1),) if item.data.text == "large" else ()
        )
        said = CitizenReplied(text=item.data.text, channel="web", attachments=many)
        return Change({item.key: fresh}, (Out(SUBMISSIONS, item.key, said),))
    return Change()


def router_fold(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
    toy = states[item.key] or Toy()
    match item.data:
        case CitizenReplied(text="raise"):
            raise ValueError("a rule that does not hold")
        case CitizenReplied(text=text) if text.startswith("forward:"):
            return Change(forwards=((UUID(text.removeprefix("forward:")), Say("forwarded")),))
        case CitizenReplied(text=text):
            due = now if text == "due" else toy.due
            fresh = toy.model_copy(update={"texts": (*toy.texts, text), "due": due})
            return Change(
                {item.key: fresh}, (Out(CASES, item.key, cases.Progressed(opd="dishub", public=False, text=text)),)
            )
        case Say(text=text):
            return Change({item.key: toy.model_copy(update={"texts": (*toy.texts, text)})})
        case SubmissionErased():
            return Change({item.key: Toy()}, (Out(CASES, item.key, cases.CaseErased()),))
        case Tick():
            return Change({item.key: toy.model_copy(update={"ticks": toy.ticks + 1, "due": None})})
        case Undecodable(reason=reason):
            refused = opd.UpdateRefused(update_id=item.external_id, code="undecodable", reason=reason)
            return Change(events=(Out(replies(item.opd or ""), item.key, refused),))
        case opd.UpdateProgressed(text="raise"):
            raise ValueError("a rule that does not hold")
        case opd.UpdateProgressed(text=text):
            return Change({item.key: toy.model_copy(update={"texts": (*toy.texts, f"opd: {text}")})})
    return Change()


def unconnected_router() -> Service[Toy]:
    """The toy that reads as the router does, with settings that reach no server."""
    given: Any = {"dsn": "postgresql://nobody@127.0.0.1:1/none", "secret": SECRET}
    return Service(
        name="router",
        settings=ToySettings(**given),
        state=Toy,
        fold=router_fold,
        streams=read_by("router"),
        migrations=Path("/nonexistent"),
    )


class ToySettings(Settings):
    """Settings that the test gives. Nothing comes from the environment."""

    service: ClassVar[str] = "router"


class IntakeToySettings(ToySettings):
    service: ClassVar[str] = "intake"


@dataclass
class World:
    """One database and the session's broker with emptied streams, with toys to run on them."""

    database: Database
    kafka: LocalKafka
    secrets: Secrets
    clock_file: Path | None = None

    def settings(self, service: str, **more: Any) -> ToySettings:
        kind = IntakeToySettings if service == "intake" else ToySettings
        given: dict[str, Any] = {
            "dsn": self.database.dsn(service),
            "owner_dsn": self.database.dsn(f"{service}_owner"),
            "kafka_bootstrap": self.kafka.bootstrap,
            "kafka_user": service,
            "kafka_password": self.secrets.get(f"kafka-{service}"),
            "kafka_security": "SASL_PLAINTEXT",
            "secret": SECRET,
            "clock_file": self.clock_file,
        }
        return kind(**(given | more))

    def service(self, name: str, **more: Any) -> Service[Toy]:
        fold = intake_fold if name == "intake" else router_fold
        return Service(
            name=name,
            settings=self.settings(name, **more),
            state=Toy,
            fold=fold,
            streams=read_by("router") if name == "router" else (),
            external=(of_opd("dishub")[1], of_opd("dinkes")[1]) if name == "router" else (),
            migrations=Path("/nonexistent"),
        )

    async def migrate(self, *services: str) -> None:
        for service in services:
            await migrate(self.database.dsn(f"{service}_owner"), service, Path("/nonexistent"))

    @contextlib.asynccontextmanager
    async def intake(self, **more: Any) -> AsyncIterator[Running[Toy]]:
        """Run the toy intake with its relay."""
        async with running(self.service("intake", **more), relay=True) as live:
            yield live

    @contextlib.asynccontextmanager
    async def router(self, **more: Any) -> AsyncIterator[Running[Toy]]:
        """Run the toy router with consumer, timers and relay."""
        async with running(self.service("router", **more), relay=True) as live, working(live, take_up_held(live)):
            yield live

    async def rows(self, service: str, sql: str, *values: Any) -> list[Any]:
        """Return rows of a service's schema, read as the server's administrator."""
        connection = await asyncpg.connect(self.database.admin_dsn, server_settings={"search_path": service})
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def texts(self, key: UUID, service: str = "router") -> list[str]:
        """Return the texts in the toy's state of a key."""
        rows = await self.rows(service, "SELECT data FROM state WHERE key = $1", key)
        return list(Toy.model_validate_json(rows[0]["data"]).texts) if rows and rows[0]["data"] else []


async def say(live: Running[Toy], key: UUID, *texts: str) -> None:
    """Write these texts with the toy intake, one command each."""
    for text in texts:
        await live.do(Say(text), keys=(key,), actor="citizen")


async def until(true: Callable[[], Any], what: str, seconds: float = 20.0) -> Any:
    """Wait until an awaitable check returns a true value, and return it. Fail with ``what`` after ``seconds``."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        found = await true()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"did not happen in {seconds} s: {what}")


def empty_streams(admin: AdminClient, codes: tuple[str, ...] = ("dishub", "dinkes")) -> None:
    """Delete every record of the internal streams and of these OPDs, so that a test sees only its own records.

    The broker refuses an admin client that was connected before a restart, so the function tries again for 30 s.
    """
    streams = [*INTERNAL, *(stream for code in codes for stream in of_opd(code))]
    places = [TopicPartition(s.topic, p) for s in streams for p in range(s.partitions) if "compact" not in s.cleanup]
    until_ = time.monotonic() + 30
    while True:
        try:
            _delete(admin, places)
        except KafkaException:
            if time.monotonic() > until_:
                raise
            admin.list_topics(timeout=10)
            time.sleep(0.2)
        else:
            return


def _delete(admin: AdminClient, places: list[TopicPartition]) -> None:
    asked = admin.list_offsets(
        {place: OffsetSpec.latest() for place in places}, isolation_level=IsolationLevel.READ_UNCOMMITTED
    )
    ends = {place: int(getattr(future.result(), "offset", 0)) for place, future in asked.items()}
    full = [TopicPartition(place.topic, place.partition, end) for place, end in ends.items() if end > 0]
    if full:
        for future in admin.delete_records(full).values():
            future.result()


def fresh_key() -> UUID:
    """Return a new complaint's id."""
    return new_id()


__all__ = ["NOW", "Forget", "Say", "Toy", "World", "empty_streams", "fresh_key", "say", "until"]
