"""Figure of the latency from the POST to the OPD's topic: all services on, 100 complaints a second in an open loop."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

from deploy.local.addresses import SERVICES
from deploy.local.system import System
from shared.events.catalogue import SUBMISSIONS, assignments
from shared.reference import opds
from tests.bench.client import Connection
from tests.bench.lifecycle import settled
from tests.bench.stage import (
    Report,
    bare_server,
    dump_rows,
    ends_of,
    keep,
    look,
    probe_environment,
    run_python,
    watcher,
)
from tests.bench.texts import texts

RATE = 100


async def measure(system: System, report: Report, seconds: int) -> None:
    """Measure our services, then the probe with the rows that they wrote, at the same rate.

    Complaints that are not assigned do not arrive on an OPD's topic and have no latency.
    """
    await settled(system)
    logs = {name: await look(system, name) for name in ("intake", "router")}
    since = {name: await log.fetchval("SELECT coalesce(max(position), 0) FROM events") for name, log in logs.items()}
    sent, statuses, own = await _timed(system, int(system.url("intake").rpartition(":")[2]), seconds)
    await settled(system)
    rows = {name: await dump_rows(log, since[name]) for name, log in logs.items()}
    for log in logs.values():
        await log.close()
    for name in SERVICES:
        system.replica(name).stop()
    bare = await _probe(system, rows, len(sent), seconds)
    report.add(
        f"POST to the OPD's topic at {RATE}/s, open loop",
        sent=len(sent),
        assigned=len(own),
        errors=sum(status not in (200, 201) for status in statuses),
        p50_ms=_at(own, 0.5),
        p95_ms=_at(own, 0.95),
        p99_ms=_at(own, 0.99),
        probe_p50_ms=_at(bare, 0.5),
        probe_p95_ms=_at(bare, 0.95),
        probe_p99_ms=_at(bare, 0.99),
        ratio_p50=_at(own, 0.5) / _at(bare, 0.5),
        goal_p50_ms=15,
        goal_p99_ms=60,
    )
    for name in SERVICES:
        system.replica(name).start()
    await asyncio.gather(*(system.replica(name).ready() for name in SERVICES))


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


async def _timed(system: System, port: int, seconds: int) -> tuple[dict[str, float], list[int], list[float]]:
    """Send at a fixed rate, without waiting for answers.

    Return the sending time of each ticket, the statuses, and the sorted milliseconds to each ticket's first snapshot.
    """
    consumer = watcher(system, *(assignments(code) for code in opds()))
    await consumer.start()
    await consumer.seek_to_end()
    arrived: dict[str, float] = {}
    listening = asyncio.create_task(_listen(consumer, arrived))
    sent, statuses = await _send(port, system.keys["intake.adapter"], seconds)
    await asyncio.sleep(3)
    listening.cancel()
    await consumer.stop()
    return sent, statuses, sorted((arrived[ticket] - at) * 1000 for ticket, at in sent.items() if ticket in arrived)


async def _probe(system: System, rows: dict[str, Any], count: int, seconds: int) -> list[float]:
    """Measure a bare intake and a bare router, which write both services' rows and events to the same topics.

    The probe writes a complaint's rows of the router at once. The router writes the snapshot with due times in a
    second step.
    """
    starts = await ends_of(system, SUBMISSIONS)
    dumps = {
        "intake": keep(system.folder / "latency-intake.pickle", list(rows["intake"].values())),
        "router": keep(system.folder / "latency-router.pickle", rows["router"]),
    }
    told = {name: await probe_environment(system, name) for name in dumps}
    arguments = ("--dump", str(dumps["router"]), "--starts", starts, "--total", str(count))
    routing = asyncio.create_task(run_python("tests.bench.bare", "consume", *arguments, **told["router"]))
    try:
        async with bare_server("accept", dumps["intake"], told["intake"]) as port:
            await asyncio.sleep(3)
            _, _, times = await _timed(system, port, seconds)
            await routing
    finally:
        routing.cancel()
    return times


async def _listen(consumer: Any, arrived: dict[str, float]) -> None:
    async for record in consumer:
        now = time.perf_counter()
        arrived.setdefault(json.loads(record.value)["ticket"], now)


async def _send(port: int, key: str, seconds: int) -> tuple[dict[str, float], list[int]]:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(32):
        free.put_nowait(Connection("127.0.0.1", port))
    sent: dict[str, float] = {}
    statuses: list[int] = []
    bodies = [{"text": text, "external_id": None} | ({"place": place} if place else {}) for text, place in texts()]

    async def one(number: int) -> None:
        connection = await free.get()
        body = json.dumps(bodies[number % len(bodies)] | {"external_id": uuid.uuid4().hex}).encode()
        began = time.perf_counter()
        status, answer = await connection.call("POST", "/v1/submissions", key, body)
        free.put_nowait(connection)
        statuses.append(status)
        if status in (200, 201):
            sent[json.loads(answer)["ticket"]] = began

    start, tasks = time.perf_counter(), []
    for number in range(RATE * seconds):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)
    return sent, statuses
