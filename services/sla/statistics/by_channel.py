"""The statistics of what citizens say after an answer, per month, OPD and channel of the complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.sla.store import Q
from shared.clock import WITA
from shared.postgres.pool import Pool


@dataclass(frozen=True, slots=True)
class CitizensLine:
    """The answers of citizens in one month, about one OPD, on one channel. All three are None for everybody.

    The counts mean the same as those of `StatisticsLine`. A question counts in the month of the answer that asked it.
    """

    month: str | None
    opd: str | None
    channel: str | None
    asked: int
    answered: int
    confirmed: int
    rated: int
    satisfied: int
    rating: float | None


async def load_citizens(pool: Pool, first: datetime, before: datetime) -> list[CitizensLine]:
    """Return the answers of citizens to the questions of a period. The line for everybody comes first."""
    rows = await pool.fetch(Q["answers_of_citizens"], first, before, WITA.key)
    return [CitizensLine(*row.values()) for row in rows]
