"""The statistics of ended deadlines per OPD and topic, read from the measures.

They serve the page, the CSV, and every minute Prometheus.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.sla.store import Q
from shared.postgres.pool import Pool

# The columns of the counts, in the order of the fields of a line.
COUNTS = ("pauses", "transfers", "disputes", "asked", "answered", "confirmed", "rated", "satisfied", "rating")


@dataclass(frozen=True, slots=True)
class ClockStatistics:
    """The statistics of one clock: met on time, met late, median and p90 of office seconds.

    The last two are None if nothing ended.
    """

    on_time: int
    late: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class StatisticsLine:
    """The statistics of one OPD and topic.

    ``asked``: how many answers asked their citizen whether it is solved. ``answered``: how many of those heard a word.
    ``confirmed``: how many heard that it is solved. ``rated``: how many were rated; ``satisfied``: how many of those
    with more than the middle of their scale. ``rating``: the mean rating on the scale of 4, whatever scale each had.

    With ``topic`` None they cover the whole OPD; with both None they cover everybody.
    """

    opd: str | None
    topic: str | None
    respond: ClockStatistics
    resolve: ClockStatistics
    pauses: int
    transfers: int
    disputes: int
    asked: int = 0
    answered: int = 0
    confirmed: int = 0
    rated: int = 0
    satisfied: int = 0
    rating: float | None = None


async def load_statistics(pool: Pool, first: datetime, before: datetime) -> list[StatisticsLine]:
    """Return the statistics of deadlines that ended from one instant until before another.

    The line for everybody comes first, then each OPD, followed by its topics.
    """
    found = []
    for row in await pool.fetch(Q["statistics"], first, before):
        respond, resolve = (
            ClockStatistics(row[f"{clock}_on_time"], row[f"{clock}_late"], *(row[clock] or (None, None)))
            for clock in ("respond", "resolve")
        )
        found.append(StatisticsLine(row["opd"], row["topic"], respond, resolve, *(row[name] for name in COUNTS)))
    return found
