"""Timers: ten thousand due in one second among a million live clocks, an hour away caught up, a leader killed, the scan's cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from deploy.local.system import System
from services.sla.policy import shipped_policies
from services.sla.rules import Rules
from services.sla.state import Case, Fired, Run
from shared.ids import new_id
from shared.pipeline.rows import Q
from shared.worktime import Limit, Timetable, Unit, due_time
from shared.worktime.reading import shipped_calendar
from shared.worktime.table import micros
from tests.bench.stage import Report, look, median, quiet

BURST = 10_000
FEW = 10_000
LEAD_S = 20.0
OTHERS = ("intake", "router", "notifier")
COLUMNS = ["key", "version", "read", "written", "waiting", "due_at", "data"]
Connection = asyncpg.Connection[Any]


async def measure(system: System, report: Report, rows: int = 1_000_000) -> None:
    """Run last: it leaves ``rows`` made-up cases in sla. The other services stand still meanwhile: the figures are of sla with its Kafka and its Postgres."""
    connection = await look(system, "sla")
    await quiet(connection)
    for name in OTHERS:
        system.replica(name).pause()
    try:
        report.add("due times of five working days, one core", per_second=_due_times(), goal_per_second=100_000)
        far = datetime.now(UTC) + timedelta(days=1)
        await _seed(connection, FEW, far, timedelta(days=300))
        few = await _scan(connection)
        await _seed(connection, max(0, rows - FEW), far, timedelta(days=300))
        many = await _scan(connection)
        report.add(
            f"the timers' look at {FEW:,} and at {rows:,} live clocks",
            few_ms=few * 1000, many_ms=many * 1000, ratio=many / few, goal_ratio=1.2,
        )  # fmt: skip
        report.add(f"{BURST:,} due in one second among {rows:,} live clocks", **await _burst(connection), goal_seconds=2.0)
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


async def _scan(connection: Connection) -> float:
    """The median of a look that finds nothing due."""
    await connection.execute("VACUUM (ANALYZE) state")
    now, took = datetime.now(UTC), []
    for _ in range(400):
        began = time.perf_counter()
        await connection.fetch(Q["due"], now, 500)
        took.append(time.perf_counter() - began)
    return median(took)


async def _burst(connection: Connection) -> dict[str, Any]:
    """All due within one second, a while from now: how long after the last was due everything is told and committed."""
    since = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
    first = datetime.now(UTC) + timedelta(seconds=LEAD_S)
    await _seed(connection, BURST, first, timedelta(seconds=1))
    if datetime.now(UTC) > first:
        raise RuntimeError("seeding took longer than the lead")
    await asyncio.sleep((first - datetime.now(UTC)).total_seconds())
    await _told(connection, since, 120)
    seconds = (datetime.now(UTC) - first).total_seconds()
    return {"seconds_after_the_first": seconds, "seconds_after_the_last": seconds - 1.0, **await _verdict(connection, since)}


async def _away(system: System, connection: Connection) -> dict[str, Any]:
    """Stopped for an hour of domain time; started, killed in the middle of a commit, started again."""
    since = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
    replica = system.replica("sla")
    await asyncio.to_thread(replica.stop)
    await _seed(connection, BURST, datetime.now(UTC) - timedelta(hours=1), timedelta(hours=1))
    replica.start(TANGGAP_FAULT="before_commit:10")
    async with asyncio.timeout(120):
        while replica.running:
            await asyncio.sleep(0.05)
    half = await _count(connection, since)
    replica.start()
    began = time.perf_counter()
    await _told(connection, since, 180)
    seconds = time.perf_counter() - began
    return {"told_before_the_kill": half, "seconds_after_the_restart": seconds, **await _verdict(connection, since)}


async def _count(connection: Connection, since: int) -> int:
    sql = "SELECT count(*) FROM events WHERE position > $1 AND type = 'deadline.escalated'"
    return int(await connection.fetchval(sql, since))


async def _told(connection: Connection, since: int, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while await _count(connection, since) < BURST:
            await asyncio.sleep(0.02)


async def _verdict(connection: Connection, since: int) -> dict[str, Any]:
    """Nothing twice, nothing missing, the oldest first, each with the time at which it was due."""
    await asyncio.sleep(1.0)
    rows = await connection.fetch(
        "SELECT key, data->>'due_at' AS due FROM events WHERE position > $1 AND type = 'deadline.escalated' ORDER BY position",
        since,
    )
    dues = [datetime.fromisoformat(row["due"]) for row in rows]
    return {
        "escalated": len(rows), "cases": len({row["key"] for row in rows}), "twice": len(rows) - len({row["key"] for row in rows}),
        "out_of_order": sum(later < earlier for earlier, later in zip(dues, dues[1:], strict=False)),
    }  # fmt: skip


async def _seed(connection: Connection, count: int, first: datetime, span: timedelta) -> None:
    """Live cases by COPY, their next timers spread evenly over a span."""
    await connection.copy_records_to_table("state", records=_rows(count, first, span), columns=COLUMNS)


def _rows(count: int, first: datetime, span: timedelta) -> Iterator[tuple[Any, ...]]:
    rules = Rules.under(Timetable(shipped_calendar()), shipped_policies())
    mark = datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)
    template = _case(rules, mark).model_dump_json()
    at_mark, micros_mark = "2026-01-05T08:00:00.123456Z", str(micros(mark))
    for number in range(count):
        due = first + span * number / max(count, 1)
        data = template.replace(at_mark, due.isoformat().replace("+00:00", "Z")).replace(micros_mark, str(micros(due)))
        yield (new_id(), 1, "{}", "{}", False, due, data.replace("KT-MARK", f"KT-B{number}-{int(due.timestamp())}"))


def _case(rules: Rules, due: datetime) -> Case:
    """Warned already; what comes next is the breach."""
    start = due - timedelta(days=7)
    runs = (
        Run(clock="verify", run=1, started_at=start, due_at=start + timedelta(days=3), ended_at=start, outcome="met"),
        Run(clock="respond", run=1, started_at=start, due_at=due, opd="dishub", fired=(Fired(level=-1, at=start),)),
        Run(clock="resolve", run=1, started_at=start, due_at=due + timedelta(days=60), opd="dishub"),
    )
    case = Case(ticket="KT-MARK", opd="dishub", owner="dishub", runs=runs, due=due, next_deadline=micros(due))
    if rules.reckoner.next_look(case) != due:
        raise RuntimeError("the seeded case is not due when it should be")
    return case
