"""Figure of the lifecycle over HTTP (file, assign, resolve): 50 workers in a closed loop on the whole system.

The bare probe runs the same loop: it writes intake's and the router's rows into empty tables, without sla and notifier.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from deploy.local.addresses import SERVICES
from deploy.local.system import System
from shared.events.catalogue import SUBMISSIONS
from tests.bench.client import Connection
from tests.bench.seed import seed
from tests.bench.stage import (
    Patience,
    Report,
    bare_server,
    console,
    dump_rows,
    ends_of,
    keep,
    look,
    probe_environment,
    quiet,
)

SETTINGS: dict[str, dict[str, str]] = {"intake": {"ADAPTER_RATE": "100000", "ADAPTER_BURST": "200000"}}
WORKERS = 50
SECONDS = 20.0
TEXT = "Mohon bantuan bapak ibu, sudah lama kami menunggu kejelasan dan belum ada yang datang melihat. Terima kasih."
OPD = "dishub"


class Tally:
    """The answers and times that the workers saw."""

    def __init__(self) -> None:
        self.calls: list[float] = []
        self.done = 0
        self.errors: list[int] = []
        self.waits: list[float] = []
        self.seconds = 0.0

    @property
    def rate(self) -> float:
        """Lifecycles per second."""
        return self.done / self.seconds

    def at(self, share: float) -> float:
        """Return the milliseconds within which this share of the calls was answered."""
        return sorted(self.calls)[int(len(self.calls) * share)] * 1000


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports of intake and of the router, and the keys for them."""

    intake: int
    router: int
    keys: Mapping[str, str]

    async def loop(self, times: Iterator[Any]) -> Tally:
        """Run fifty workers. Each takes the next of ``times`` for one lifecycle, until there are none left."""
        tally = Tally()
        began = time.perf_counter()
        await asyncio.gather(*(self._worker(tally, times) for _ in range(WORKERS)))
        tally.seconds = time.perf_counter() - began
        if tally.errors:
            console.print(f"[red]unexpected answers: {sorted(set(tally.errors))}[/red]")
        return tally

    async def _worker(self, tally: Tally, times: Iterator[Any]) -> None:
        intake, router = Connection("127.0.0.1", self.intake), Connection("127.0.0.1", self.router)
        desk, officer = self.keys["router.koordinator"], self.keys[f"router.officer.{OPD}"]

        async def call(connection: Connection, method: str, path: str, key: str, body: Any = None) -> tuple[int, Any]:
            began = time.perf_counter()
            status, answer = await connection.call(
                method, path, key, json.dumps(body).encode() if body is not None else b""
            )
            tally.calls.append(time.perf_counter() - began)
            return status, json.loads(answer)

        for _ in times:
            body = {"text": TEXT, "external_id": uuid.uuid4().hex}
            status, answer = await call(intake, "POST", "/v1/submissions", self.keys["intake.adapter"], body)
            if status != 201:
                tally.errors.append(status)
                continue
            case, began = f"/v1/cases/{answer['ticket']}", time.perf_counter()
            while (await call(router, "GET", case, desk))[0] == 404:
                await asyncio.sleep(0.01)
            tally.waits.append(time.perf_counter() - began)
            status, _ = await call(router, "POST", f"{case}/assign", desk, {"opd": OPD})
            if status == 200:
                status, _ = await call(
                    router, "POST", f"{case}/resolve", officer, {"answer": "Petugas memperbaiki jalan itu hari ini."}
                )
            if status == 200:
                tally.done += 1
            else:
                tally.errors.append(status)
        intake.close()
        router.close()


