"""The bare probe: the same rows, bytes and statements as a service's step and relay, but no folds.

* `consume` reads the records that a service read and writes the rows that the service wrote.
* `accept` answers HTTP posts and writes the rows that intake wrote.
* `office` does both for the router's cases. Each case has three parts: opened from a record, assigned by a post, and
  resolved by a post.
* `fire` finds rows whose timer is due and writes the rows that sla's timers wrote.

The rows are dumped from the service's own run, so both sides move exactly the same bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pickle
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from shared.outbox.sender import partition_of
from tests.bench.serving import serve_routes

BATCH_BYTES = 1_000_000
SAVE = """WITH saved AS (
    INSERT INTO state AS s (key, version, read, written, waiting, due_at, data)
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::boolean[], $6::timestamptz[], $7::jsonb[])
    ON CONFLICT (key) DO UPDATE SET version = excluded.version, read = excluded.read, written = excluded.written,
        waiting = excluded.waiting, due_at = excluded.due_at, data = excluded.data
    WHERE s.version = excluded.version - 1
), appended AS (
    INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, traceparent, data)
    SELECT * FROM unnest($8::uuid[], $9::text[], $10::uuid[], $11::bigint[], $12::text[], $13::timestamptz[], $14::text[],
        $15::text[], $16::json[])
    RETURNING position
)
INSERT INTO outbox (position) SELECT position FROM appended"""
LOAD = (
    "SELECT key, version, read, written, waiting, data FROM state WHERE key = ANY($1::uuid[]) ORDER BY key FOR UPDATE"
)
DUE = "SELECT key FROM state WHERE due_at <= $1 ORDER BY due_at LIMIT 500"
CLAIM = """INSERT INTO claims (scope, token, digest, key, answer)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[])"""
READ = """SELECT o.position, e.id, e.topic, e.key, e.sequence, e.type, e.occurred_at, e.actor, e.data
FROM outbox AS o JOIN events AS e USING (position) ORDER BY o.position LIMIT 1000"""
DELETE = "DELETE FROM outbox WHERE position = ANY($1::bigint[])"


def _headers(row: Any) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(row["id"]).encode()),
        ("ce_type", row["type"].encode()),
        ("ce_source", b"/probe"),
        ("ce_subject", str(row["key"]).encode()),
        ("ce_time", row["occurred_at"].isoformat().encode()),
        ("ce_sequence", f"{row['sequence']:010d}".encode()),
        ("ce_actor", row["actor"].encode()),
        ("content-type", b"application/json"),
    ]


async def relay(dsn: str, kafka: dict[str, Any], wake: asyncio.Event) -> None:
    """Relay the outbox to Kafka in order. Rows are deleted after Kafka has acknowledged them."""
    connection = await asyncpg.connect(dsn, server_settings={"synchronous_commit": "off"})
    producer = AIOKafkaProducer(**kafka, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=BATCH_BYTES)
    await producer.start()
    try:
        await _send(connection, producer, wake)
    finally:
        await producer.stop()


async def _send(connection: Any, producer: AIOKafkaProducer, wake: asyncio.Event) -> None:
    while True:
        wake.clear()
        rows = await connection.fetch(READ)
        if not rows:
            await wake.wait()
            continue
        batches: dict[tuple[str, int], BatchBuilder] = {}
        for row in rows:
            key = str(row["key"]).encode()
            place = row["topic"], partition_of(key, len(await producer.partitions_for(row["topic"])))
            if place not in batches:
                batches[place] = producer.create_batch()
            if (
                batches[place].append(timestamp=None, key=key, value=row["data"].encode(), headers=_headers(row))
                is None
            ):
                raise RuntimeError("a thousand rows do not fit into one batch of a partition")
        futures = [
            await producer.send_batch(batch, topic, partition=place) for (topic, place), batch in batches.items()
        ]
        await asyncio.gather(*futures)
        await connection.execute(DELETE, [row["position"] for row in rows])
        await asyncio.sleep(0.01)


async def write(pool: Any, rows: list[dict[str, Any]], load: bool) -> None:
    """Write in one transaction what a step would have written for these keys."""
    states = [state for row in rows for state in row["states"]]
    events = [event for row in rows for event in row["events"]]
    claims = [claim for row in rows for claim in row["claims"]]
    async with pool.acquire() as connection, connection.transaction():
        if claims:
            await connection.execute(CLAIM, *(list(column) for column in zip(*claims, strict=True)))
        if load:
            await connection.fetch(LOAD, sorted(state[0] for state in states))
        states.sort()
        await connection.execute(SAVE, *zip(*states, strict=True), *zip(*events, strict=True))


async def _keep(_connection: Any) -> None:
    """Do nothing when a connection returns to the pool: the services do not reset connections either."""


async def consume(dsn: str, kafka: dict[str, Any], dump: Path, starts: dict[str, dict[str, int]], total: int) -> None:
    """Read records and write their rows and events. Print the seconds from the first batch to an empty outbox."""
    with dump.open("rb") as file:
        known: dict[UUID, dict[str, Any]] = pickle.load(file)
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, reset=_keep)
    wake = asyncio.Event()
    relaying = asyncio.create_task(relay(dsn, kafka, wake))
    began = await _read(pool, kafka, known, starts, total, wake)
    while await pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
        await asyncio.sleep(0.005)
    print(json.dumps({"seconds": (datetime.now(UTC) - began).total_seconds()}), flush=True)
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)


async def _read(
    pool: Any,
    kafka: dict[str, Any],
    known: dict[UUID, dict[str, Any]],
    starts: dict[str, dict[str, int]],
    total: int,
    wake: asyncio.Event,
) -> datetime:
    """Write the rows of each record's key, one transaction per batch. Return the time of the first batch."""
    consumer = AIOKafkaConsumer(**kafka, enable_auto_commit=False, group_id=os.environ["PROBE_GROUP"])
    await consumer.start()
    places = {
        TopicPartition(topic, int(part)): offset for topic, parts in starts.items() for part, offset in parts.items()
    }
    consumer.assign(list(places))
    for place, offset in places.items():
        consumer.seek(place, offset)
    done, began = 0, datetime.now(UTC)
    try:
        while done < total:
            fetched = await consumer.getmany(timeout_ms=10, max_records=500)
            records = [record for of_place in fetched.values() for record in of_place]
            if not records:
                continue
            began = datetime.now(UTC) if done == 0 else began
            keys = [UUID(record.key.decode()) for record in records]
            for record in records:
                json.loads(record.value)
            await write(pool, [known[key] for key in keys], load=True)
            await consumer.commit()
            wake.set()
            done += len(records)
    finally:
        await consumer.stop()
    return began


