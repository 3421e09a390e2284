"""Figures of the chain over the log: how fast the leader seals a backlog, and how fast and in what memory it is verified."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import asyncpg

from deploy.local.system import System
from tests.bench.stage import ROOT, Report, look

# Events of some four hundred bytes, three for each key.
SEED = """
INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data)
SELECT gen_random_uuid(), 'complaint.deadlines.v1', md5((n / 3)::text)::uuid, n % 3 + 1, 'deadline.set', now(), 'clock',
    json_build_object('clock', 'respond', 'explanation', repeat('hari kerja ', 30))
FROM generate_series($1::integer, $2::integer) AS n"""
PAGE = 50_000


async def measure(system: System, report: Report, rows: int = 1_000_000) -> None:
    """Measure both. The made-up events stay in sla."""
    connection = await look(system, "sla")
    replica = system.replica("sla")
    replica.pause()
    try:
        for first in range(0, rows, PAGE):
            await connection.execute(SEED, first, min(first + PAGE, rows) - 1)
        await connection.execute("VACUUM ANALYZE events")
    finally:
        replica.resume()
    began = time.perf_counter()
    while await _sealed(connection) < rows:
        await asyncio.sleep(0.2)
    sealing = time.perf_counter() - began
    await connection.close()
    few, _ = await _verify(system, "intake")
    many, seconds = await _verify(system, "sla")
    report.add(
        f"sealing and verifying {rows:,} events, one core each",
        sealed_per_second=rows / sealing,
        verified_per_second=rows / seconds,
        verify_mb=many,
        verify_mb_of_an_empty_log=few,
    )


async def _sealed(connection: asyncpg.Connection[Any]) -> int:
    return int(await connection.fetchval("SELECT coalesce(max(number), 0) FROM seals"))


async def _verify(system: System, service: str) -> tuple[float, float]:
    """Verify one service in a process of its own. Return its peak memory in MB and its seconds."""
    env = os.environ | system.addresses.audit(str(system.anchors))
    began = time.perf_counter()
    # A child of asyncio would be waited for by asyncio, which keeps no count of its memory.
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-m", "deploy.audit", "verify", "--only", service], cwd=ROOT, env=env
    )
    _, status, usage = await asyncio.to_thread(os.wait4, process.pid, 0)
    process.returncode = status
    if status:
        raise RuntimeError(f"verify ended with {status}")
    return usage.ru_maxrss / 1024, time.perf_counter() - began
