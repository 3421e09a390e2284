"""The order in which the ranking lists the OPDs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.sla.statistics.figures import Figures, share
from shared.reference import opds

# With fewer answers and overdue cases than these, one case would decide the place.
LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """An OPD in the ranking: its place, or None with too few cases, its figures, and its cases that are overdue now.

    ``kept`` is the measure of the ranking. Its share counts answers in time that the citizen confirmed, or that honestly
    said "not yet, because". The base is all decided answers and all overdue cases. A case that silence has closed adds
    nothing, so that closing fast alone gains nothing. If its answer honestly said why not, it costs nothing either.
    """

    place: int | None
    figures: Figures
    overdue: int
    kept: float | None


def rank(figures: Iterable[Figures], overdue: Mapping[str, int]) -> list[Ranked]:
    """Return the OPDs by their measure, the best first. Those with too few cases follow by code, without a place.

    ``overdue`` holds the number of overdue cases by OPD. OPDs of the same measure share a place.
    """
    known = {one.value: one for one in figures}
    found = [
        Ranked(None, one, late, share(one.kept, one.decided + late))
        for code in sorted(known.keys() | {code for code, late in overdue.items() if late})
        if code in opds()
        for one, late in [(known.get(code) or Figures("opd", code), overdue.get(code, 0))]
    ]
    enough = sorted((one for one in found if _size(one) >= LEAST), key=lambda one: (-(one.kept or 0.0), -_size(one)))
    values = [one.kept for one in enough]
    placed = [Ranked(1 + values.index(one.kept), one.figures, one.overdue, one.kept) for one in enough]
    return placed + [one for one in found if _size(one) < LEAST]


def _size(one: Ranked) -> int:
    return one.figures.decided + one.overdue