class Doors:
    """The probe's queue of commands: those that arrive while a transaction commits make up the next transaction."""

    def __init__(self, pool: Any, wake: asyncio.Event, *, load: bool) -> None:
        self._pool = pool
        self._wake = wake
        self._load = load
        self._arrived = asyncio.Event()
        self._queue: deque[tuple[dict[str, Any], asyncio.Future[None]]] = deque()

    async def through(self, row: dict[str, Any]) -> None:
        """Return once these rows are committed."""
        future = asyncio.get_running_loop().create_future()
        self._queue.append((row, future))
        self._arrived.set()
        await future

    async def run(self) -> None:
        while True:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), 500))]
            await write(self._pool, [row for row, _ in batch], load=self._load)
            self._wake.set()
            for _, future in batch:
                future.set_result(None)


async def accept(dsn: str, kafka: dict[str, Any], dump: Path, port: int, path: str) -> None:
    """Serve intake's door: answer each post after its rows are committed."""
    with dump.open("rb") as file:
        known: list[dict[str, Any]] = pickle.load(file)
    rows = iter([(row, json.loads(row["events"][0][8]).get("ticket")) for row in known])
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, reset=_keep)
    wake = asyncio.Event()
    doors = Doors(pool, wake, load=False)

    async def post(request: Request) -> JSONResponse:
        json.loads(await request.body())
        row, ticket = next(rows)
        await doors.through(row)
        return JSONResponse(
            {"status": "accepted", "ticket": ticket, "link": "http://127.0.0.1/aduan/"}, status_code=201
        )

    await serve_routes([Route(path, post, methods=["POST"])], port, relay(dsn, kafka, wake), doors.run())


async def office(dsn: str, kafka: dict[str, Any], dump: Path, starts: dict[str, dict[str, int]], port: int) -> None:
    """Serve the router's cases: open them from records, show them by ticket, and write them again at both posts."""
    with dump.open("rb") as file:
        parts: dict[UUID, list[dict[str, Any]]] = pickle.load(file)
    keys = {json.loads(of_case[0]["states"][0][6])["ticket"]: key for key, of_case in parts.items()}
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, reset=_keep)
    wake = asyncio.Event()
    doors = Doors(pool, wake, load=True)

    async def show(request: Request) -> JSONResponse:
        data = await pool.fetchval("SELECT data FROM state WHERE key = $1", keys[request.path_params["ticket"]])
        return JSONResponse({} if data is None else json.loads(data), status_code=404 if data is None else 200)

    async def act(request: Request) -> JSONResponse:
        json.loads(await request.body())
        part = 1 if request.path_params["action"] == "assign" else 2
        row = parts[keys[request.path_params["ticket"]]][part]
        await doors.through(row)
        return JSONResponse({"state": json.loads(row["states"][0][6])["state"]})

    opened = {key: of_case[0] for key, of_case in parts.items()}
    routes = [Route("/v1/cases/{ticket}", show), Route("/v1/cases/{ticket}/{action}", act, methods=["POST"])]
    reading = _read(pool, kafka, opened, starts, len(parts), wake)
    await serve_routes(routes, port, relay(dsn, kafka, wake), doors.run(), reading)


async def fire(dsn: str, kafka: dict[str, Any], dump: Path) -> None:
    """Write due rows in batches, oldest first. Print the seconds until all is committed, as is measured for sla."""
    with dump.open("rb") as file:
        known: dict[UUID, dict[str, Any]] = pickle.load(file)
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, reset=_keep)
    wake = asyncio.Event()
    relaying = asyncio.create_task(relay(dsn, kafka, wake))
    now = datetime.now(UTC)
    began = time.perf_counter()
    while keys := [row["key"] for row in await pool.fetch(DUE, now)]:
        await write(pool, [known[key] for key in keys], load=True)
        wake.set()
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)


def main() -> None:
    """Run one probe. Addresses come from the environment, so that no command line holds a password."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["consume", "accept", "office", "fire"])
    parser.add_argument("--dump", type=Path, required=True)
    parser.add_argument("--starts", type=json.loads, default={})
    parser.add_argument("--total", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--path", default="/v1/submissions")
    given = parser.parse_args()
    kafka = json.loads(os.environ["PROBE_KAFKA"])
    dsn = os.environ["PROBE_DSN"]
    probes = {
        "consume": lambda: consume(dsn, kafka, given.dump, given.starts, given.total),
        "accept": lambda: accept(dsn, kafka, given.dump, given.port, given.path),
        "office": lambda: office(dsn, kafka, given.dump, given.starts, given.port),
        "fire": lambda: fire(dsn, kafka, given.dump),
    }
    uvloop.run(probes[given.what]())


if __name__ == "__main__":
    main()
