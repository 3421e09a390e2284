"""From the POST to the OPD's topic, all services on, 100 complaints a second in an open loop."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

from aiokafka import AIOKafkaConsumer

from deploy.local.system import System
from shared.events.catalogue import assignments
from shared.reference import opds
from tests.bench.client import Connection
from tests.bench.lifecycle import settled
from tests.bench.stage import Report
from tests.bench.texts import texts

RATE = 100


async def measure(system: System, report: Report, seconds: int) -> None:
    """Send on a fixed beat whatever the answers do; what arrives is matched by ticket. Unassigned ones count as not arrived."""
    user, password = system.infra.kafka_admin
    consumer = AIOKafkaConsumer(
        *(assignments(code) for code in opds()),
        bootstrap_servers=system.infra.bootstrap,
        security_protocol=system.infra.kafka_security,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=password,
        auto_offset_reset="latest",
        enable_auto_commit=False,
    )
    await settled(system)
    await consumer.start()
    await consumer.seek_to_end()
    arrived: dict[str, float] = {}
    listening = asyncio.create_task(_listen(consumer, arrived))
    sent, statuses = await _send(system, seconds)
    await asyncio.sleep(2)
    listening.cancel()
    await consumer.stop()
    times = sorted((arrived[ticket] - at) * 1000 for ticket, at in sent.items() if ticket in arrived)
    report.add(
        "POST to the OPD's topic at 100/s, open loop",
        sent=len(sent),
        assigned=len(times),
        errors=sum(status not in (200, 201) for status in statuses),
        p50_ms=times[len(times) // 2],
        p95_ms=times[int(len(times) * 0.95)],
        p99_ms=times[int(len(times) * 0.99)],
        goal_p50_ms=15,
        goal_p99_ms=60,
    )


async def _listen(consumer: Any, arrived: dict[str, float]) -> None:
    async for record in consumer:
        now = time.perf_counter()
        arrived.setdefault(json.loads(record.value)["ticket"], now)


async def _send(system: System, seconds: int) -> tuple[dict[str, float], list[int]]:
    port = int(system.url("intake").rpartition(":")[2])
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
        status, answer = await connection.call("POST", "/v1/submissions", system.keys["intake.adapter"], body)
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
