"""Helpers of the benchmarks: views into the running system, dumps of a service's rows, probe processes, the report."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from deploy.local import process
from deploy.local.system import System
from shared.kafka.clients import make_producer
from shared.postgres.migrations import migrate
from shared.settings import Settings

console = Console()
ROOT = Path(__file__).resolve().parents[2]
PROBE_DB = "probe"


class Report:
    """Figures by name, each with the values to which it is compared. They are printed and kept in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.figures: dict[str, dict[str, Any]] = {}

    def add(self, name: str, **values: Any) -> None:
        """Print and keep one figure."""
        self.figures[name] = values
        table = Table(title=name, show_header=False, title_justify="left")
        for key, value in values.items():
            table.add_row(key, f"{value:,.3f}" if isinstance(value, float) else str(value))
        console.print(table)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.figures, indent=2) + "\n", encoding="utf-8")


def median(values: Sequence[float]) -> float:
    """Return the median, which is the value to quote."""
    return statistics.median(values)


def kafka_options(system: System, user: str) -> dict[str, Any]:
    """Return the options by which a bare Kafka client logs in as ``user``."""
    return {
        "bootstrap_servers": system.infra.bootstrap,
        "security_protocol": system.infra.kafka_security,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": system.secrets.get(f"kafka-{user}"),
    }


async def producer_as(system: System, user: str) -> Any:
    """Return a started producer with the rights of a service."""
    settings = Settings(
        dsn=SecretStr("unused"),
        secret=SecretStr("00" * 32),
        kafka_bootstrap=system.infra.bootstrap,
        kafka_security="SASL_PLAINTEXT",
        kafka_user=user,
        kafka_password=SecretStr(system.secrets.get(f"kafka-{user}")),
    )
    producer = make_producer(settings)
    await producer.start()
    return producer


async def look(system: System, service: str) -> asyncpg.Connection[Any]:
    """Return a connection of the administrator to one schema."""
    admin = system.infra.admin_dsn
    dsn = admin.rpartition("/")[0] + "/tanggap"
    return await asyncpg.connect(dsn, server_settings={"search_path": service})


async def probe_database(system: System, service: str) -> str:
    """Make a database for the probe with only the pipeline's tables, empty. Return its DSN."""
    from deploy.postgres import apply as server

    await server.apply(system.infra.admin_dsn, lambda role: system.secrets.get(f"postgres-{role}"), PROBE_DB)
    owner = server.dsn_for(
        system.infra.admin_dsn, f"{service}_owner", system.secrets.get(f"postgres-{service}_owner"), PROBE_DB
    )
    await migrate(owner, service, Path("/nonexistent"))
    admin = await asyncpg.connect(system.infra.admin_dsn.rpartition("/")[0] + f"/{PROBE_DB}")
    try:
        await admin.execute(f"TRUNCATE {service}.state, {service}.events, {service}.outbox, {service}.claims")
    finally:
        await admin.close()
    return server.dsn_for(system.infra.admin_dsn, service, system.secrets.get(f"postgres-{service}"), PROBE_DB)


async def dump_rows(connection: asyncpg.Connection[Any], since: int) -> dict[UUID, dict[str, Any]]:
    """Return by key what a service wrote after a position of its log: states, events and claims as rows to insert."""
    found: dict[UUID, dict[str, Any]] = {}
    events = await connection.fetch("SELECT * FROM events WHERE position > $1 ORDER BY position", since)
    for row in events:
        entry = found.setdefault(row["key"], {"states": [], "events": [], "claims": []})
        entry["events"].append(
            tuple(
                row[n]
                for n in ("id", "topic", "key", "sequence", "type", "occurred_at", "actor", "traceparent", "data")
            )
        )
    for row in await connection.fetch("SELECT * FROM state WHERE key = ANY($1)", list(found)):
        found[row["key"]]["states"].append(
            (row["key"], 1, row["read"], row["written"], False, row["due_at"], row["data"])
        )
    for row in await connection.fetch("SELECT * FROM claims WHERE key = ANY($1)", list(found)):
        found[row["key"]]["claims"].append((row["scope"], row["token"], row["digest"], row["key"], row["answer"]))
    return found


def keep(path: Path, rows: object) -> Path:
    """Write ``rows`` to a file for the probe's process and return its path."""
    path.write_bytes(pickle.dumps(rows))
    return path


async def run_python(module: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """Run a module of ours to its end and return the JSON of its last line. Raises RuntimeError when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    result: dict[str, Any] = json.loads(output.decode().strip().splitlines()[-1])
    return result


@contextlib.asynccontextmanager
async def bare_server(what: str, dump: Path, told: dict[str, str], *more: str) -> AsyncIterator[int]:
    """Run a probe that answers over HTTP as a process, and yield its port."""
    port = process.free_port()
    arguments = ("-m", "tests.bench.bare", what, "--dump", str(dump), "--port", str(port), *more)
    server = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, env=os.environ | told)
    try:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(20):
            while True:
                try:
                    await client.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield port
    finally:
        server.terminate()
        await server.wait()


async def probe_environment(system: System, service: str) -> dict[str, str]:
    """Return the environment of a probe of one service: its own database, and the service's own rights in Kafka."""
    return {
        "PROBE_DSN": await probe_database(system, service),
        "PROBE_KAFKA": json.dumps(kafka_options(system, service)),
        "PROBE_GROUP": f"{service}.probe",
    }


async def ends_of(system: System, topic: str) -> str:
    """Return the present end of each partition of a topic as JSON. A probe begins to read there."""
    asker = watcher(system, topic)
    await asker.start()
    ends = await asker.end_offsets(asker.assignment())
    await asker.stop()
    return json.dumps({topic: {str(place.partition): end for place, end in ends.items()}})


def watcher(system: System, *topics: str) -> Any:
    """Return a consumer with the administrator's rights that reads records from now on."""
    user, password = system.infra.kafka_admin
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=system.infra.bootstrap,
        security_protocol=system.infra.kafka_security,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=password,
        auto_offset_reset="latest",
        enable_auto_commit=False,
    )


class StandsStill(Exception):
    """A benchmark waited for something that made no progress for a minute, or took more than an hour."""


class Patience:
    """A time limit that only progress extends, because the time for a backlog depends on the machine."""

    def __init__(self, what: str, *, still_s: float = 60.0, at_most_s: float = 3600.0) -> None:
        self._what, self._still_s = what, still_s
        self._last: object = None
        self._moved = self._told = time.monotonic()
        self._end = self._moved + at_most_s

    def look(self, progress: object) -> None:
        """Record the progress. Raise StandsStill when there was none for ``still_s`` or the time is over."""
        now = time.monotonic()
        if progress != self._last:
            self._last, self._moved = progress, now
        if now > min(self._moved + self._still_s, self._end):
            raise StandsStill(f"{self._what}: no end in sight at {progress}")
        if now > self._told + 30:
            self._told = now
            console.print(f"[dim]still waiting until {self._what}: {progress}[/dim]")


async def quiet(connection: asyncpg.Connection[Any]) -> None:
    """Wait until a schema's outbox is empty."""
    patience = Patience("the outbox is empty")
    while (first := await connection.fetchval("SELECT min(position) FROM outbox")) is not None:
        patience.look(first)
        await asyncio.sleep(0.005)
