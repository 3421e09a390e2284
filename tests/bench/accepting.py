"""Figure of intake over HTTP: one process, 64 connections, durable before the answer. The probe batches alike."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

from deploy.local.system import System
from tests.bench.stage import (
    Report,
    bare_server,
    dump_rows,
    keep,
    look,
    median,
    probe_environment,
    quiet,
    run_python,
)
from tests.bench.texts import texts

RUNS = 3


async def measure(system: System, report: Report, count: int) -> None:
    """Measure three pairs after a warm-up. The probe of each pair writes the rows that intake has just written."""
    for name in ("router", "sla", "notifier"):
        system.replica(name).stop()
    connection = await look(system, "intake")
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    port = int(system.url("intake").rpartition(":")[2])
    for run in range(RUNS + 1):
        bodies = write_bodies(system, count)
        since = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
        own = await load(system, port, bodies)
        await quiet(connection)
        rows = list(_together(await dump_rows(connection, since)))
        probe = await _probe(system, keep(system.folder / "accepting.pickle", rows), bodies)
        if run:
            pairs.append((own, probe))
    await connection.close()
    ratios = [own["rate"] / probe["rate"] for own, probe in pairs]
    report.add(
        "intake over HTTP, complaints/s per process, durable before the answer",
        rows=count,
        runs=RUNS,
        connections=64,
        errors=sum(own["errors"] for own, _ in pairs),
        intake=median([own["rate"] for own, _ in pairs]),
        intake_p95_ms=median([own["p95_ms"] for own, _ in pairs]),
        probe=median([probe["rate"] for _, probe in pairs]),
        ratio=median(ratios),
        ratio_min=min(ratios),
        goal=0.7,
    )
    for name in ("router", "sla", "notifier"):
        system.replica(name).start()
    await asyncio.gather(*(system.replica(name).ready() for name in ("router", "sla", "notifier")))


def write_bodies(system: System, count: int) -> Path:
    """Write the bodies of so many new complaints to a file, one a line."""
    bodies = system.folder / "bodies.jsonl"
    bodies.write_text("".join(json.dumps(_body(number)) + "\n" for number in range(count)), encoding="utf-8")
    return bodies


def _body(number: int) -> dict[str, Any]:
    text, place = texts()[number % len(texts())]
    body: dict[str, Any] = {"text": text, "external_id": uuid.uuid4().hex}
    if place:
        body["place"] = place
    if number % 2:
        body["reporter"] = {"name": "Warga Contoh", "whatsapp": f"62800000{number:06d}"}
    return body


def _together(rows: dict[Any, dict[str, Any]]) -> Any:
    """Yield one entry per complaint, with its own rows and those of its contact."""
    contacts = {key: row for key, row in rows.items() if not row["claims"]}
    used = iter(contacts.values())
    for row in rows.values():
        if row["claims"]:
            extra = next(used, None) if '"reporter_name":"' in row["events"][0][8] else None
            yield {name: [*own, *extra[name]] for name, own in row.items()} if extra else row


async def load(system: System, port: int, bodies: Path) -> dict[str, Any]:
    """Post the bodies of a file to a port, and return what the client measured."""
    return await run_python(
        "tests.bench.client", "--port", str(port), "--bodies", str(bodies), CLIENT_KEY=system.keys["intake.adapter"]
    )


async def _probe(system: System, dump: Path, bodies: Path) -> dict[str, Any]:
    told = await probe_environment(system, "intake")
    async with bare_server("accept", dump, told) as port:
        return await load(system, port, bodies)
