"""Figure of the whole pipeline: complaints are filed over HTTP, and processor time is counted until all has been read."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.addresses import SERVICES
from deploy.local.system import System
from deploy.postgres.apply import DATABASE
from shared.events.catalogue import INTERNAL
from tests.bench.accepting import load, write_bodies
from tests.bench.stage import Patience, Report, watcher

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
UNSENT = "SELECT " + " + ".join(f"(SELECT count(*) FROM {service}.outbox)" for service in SERVICES)
READ = " UNION ALL ".join(f"SELECT topic, partition, next FROM {service}.offsets" for service in SERVICES)


async def measure(system: System, report: Report, count: int) -> None:
    """File a tenth of ``count`` to warm up, then ``count`` complaints. Add the milliseconds of each process for each."""
    await _file(system, count // 10)
    before, began = _spent(system), time.perf_counter()
    filed = await _file(system, count)
    seconds, after = time.perf_counter() - began, _spent(system)
    each = {name: 1000 * (after[name] - before[name]) / count for name in after}
    report.add(
        "whole pipeline, processor time per complaint in ms",
        rows=count,
        errors=filed["errors"],
        **each,
        all=sum(each.values()),
        complaints_per_s=count / seconds,
    )


async def _file(system: System, count: int) -> dict[str, Any]:
    """File complaints, and wait until all that follows from them has been relayed and read."""
    port = int(system.url("intake").rpartition(":")[2])
    filed = await load(system, port, write_bodies(system, count))
    kafka, patience = watcher(system, *(stream.topic for stream in INTERNAL)), Patience("everything has been read")
    admin = await asyncpg.connect(system.infra.admin_dsn.rpartition("/")[0] + f"/{DATABASE}")
    await kafka.start()
    try:
        while waiting := await _waiting(admin, kafka):
            patience.look(waiting)
            await asyncio.sleep(0.1)
    finally:
        await kafka.stop()
        await admin.close()
    return filed


async def _waiting(admin: asyncpg.Connection[Any], kafka: Any) -> int:
    """Return the number of events that wait in an outbox, or else in Kafka."""
    if unsent := int(await admin.fetchval(UNSENT)):
        return unsent
    ends = {(place.topic, place.partition): end for place, end in (await kafka.end_offsets(kafka.assignment())).items()}
    rows = await admin.fetch(READ)
    return sum(max(0, ends.get((row["topic"], row["partition"]), 0) - row["next"]) for row in rows)


def _spent(system: System) -> dict[str, float]:
    """Return the processor seconds that each service, Kafka and Postgres have used so far."""
    infra = system.infra
    if infra.kafka is None or infra.postgres is None:
        raise RuntimeError("processor time is counted for a Kafka and a Postgres of our own")
    spent = {name: _seconds(system.replica(name).child.pid) for name in SERVICES}
    postmaster = infra.postgres.pid
    everybody = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    backends = [pid for pid in everybody if _parent(pid) == postmaster]
    postgres = _seconds(postmaster, with_ended=True) + sum(map(_seconds, backends))
    return spent | {"kafka": _seconds(infra.kafka.pid), "postgres": postgres}


def _fields(pid: int) -> list[str]:
    """Return what the kernel says of a process after its name, or nothing if the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _parent(pid: int) -> int | None:
    fields = _fields(pid)
    return int(fields[1]) if fields else None


def _seconds(pid: int, with_ended: bool = False) -> float:
    """Return the processor seconds of a process, with those of its ended children if asked."""
    fields = _fields(pid)
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / TICKS_PER_S
