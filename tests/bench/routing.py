"""Figure of the routing step: one router process reads submissions from Kafka and writes cases and assignments."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from deploy.local.system import System
from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions import Submitted
from shared.ids import new_id
from shared.kafka.records import headers_of
from tests.bench.stage import (
    Patience,
    Report,
    dump_rows,
    kafka_options,
    keep,
    look,
    median,
    probe_database,
    producer_as,
    quiet,
    run_python,
)
from tests.bench.texts import texts

RUNS = 3


async def measure(system: System, report: Report, count: int) -> None:
    """Measure three pairs after a warm-up: the router, then the probe on the same records, writing the same rows."""
    router = system.replica("router")
    for name in ("sla", "notifier", "intake"):
        system.replica(name).stop()
    connection = await look(system, "router")
    dsn = await probe_database(system, "router")
    rates: list[tuple[float, float]] = []
    for run in range(RUNS + 1):
        router.stop()
        starts, keys = await _produce(system, count)
        since = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
        router.start()
        own = await _router_seconds(connection, keys, since)
        router.stop()
        rows = await dump_rows(connection, since)
        dump = keep(system.folder / "routing.pickle", rows)
        probe = await run_python(
            "tests.bench.bare",
            "consume",
            "--dump",
            str(dump),
            "--starts",
            json.dumps(starts),
            "--total",
            str(count),
            PROBE_DSN=dsn,
            PROBE_KAFKA=json.dumps(kafka_options(system, "router")),
            PROBE_GROUP="router.probe",
        )
        if run:
            rates.append((count / own, count / probe["seconds"]))
    await connection.close()
    ratios = [own / bare for own, bare in rates]
    report.add(
        "routing step, complaints/s per process",
        rows=count,
        runs=RUNS,
        events_per_complaint=round(sum(len(row["events"]) for row in rows.values()) / count, 2),
        router=median([own for own, _ in rates]),
        probe=median([bare for _, bare in rates]),
        ratio=median(ratios),
        ratio_min=min(ratios),
        goal=0.7,
    )
    for name in ("router", "sla", "notifier", "intake"):
        system.replica(name).start()
    await asyncio.gather(*(system.replica(name).ready() for name in ("router", "sla", "notifier", "intake")))


async def _produce(system: System, count: int) -> tuple[dict[str, dict[str, int]], list[UUID]]:
    """Put submissions into the stream as intake's relay would. Return the first offset per partition, and the keys."""
    producer = await producer_as(system, "intake")
    said, starts, keys = texts(), dict[str, int](), list[UUID]()
    now = datetime.now(UTC)
    futures: list[Any] = []
    for number in range(count):
        text, place = said[number % len(said)]
        key = new_id()
        keys.append(key)
        fact = Submitted(
            ticket=f"KT-BENCH-{number:07d}",
            channel="adapter",
            source="bench",
            text=text,
            place=place,
            filed_at=now,
            contacts=(new_id(),),
        )
        headers = headers_of(
            event_id=new_id(),
            type_=fact.TYPE,
            source="intake",
            key=key,
            occurred_at=now,
            sequence=1,
            actor="citizen",
            traceparent=None,
        )
        futures.append(
            await producer.send(SUBMISSIONS, fact.model_dump_json().encode(), key=str(key).encode(), headers=headers)
        )
    for sent in await asyncio.gather(*futures):
        starts[str(sent.partition)] = min(starts.get(str(sent.partition), sent.offset), sent.offset)
    await producer.stop()
    return {SUBMISSIONS: starts}, keys


async def _router_seconds(connection: Any, keys: list[UUID], since: int) -> float:
    """Return the seconds from the first batch's transaction to the last acknowledged event."""
    patience = Patience(f"{len(keys):,} cases are open")
    while await connection.fetchval("SELECT max(position) FROM events") in (None, since):
        patience.look(since)
        await asyncio.sleep(0.002)
    while True:
        done = await connection.fetchval(
            "SELECT count(*) FROM events WHERE position > $1 AND type = 'case.opened'", since
        )
        patience.look(done)
        if done >= len(keys):
            break
        await asyncio.sleep(0.02)
    await quiet(connection)
    began = await connection.fetchval("SELECT min(recorded_at) FROM events WHERE position > $1", since)
    return float((datetime.now(UTC) - began).total_seconds())
