"""The figures of heads, supervisors and the public: sums of the months, kept ready in a table of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.sla.store import Q
from shared.postgres.pool import Pool

# The code under which the table keeps the sums of all OPDs.
EVERYBODY: Final = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one month, OPD, topic, channel or region. ``value`` says which one of its ``kind``.

    ``answers`` are answers of an OPD, and ``on_time`` those before the due time. ``promised`` are those that honestly say
    "not yet, because": they explain, name a day, or say that it cannot be done.
    ``silent``: silence closed the case, and no word came since. ``unanswered``: closed without an answer of an OPD.
    ``decided``: answers of which we know what they were worth, and ``kept`` those of them that were worth something.
    """

    kind: str
    value: str
    respond_on_time: int = 0
    respond_late: int = 0
    resolve_on_time: int = 0
    resolve_late: int = 0
    answers: int = 0
    on_time: int = 0
    promised: int = 0
    confirmed: int = 0
    disputed: int = 0
    reopened: int = 0
    silent: int = 0
    unanswered: int = 0
    decided: int = 0
    kept: int = 0
    rated: int = 0
    satisfied: int = 0
    rating_sum: float = 0.0
    returned: int = 0
    referred: int = 0

    @property
    def rating(self) -> float | None:
        """The mean rating on the scale of 4, or None if nobody rated."""
        return self.rating_sum / self.rated if self.rated else None

    def share(self, count: int) -> float | None:
        """Return a count as a share of the answers, or None without answers."""
        return share(count, self.answers)


@dataclass(frozen=True, slots=True)
class Durations:
    """The office hours within which half, and nine of ten, were done. Both are None if nothing was."""

    half: int | None
    nine_of_ten: int | None


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """The figures of a period: in all, by month, topic, channel and region, and how long things took."""

    all: Figures
    months: Sequence[Figures]
    topics: Sequence[Figures]
    channels: Sequence[Figures]
    regions: Sequence[Figures]
    respond: Durations
    resolve: Durations


def share(count: int, of: int) -> float | None:
    """Return a share between 0 and 1, or None of nothing."""
    return count / of if of else None


async def refresh_figures(pool: Pool) -> int:
    """Compute the figures of every month with new measures again. Return how many months those were."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(Q["figures_lock"])
        months = [row["month"] for row in await connection.fetch(Q["months_take"])]
        for month in months:
            await connection.execute(Q["figures_forget"], month)
            await connection.execute(Q["figures_compute"], month)
            await connection.execute(Q["figure_hours_compute"], month)
        return len(months)


async def load_figures(pool: Pool, opd: str, first: date, last: date) -> PeriodFigures:
    """Return the figures of one OPD, or of everybody, from the month of ``first`` to the month of ``last``."""
    found = [Figures(**row) for row in await pool.fetch(Q["figures_of"], opd, first, last)]
    months = _of_kind(found, "month")
    hours = await pool.fetch(Q["hours_of"], opd, first, last)
    return PeriodFigures(
        all=_sum(months),
        months=months,
        topics=_largest(_of_kind(found, "topic")),
        channels=_largest(_of_kind(found, "channel")),
        regions=_largest(_of_kind(found, "region")),
        respond=durations([(row["hours"], row["number"]) for row in hours if row["what"] == "respond"]),
        resolve=durations([(row["hours"], row["number"]) for row in hours if row["what"] == "resolve"]),
    )


async def load_per_opd(pool: Pool, first: date, last: date) -> list[Figures]:
    """Return the figures of each OPD, from the month of ``first`` to the month of ``last``."""
    return [Figures(**row) for row in await pool.fetch(Q["figures_per_opd"], first, last)]


def durations(hours: Sequence[tuple[int, int]]) -> Durations:
    """Return the durations of pairs of whole office hours and how many took them, the shortest first."""
    total = sum(number for _, number in hours)
    return Durations(_within(hours, total * 0.5), _within(hours, total * 0.9))


def _within(hours: Sequence[tuple[int, int]], wanted: float) -> int | None:
    done = 0
    for hour, number in hours:
        done += number
        if done >= wanted:
            # The hour has begun, so it ends within one more.
            return hour + 1
    return None


def _of_kind(found: Iterable[Figures], kind: str) -> list[Figures]:
    return [one for one in found if one.kind == kind]


def _largest(found: list[Figures]) -> list[Figures]:
    return sorted(found, key=lambda one: (-one.answers, one.value))


def _sum(months: Sequence[Figures]) -> Figures:
    names = [name for name in Figures.__slots__ if name not in ("kind", "value")]
    sums: dict[str, Any] = {name: sum(getattr(month, name) for month in months) for name in names}
    return Figures("all", "", **sums)
