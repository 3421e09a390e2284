"""File, assign, resolve over HTTP: a closed loop of 50 workers on the whole system, at some rows and at a million."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

from deploy.local.system import System
from tests.bench.client import Connection
from tests.bench.seed import seed
from tests.bench.stage import Report, console, look, quiet

SETTINGS: dict[str, dict[str, str]] = {"intake": {"ADAPTER_RATE": "100000", "ADAPTER_BURST": "200000"}}
WORKERS = 50
SECONDS = 20.0
TEXT = "Mohon bantuan bapak ibu, sudah lama kami menunggu kejelasan dan belum ada yang datang melihat. Terima kasih."
OPD = "dishub"


class Tally:
    """What the workers saw."""

    def __init__(self) -> None:
        self.calls: list[float] = []
        self.done = 0
        self.errors: list[int] = []
        self.waits: list[float] = []


async def measure(system: System, report: Report, rows: int) -> None:
    """Warm up, which also makes what is cloned; seed; measure."""
    await _loop(system, 5.0)
    await settled(system)
    await seed(system, rows)
    tally = Tally()
    began = time.perf_counter()
    tally = await _loop(system, SECONDS)
    seconds = time.perf_counter() - began
    backlog = await settled(system)
    calls = sorted(tally.calls)
    report.add(
        f"file, assign, resolve at {rows:,} complaints, closed loop of {WORKERS}",
        lifecycles=tally.done,
        lifecycles_per_second=tally.done / seconds,
        http_calls=len(calls),
        p50_ms=calls[len(calls) // 2] * 1000,
        p95_ms=calls[int(len(calls) * 0.95)] * 1000,
        p99_ms=calls[int(len(calls) * 0.99)] * 1000,
        case_visible_p50_ms=sorted(tally.waits)[len(tally.waits) // 2] * 1000,
        errors=len(tally.errors),
        backlog_gone_after_s=backlog,
        goal_lifecycles_per_second=370,
        goal_p95_ms=200,
        memory_mib={name: round(system.replica(name).memory_mib()) for name in ("intake", "router", "sla", "notifier")},
    )


async def _loop(system: System, seconds: float) -> Tally:
    tally = Tally()
    ends = time.perf_counter() + seconds
    await asyncio.gather(*(_worker(system, tally, ends) for _ in range(WORKERS)))
    if tally.errors:
        console.print(f"[red]unexpected answers: {sorted(set(tally.errors))}[/red]")
    return tally


async def _worker(system: System, tally: Tally, ends: float) -> None:
    intake = Connection("127.0.0.1", int(system.url("intake").rpartition(":")[2]))
    router = Connection("127.0.0.1", int(system.url("router").rpartition(":")[2]))
    keys = system.keys

    async def call(connection: Connection, method: str, path: str, key: str, body: Any = None) -> tuple[int, Any]:
        began = time.perf_counter()
        status, answer = await connection.call(method, path, key, json.dumps(body).encode() if body is not None else b"")
        tally.calls.append(time.perf_counter() - began)
        return status, json.loads(answer)

    while time.perf_counter() < ends:
        body = {"text": TEXT, "external_id": uuid.uuid4().hex}
        status, answer = await call(intake, "POST", "/v1/submissions", keys["intake.adapter"], body)
        if status != 201:
            tally.errors.append(status)
            continue
        ticket, began = answer["ticket"], time.perf_counter()
        while (await call(router, "GET", f"/v1/cases/{ticket}", keys["router.koordinator"]))[0] == 404:
            await asyncio.sleep(0.01)
        tally.waits.append(time.perf_counter() - began)
        status, _ = await call(router, "POST", f"/v1/cases/{ticket}/assign", keys["router.koordinator"], {"opd": OPD})
        if status == 200:
            status, _ = await call(
                router,
                "POST",
                f"/v1/cases/{ticket}/resolve",
                keys[f"router.officer.{OPD}"],
                {"answer": "Sudah ditangani hari ini."},
            )
        if status == 200:
            tally.done += 1
        else:
            tally.errors.append(status)
    intake.close()
    router.close()


async def settled(system: System) -> float:
    """Seconds until every outbox is empty and every stream is read to what was written."""
    began = time.perf_counter()
    looks = {name: await look(system, name) for name in ("intake", "router", "sla", "notifier")}
    async with asyncio.timeout(180):
        while True:
            for connection in looks.values():
                await quiet(connection, 180)
            sums = {name: await _progress(connection) for name, connection in looks.items()}
            await asyncio.sleep(0.2)
            if sums == {name: await _progress(connection) for name, connection in looks.items()}:
                break
    for connection in looks.values():
        await connection.close()
    return round(time.perf_counter() - began - 0.2, 2)


async def _progress(connection: Any) -> tuple[int, int]:
    """How much was read and written so far: when it stands still and no outbox holds anything, nothing is in flight."""
    read = await connection.fetchval("SELECT coalesce(sum(next), 0)::bigint FROM offsets")
    written = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
    return int(read), int(written)