async def measure(system: System, report: Report, rows: int) -> None:
    """Warm up, seed, measure the system, and then the probe with as many lifecycles as the system did.

    The warm-up also makes the cases that `seed` clones.
    """
    port_of = {name: int(system.url(name).rpartition(":")[2]) for name in ("intake", "router")}
    doors = Doors(port_of["intake"], port_of["router"], system.keys)
    await doors.loop(_until(5.0))
    await settled(system)
    await seed(system, rows)
    logs = {name: await look(system, name) for name in port_of}
    since = {name: await log.fetchval("SELECT coalesce(max(position), 0) FROM events") for name, log in logs.items()}
    own = await doors.loop(_until(SECONDS))
    backlog = await settled(system)
    memory = {name: round(system.replica(name).memory_mib()) for name in SERVICES}
    written = {name: await dump_rows(log, since[name]) for name, log in logs.items()}
    for log in logs.values():
        await log.close()
    for name in SERVICES:
        system.replica(name).stop()
    bare = await _probe(system, written, own.done)
    report.add(
        f"file, assign, resolve at {rows:,} complaints, closed loop of {WORKERS}",
        lifecycles=own.done,
        lifecycles_per_second=own.rate,
        http_calls=len(own.calls),
        p50_ms=own.at(0.5),
        p95_ms=own.at(0.95),
        p99_ms=own.at(0.99),
        case_visible_p50_ms=sorted(own.waits)[len(own.waits) // 2] * 1000,
        errors=len(own.errors),
        backlog_gone_after_s=backlog,
        probe_lifecycles_per_second=bare.rate,
        probe_p95_ms=bare.at(0.95),
        ratio=own.rate / bare.rate,
        goal_lifecycles_per_second=370,
        goal_p95_ms=200,
        memory_mib=memory,
    )
    for name in SERVICES:
        system.replica(name).start()
    await asyncio.gather(*(system.replica(name).ready() for name in SERVICES))


def _until(seconds: float) -> Iterator[float]:
    ends = time.perf_counter() + seconds
    while (now := time.perf_counter()) < ends:
        yield now


async def _probe(system: System, written: dict[str, dict[UUID, dict[str, Any]]], count: int) -> Tally:
    """Run the loop on a bare intake and a bare router for ``count`` lifecycles. Raises RuntimeError on any error."""
    cases = {key: _parts(entry) for key, entry in written["router"].items()}
    cases = {key: parts for key, parts in cases.items() if all(part["events"] for part in parts)}
    if len(cases) < count:
        raise RuntimeError(f"{count} cases were resolved, and only {len(cases)} are in the router's log")
    filed = [entry for key, entry in written["intake"].items() if key in cases]
    starts = await ends_of(system, SUBMISSIONS)
    told = {name: await probe_environment(system, name) for name in written}
    dumps = {
        "intake": keep(system.folder / "lifecycle-intake.pickle", filed),
        "router": keep(system.folder / "lifecycle-router.pickle", cases),
    }
    async with (
        bare_server("accept", dumps["intake"], told["intake"]) as intake,
        bare_server("office", dumps["router"], told["router"], "--starts", starts) as router,
    ):
        await asyncio.sleep(3)
        tally = await Doors(intake, router, system.keys).loop(iter(range(count)))
    if tally.errors:
        raise RuntimeError("the probe answered with errors")
    return tally


def _parts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Split the router's rows of one case into three parts: before the assignment, from it on, from the solution on."""
    parts: list[dict[str, Any]] = [
        {"states": [(state[0], version, *state[2:]) for state in entry["states"]], "events": [], "claims": []}
        for version in (1, 2, 3)
    ]
    part = 0
    for event in entry["events"]:
        part = max(part, {"case.assigned": 1, "case.resolved": 2}.get(event[4], 0))
        parts[part]["events"].append(event)
    return parts


async def settled(system: System) -> float:
    """Wait until every outbox is empty and every stream is read to its end. Return the seconds that this took."""
    began = time.perf_counter()
    looks = {name: await look(system, name) for name in ("intake", "router", "sla", "notifier")}
    patience = Patience("everything written is read")
    while True:
        for connection in looks.values():
            await quiet(connection)
        sums = {name: await _progress(connection) for name, connection in looks.items()}
        patience.look(sums)
        await asyncio.sleep(0.2)
        if sums == {name: await _progress(connection) for name, connection in looks.items()}:
            break
    for connection in looks.values():
        await connection.close()
    return round(time.perf_counter() - began - 0.2, 2)


async def _progress(connection: Any) -> tuple[int, int]:
    """Return how much was read and written so far. If neither moves and no outbox holds rows, nothing is in flight."""
    read = await connection.fetchval("SELECT coalesce(sum(next), 0)::bigint FROM offsets")
    written = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
    return int(read), int(written)
