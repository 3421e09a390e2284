"""The numbers per OPD and topic, computed from ended deadlines.

They serve the page, the CSV, and every minute Prometheus.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.sla.metrics import DeadlineGauges
from services.sla.store import Q
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.service import Running

log = get_logger()
EVERY_S = 60.0
WINDOW = timedelta(days=90)
UNSAFE = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ClockStatistics:
    """The numbers of one clock: met on time, met late, median and p90 of office seconds.

    The last two are None if nothing ended.
    """

    on_time: int
    late: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class StatisticsLine:
    """The numbers of one OPD and topic.

    With ``topic`` None they cover the whole OPD; with both None they cover everybody.
    """

    opd: str | None
    topic: str | None
    respond: ClockStatistics
    resolve: ClockStatistics
    pauses: int
    transfers: int
    disputes: int


async def numbers(pool: Pool, first: datetime, before: datetime) -> list[StatisticsLine]:
    """Return the numbers of what ended from one instant until before another.

    The line for everybody comes first, then each OPD, followed by its topics.
    """
    found = []
    for row in await pool.fetch(Q["numbers"], first, before):
        respond, resolve = (
            ClockStatistics(row[f"{clock}_on_time"], row[f"{clock}_late"], *(row[clock] or (None, None)))
            for clock in ("respond", "resolve")
        )
        found.append(
            StatisticsLine(row["opd"], row["topic"], respond, resolve, row["pauses"], row["transfers"], row["disputes"])
        )
    return found


COLUMNS = (
    "opd",
    "topik",
    "tanggapan_tepat_waktu",
    "tanggapan_terlambat",
    "tanggapan_median_jam_kerja",
    "tanggapan_p90_jam_kerja",
    "selesai_tepat_waktu",
    "selesai_terlambat",
    "selesai_median_jam_kerja",
    "selesai_p90_jam_kerja",
    "jeda",
    "dialihkan",
    "disanggah",
)


def statistics_csv(lines: Iterable[StatisticsLine]) -> str:
    """Return a CSV text (RFC 4180) with a line per OPD and topic. No cell begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        if line.opd is None or line.topic is None:
            continue
        cells: list[str | int] = [line.opd, line.topic]
        for told in (line.respond, line.resolve):
            cells += [told.on_time, told.late, _hours(told.median), _hours(told.p90)]
        cells += [line.pauses, line.transfers, line.disputes]
        writer.writerow([safe_cell(str(cell)) for cell in cells])
    return out.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(UNSAFE) else text


def _hours(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.2f}"


async def watch(running: Running[CaseClocks]) -> None:
    """Show the numbers of the last 90 days as metrics while this replica leads, until cancelled."""
    meters = DeadlineGauges(running.meters.registry)
    while True:
        running.pulse.beat("numbers")
        if running.leading():
            try:
                now = running.clock.now()
                meters.show(await numbers(running.pool, now - WINDOW, now))
            except TRANSIENT as error:
                log.warning("numbers.retried", error=type(error).__name__)
        else:
            meters.clear()
        for _ in range(int(EVERY_S / 10)):
            running.pulse.beat("numbers")
            await asyncio.sleep(10)
