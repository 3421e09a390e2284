"""The step alone on the real Postgres. Records reach it without a broker."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from shared.pipeline import Attempt, Claim, Item, Tick
from shared.pipeline.items import Entry
from shared.pipeline.step import Batch
from shared.record import Record
from shared.runtime.parking import Parking
from shared.runtime.running import Running, running
from tests.support.raw import UPDATES, progress, reply, said
from tests.support.toys import Say, Toy, World


@dataclass
class Steps:
    """One toy service without doors, with builders of its inputs and views of its tables."""

    live: Running[Toy]
    world: World
    offsets: "itertools.count[int]" = field(default_factory=itertools.count)

    def said(self, key: UUID, sequence: int, text: str, **instead: bytes | None) -> Entry:
        """Return a citizen's reply for the step."""
        return self.record(SUBMISSIONS, key, reply(text), said(key, sequence, **instead))

    def update(self, key: UUID, update_id: str, text: str, offset: int | None = None) -> Entry:
        """Return an OPD's update for the step."""
        headers = [("ce_id", update_id.encode()), ("ce_type", b"update.progressed")]
        return self.record(UPDATES, key, progress(text), headers, offset)

    def record_unreadable(self, key: UUID) -> Entry:
        """Return an unreadable record of an OPD."""
        return self.record(UPDATES, key, b"{", [("ce_id", b"unreadable"), ("ce_type", b"update.progressed")])

    def record(self, topic: str, key: UUID, body: bytes, headers: Any, offset: int | None = None) -> Entry:
        place = next(self.offsets) if offset is None else offset
        appended = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
        return self.live.step.decoder.entry(Record(topic, 0, place, appended, str(key).encode(), body, tuple(headers)))

    def tick(self, key: UUID, at: datetime) -> Item:
        return Item(key=key, data=Tick(), actor="clock", at=at, id=new_id(), keys=(key,))

    def command(self, key: UUID, text: str, claim: Claim | None = None) -> Item:
        now = datetime.now(UTC)
        return Item(key=key, data=Say(text), actor="citizen", at=now, id=new_id(), keys=(key,), claim=claim)

    async def attempts(self, *entries: Entry) -> list[Attempt]:
        """Fold these in one batch. Return the attempt of each."""
        batch = Batch(entries)
        await self.live.step.run(batch)
        return batch.committed

    async def run(self, *entries: Entry) -> list[str]:
        """Fold these in one batch. Return the outcome of each."""
        return [attempt.outcome for attempt in await self.attempts(*entries)]

    async def texts(self, key: UUID) -> list[str]:
        return await self.world.texts(key, self.live.service.name)

    async def events(self, key: UUID) -> list[tuple[int, str]]:
        rows = await self.rows("SELECT sequence, type FROM events WHERE key = $1 ORDER BY position", key)
        return [(row["sequence"], row["type"]) for row in rows]

    async def parked(self, key: UUID) -> list[tuple[int | None, str]]:
        rows = await self.rows(
            "SELECT sequence, reason FROM parked WHERE key = $1 AND discarded_at IS NULL ORDER BY id", key
        )
        return [(row["sequence"], row["reason"]) for row in rows]

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        return await self.world.rows(self.live.service.name, sql, *values)

    @property
    def parking(self) -> Parking:
        return Parking(self.live)


@contextlib.asynccontextmanager
async def stepping(world: World, service: str = "router") -> AsyncIterator[Steps]:
    async with running(world.service(service)) as live:
        yield Steps(live, world)


@pytest.fixture
async def router(quiet: World) -> AsyncIterator[Steps]:
    async with stepping(quiet) as steps:
        yield steps


@pytest.fixture
async def intake(quiet: World) -> AsyncIterator[Steps]:
    async with stepping(quiet, "intake") as steps:
        yield steps
