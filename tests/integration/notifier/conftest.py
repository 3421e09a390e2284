"""A notifier with the real Postgres, facing the stubs; facts come through the step."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from services.notifier.actions.staff_addresses import import_addresses
from services.notifier.app import build
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.events.catalogue import CASES, CONTACTS, DEADLINES
from shared.events.fact import Fact
from shared.ids import new_id
from shared.inputs.catch_up import CatchUp
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.runtime.running import Running, running
from tests.support.infra import Database, migrate
from tests.support.notifier_facts import WEBHOOK_ROOT, officers

MIGRATIONS = Path("services/notifier/migrations")
APP_SECRET, TOKEN = "app-secret", "token"
MONDAY = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)  # 10.00 WITA


class Stubs:
    """The outside in a process of its own."""

    def __init__(self) -> None:
        secrets = {
            "TANGGAP_STUB_APP_SECRET": APP_SECRET,
            "TANGGAP_STUB_WEBHOOK_SECRET": WEBHOOK_ROOT,
            "TANGGAP_STUB_TOKEN": TOKEN,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.demo.stubs"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **secrets},
        )
        assert self._process.stdout
        told = json.loads(self._process.stdout.readline())
        self.http, self.smtp_port = told["http"], told["smtp_port"]

    def tally(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.http}/tally", trust_env=False).json()
        return answer

    def messages(self, channel: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = httpx.get(f"{self.http}/messages/{channel}", trust_env=False).json()
        return answer

    def order(self, **orders: Any) -> None:
        httpx.post(f"{self.http}/orders", json=orders, trust_env=False).raise_for_status()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture(scope="session")
def stub_process() -> Iterator[Stubs]:
    own = Stubs()
    yield own
    own.stop()


@pytest.fixture
def stubs(stub_process: Stubs) -> Stubs:
    """The outside as if nothing had happened there."""
    stub_process.order(reset=True)
    return stub_process


@dataclass
class Room:
    """One notifier without its Kafka door, and the clock it is shown."""

    live: Running[NotifierState]
    stubs: Stubs
    clock_file: Path
    sequences: dict[tuple[str, UUID], int] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        with self.clock_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"wall": datetime.now(UTC).isoformat(), "domain": moment.isoformat()}) + "\n")

    def now(self) -> datetime:
        return self.live.clock.now()

    async def hear(
        self, key: UUID, *facts: Fact, at: datetime | None = None, traceparent: str | None = None
    ) -> list[Item]:
        """Facts of one key, each next in its stream."""
        items = []
        for fact in facts:
            topic = {"case": CASES, "deadline": DEADLINES, "contact": CONTACTS}[fact.TYPE.partition(".")[0]]
            sequence = self.sequences[topic, key] = self.sequences.get((topic, key), 0) + 1
            keys = self.live.service.keys_of(key, fact)
            item = Item(key, fact, "test", at or self.now(), new_id(), keys, topic=topic, sequence=sequence)
            items.append(replace(item, traceparent=traceparent))
        await self.repeat(items)
        return items

    async def repeat(self, items: list[Item]) -> list[str]:
        batch = Batch(items)
        await self.live.step.run(batch)
        return [attempt.outcome for attempt in batch.committed]

    async def settle(self, limit: float = 10.0) -> None:
        """Until nothing that may go out now is left."""
        until = asyncio.get_running_loop().time() + limit
        while asyncio.get_running_loop().time() < until:
            pending = await self.live.pool.fetchrow(Q["count_pending"], self.now())
            assert pending is not None
            if not any(pending.values()):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"still in flight: {dict(pending or {})}")

    async def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.live.pool.fetch("SELECT * FROM messages ORDER BY made_at, id")]

    async def told(self) -> list[str]:
        return [row["type"] for row in await self.live.pool.fetch("SELECT type FROM events ORDER BY position")]


def make_settings(database: Database, stubs: Stubs, clock_file: Path, **more: Any) -> NotifierSettings:
    values: dict[str, Any] = {
        "dsn": SecretStr(database.dsn("notifier")),
        "secret": SecretStr("ab" * 32),
        "clock_file": clock_file,
        "public_url": "https://tanggap.example",
        "console_url": "https://kerja.tanggap.example",
        "whatsapp_base": stubs.http,
        "whatsapp_phone_number_id": "100000000000001",
        "whatsapp_token": SecretStr(TOKEN),
        "whatsapp_rate": 500,
        "smtp_rate": 500,
        "smtp_host": "127.0.0.1",
        "smtp_port": stubs.smtp_port,
        "smtp_tls": "none",
        "webhook_allow_loopback": True,
        "settle_seconds": 0.2,
        "look_for_seconds": 1.0,
        **more,
    }
    return NotifierSettings(**values)


@contextlib.asynccontextmanager
async def make_room(database: Database, stubs: Stubs, clock_file: Path, **more: Any) -> AsyncIterator[Room]:
    """A running notifier: commands, sender and follow-up, as the process has them."""
    settings = make_settings(database, stubs, clock_file, **more)
    service = build(settings)
    async with running(service) as live:
        live.relay._leading = True
        tasks = [asyncio.ensure_future(loop(live)) for loop in service.loops]
        try:
            yield Room(live, stubs, clock_file)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    path = tmp_path / "clock.jsonl"
    path.write_text(
        json.dumps({"wall": "2026-01-01T00:00:00+00:00", "domain": MONDAY.isoformat()}) + "\n", encoding="utf-8"
    )
    return path


@pytest.fixture(scope="session")
def migrated(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    own = Database(postgres, secrets)
    migrate(own, "notifier", MIGRATIONS)
    yield own
    own.drop()


@pytest.fixture
async def notifier_database(migrated: Database) -> Database:
    """The notifier's schema, emptied."""
    connection = await asyncpg.connect(migrated.admin_dsn)
    try:
        rows = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'notifier' AND tablename <> 'migrations'"
        )
        await connection.execute("; ".join(f"DELETE FROM notifier.{row['tablename']}" for row in rows))
    finally:
        await connection.close()
    return migrated


async def nothing_unread(_streams: CatchUp) -> None:
    """There is no Kafka in a room: facts come through the step."""


@pytest.fixture
async def room(
    notifier_database: Database, stubs: Stubs, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Room]:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    async with make_room(notifier_database, stubs, clock_file) as own:
        await import_addresses(make_settings(notifier_database, stubs, clock_file), officers(stubs.http))
        yield own


@pytest.fixture
def replica(notifier_database: Database, stubs: Stubs, clock_file: Path) -> Callable[[], Any]:
    """A second notifier over the same tables."""
    return lambda: make_room(notifier_database, stubs, clock_file, replica="2")


@pytest.fixture
async def quiet_room(notifier_database: Database, stubs: Stubs, clock_file: Path) -> AsyncIterator[Room]:
    """A notifier whose loops do not run: only what a test does happens."""
    async with running(build(make_settings(notifier_database, stubs, clock_file))) as live:
        yield Room(live, stubs, clock_file)
