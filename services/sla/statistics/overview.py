"""The content of a page, a report or a file of figures: all that is known of one OPD, or of everybody, in a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.sla.statistics.figures import EVERYBODY, PeriodFigures, load_figures, load_per_opd
from services.sla.statistics.period import end_of
from services.sla.statistics.ranking import Ranked, rank
from services.sla.statistics.tables import (
    Table,
    channel_table,
    month_table,
    ranking_table,
    region_table,
    topic_table,
)
from services.sla.store import count_overdue
from shared.postgres.pool import Pool
from shared.worktime.table import micros


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a period, the ranking of all OPDs, and the overdue cases of whom the figures are about.

    ``until``: the last day of the period. An OPD has the name that it had then.
    """

    figures: PeriodFigures
    ranked: Sequence[Ranked]
    overdue: int
    until: date | None = None

    def tables(self) -> list[Table]:
        """Return all tables, the ranking first. The overview of one OPD has no ranking."""
        found = self.figures
        ranking = [ranking_table(self.ranked, self.until)] if self.ranked else []
        return [
            *ranking,
            month_table(found.months),
            topic_table(found.topics),
            channel_table(found.channels),
            region_table(found.regions),
        ]


async def load_overview(pool: Pool, opd: str, first: date, last: date, now: datetime) -> Overview:
    """Return the overview of one OPD, or of everybody for ``EVERYBODY``, from one month to another."""
    figures = await load_figures(pool, opd, first, last)
    overdue = await count_overdue(pool, micros(now))
    if opd != EVERYBODY:
        return Overview(figures, (), overdue.get(opd, 0), end_of(last))
    ranked = rank(await load_per_opd(pool, first, last), overdue)
    return Overview(figures, ranked, sum(overdue.values()), end_of(last))
