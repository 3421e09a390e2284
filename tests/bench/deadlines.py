"""Figures of sla's timers among a million clocks.

They are: the cost of a look, ten thousand timers due in one second, and an hour's backlog with a kill half-way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from deploy.local.system import System
from shared.pipeline.tables import Q
from shared.worktime import Limit, Timetable, Unit, due_time
from shared.worktime.reading import shipped_calendar
from tests.bench.stage import Patience, Report, dump_rows, keep, look, median, probe_environment, quiet, run_python
from tests.support.sla_rows import COLUMNS, seed

BURST = 10_000
FEW = 10_000
WARM = 100
LEAD_S = 20.0
OTHERS = ("intake", "router", "notifier")
Connection: TypeAlias = "asyncpg.Connection[Any]"


async def measure(system: System, report: Report, rows: int = 1_000_000) -> None:
    """Measure the figures while the other services are frozen. Run this last: ``rows`` made-up cases stay in sla."""
    connection = await look(system, "sla")
    await quiet(connection)
    for name in OTHERS:
        system.replica(name).pause()
    try:
        report.add("due times of five working days, one core", per_second=_due_times(), goal_per_second=100_000)
        far = datetime.now(UTC) + timedelta(days=1)
        await seed(connection, FEW, far, timedelta(days=300))
        few, bare_then = await _scan(connection)
        await seed(connection, max(0, rows - FEW), far, timedelta(days=300))
        many, bare_now = await _scan(connection)
        report.add(
            f"the timers' look at {FEW:,} and at {rows:,} live clocks",
            few_ms=few,
            probe_then_ms=bare_then,
            many_ms=many,
            probe_now_ms=bare_now,
            ratio=(many / bare_now) / (few / bare_then),
            goal_ratio=1.2,
        )
        burst, probe = await _burst(system, connection)
        report.add(
            f"{BURST:,} due in one second among {rows:,} live clocks",
            **burst,
            probe_seconds=probe,
            ratio=probe / burst["seconds_after_the_first"],
            goal_seconds=2.0,
        )
        report.add(f"{BURST:,} of the hour in which sla was away, killed half-way", **await _away(system, connection))
    finally:
        for name in OTHERS:
            system.replica(name).resume()
        await connection.close()


def _due_times() -> float:
    table, limit = Timetable(shipped_calendar()), Limit(5, Unit.WORKING_DAY)
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=97 * number) for number in range(20_000)]
    began = time.process_time()
    for start in starts:
        due_time(table, start, limit)
    return len(starts) / (time.process_time() - began)


async def _scan(connection: Connection) -> tuple[float, float]:
    """Return two medians in milliseconds: of a look that finds nothing due, and of a bare query in turns with it."""
    await connection.execute("VACUUM (ANALYZE) state")
    now = datetime.now(UTC)
    looks, bare = list[float](), list[float]()
    for _ in range(1_000):
        looks.append(await _timed(connection.fetch(Q["due"], now, 500)))
        bare.append(await _timed(connection.fetch("SELECT 1")))
    return median(looks), median(bare)


async def _timed(what: Awaitable[object]) -> float:
    began = time.perf_counter()
    await what
    return (time.perf_counter() - began) * 1000


async def _burst(system: System, connection: Connection) -> tuple[dict[str, Any], float]:
    """Let all timers fall due within one second. Measure the time until all escalations are committed.

    Return these figures, and the seconds that the bare probe takes for the same rows, all due when it begins.
    """
    since = await _position(connection)
    # A few timers first, so that the timers' connections are open, as in a running system.
    await seed(connection, WARM, datetime.now(UTC), timedelta(0))
    await _told(connection, since, WARM)
    since = await _position(connection)
    first = datetime.now(UTC) + timedelta(seconds=LEAD_S)
    await seed(connection, BURST, first, timedelta(seconds=1))
    if datetime.now(UTC) > first:
        raise RuntimeError("seeding took longer than the lead")
    await asyncio.sleep((first - datetime.now(UTC)).total_seconds())
    await _told(connection, since, BURST)
    seconds = (datetime.now(UTC) - first).total_seconds()
    found = {
        "seconds_after_the_first": seconds,
        "seconds_after_the_last": seconds - 1.0,
        **await _verdict(connection, since),
    }
    return found, await _probe(system, await dump_rows(connection, since))


async def _probe(system: System, rows: dict[UUID, dict[str, Any]]) -> float:
    told = await probe_environment(system, "sla")
    bare = await asyncpg.connect(told["PROBE_DSN"])
    now = datetime.now(UTC)
    records = [(*state[:5], now, state[6]) for entry in rows.values() for state in entry["states"]]
    await bare.copy_records_to_table("state", records=records, columns=COLUMNS)
    await bare.close()
    for entry in rows.values():
        entry["states"] = [(state[0], 2, *state[2:]) for state in entry["states"]]
    done = await run_python(
        "tests.bench.bare", "fire", "--dump", str(keep(system.folder / "fire.pickle", rows)), **told
    )
    return float(done["seconds"])


async def _away(system: System, connection: Connection) -> dict[str, Any]:
    """Stop sla with an hour's timers due, start it, let it die before its tenth commit, and start it again."""
    since = await _position(connection)
    replica = system.replica("sla")
    await asyncio.to_thread(replica.stop)
    await seed(connection, BURST, datetime.now(UTC) - timedelta(hours=1), timedelta(hours=1))
    replica.start(TANGGAP_DEVELOPMENT="1", TANGGAP_FAULT="before_commit:10")
    patience = Patience("sla is killed before its tenth commit")
    while replica.running:
        patience.look(await _position(connection))
        await asyncio.sleep(0.05)
    half = await _count(connection, since)
    replica.start()
    began = time.perf_counter()
    await _told(connection, since, BURST)
    seconds = time.perf_counter() - began
    return {"told_before_the_kill": half, "seconds_after_the_restart": seconds, **await _verdict(connection, since)}


async def _count(connection: Connection, since: int) -> int:
    sql = "SELECT count(*) FROM events WHERE position > $1 AND type = 'deadline.escalated'"
    return int(await connection.fetchval(sql, since))


async def _position(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT coalesce(max(position), 0) FROM events"))


async def _told(connection: Connection, since: int, many: int) -> None:
    """Wait until ``many`` escalations are committed after ``since``.

    Each look counts only new rows, because counting all of them would slow down the run that we measure.
    """
    sql = """SELECT count(*) FILTER (WHERE type = 'deadline.escalated') AS told, coalesce(max(position), $1) AS last
        FROM events WHERE position > $1"""
    told = 0
    patience = Patience(f"{many:,} deadlines are told")
    while told < many:
        await asyncio.sleep(0.02)
        [new] = await connection.fetch(sql, since)
        told, since = told + new["told"], new["last"]
        patience.look(told)


async def _verdict(connection: Connection, since: int) -> dict[str, Any]:
    """Return the number of escalations, of cases, of second escalations of a case, and of escalations out of order."""
    await asyncio.sleep(1.0)
    rows = await connection.fetch(
        "SELECT key, data->>'due_at' AS due FROM events WHERE position > $1 AND type = 'deadline.escalated' ORDER BY position",
        since,
    )
    dues = [datetime.fromisoformat(row["due"]) for row in rows]
    cases = len({row["key"] for row in rows})
    late = sum(later < earlier for earlier, later in pairwise(dues))
    return {"escalated": len(rows), "cases": cases, "twice": len(rows) - cases, "out_of_order": late}
