"""The registry as values: OPDs and topics with the periods in which they hold, and the table that holds on one day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

# Whether an answer "fixed" needs a photo: never, if a person writes it, or also if an OPD's own system sends it.
PhotoRule = Literal["none", "people", "always"]


class Period(BaseModel):
    """A row of the registry: what a code means from a day to a day, both included. None leaves a side open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def first(self) -> date:
        """Return the first day, as a value that compares."""
        return self.valid_from or date.min

    @property
    def last(self) -> date:
        """Return the last day, as a value that compares."""
        return self.valid_to or date.max

    def holds_on(self, day: date) -> bool:
        """Return whether the row holds on a day."""
        return self.first <= day <= self.last


class OpdRow(Period):
    """An OPD in one period.

    ``parent``: the code of the OPD that it belongs to. ``head``: the name of its head.
    ``successor``: the code of the OPD that takes over its work after the last day.
    """

    short_name: str
    name: str
    kind: str
    confidence: str = "seen"
    parent: str | None = None
    head: str = ""
    successor: str | None = None


class TopicRow(Period):
    """A topic in one period, and the code of the OPD whose work it is. None: it is not the province's work.

    ``photo``: the rule of evidence for answers that say "fixed".
    """

    label: str
    opd: str | None = None
    photo: PhotoRule = "none"


P = TypeVar("P", bound=Period)


@dataclass(frozen=True, slots=True)
class Registry:
    """All rows, past and future ones too. ``version`` 0 is the files of this release."""

    version: int
    opds: tuple[OpdRow, ...]
    topics: tuple[TopicRow, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """The registry as it holds on one day.

    ``opds`` and ``topics`` have every code that was ever known, as it holds, else as it held last. ``open_opds`` and
    ``open_topics`` are the codes that hold on the day. ``heir`` names for each closed OPD the one that holds in its
    place, or None. ``offices`` names for each topic the OPD whose work it is today, or None.
    """

    registry: Registry
    day: date
    opds: dict[str, OpdRow]
    topics: dict[str, TopicRow]
    open_opds: frozenset[str]
    open_topics: frozenset[str]
    heir: Mapping[str, str | None]
    offices: Mapping[str, str | None]

    def standing(self, code: str | None) -> str | None:
        """Return the OPD itself if it holds, else the one that took over its work, else None."""
        return code if code in self.open_opds else self.heir.get(code or "")

    def opd_on(self, code: str, day: date) -> OpdRow | None:
        """Return an OPD as it was on another day, or None for an unknown code."""
        rows = [row for row in self.registry.opds if row.code == code]
        return max(rows, key=lambda row: _nearness(row, day), default=None)

    def ended(self) -> dict[str, str | None]:
        """Return the OPDs that have ended, each with the one that took over its work, or None."""
        return {code: heir for code, heir in self.heir.items() if self.opds[code].last < self.day}


def table_on(registry: Registry, day: date) -> Table:
    """Return the table that holds on a day."""
    opds, topics = _on(registry.opds, day), _on(registry.topics, day)
    open_opds = frozenset(code for code, row in opds.items() if row.holds_on(day))
    open_topics = frozenset(code for code, row in topics.items() if row.holds_on(day))
    heir = {code: _heir(code, opds, open_opds) for code in opds.keys() - open_opds}
    offices = {
        code: (row.opd if row.opd in open_opds else heir.get(row.opd or "")) if code in open_topics else None
        for code, row in topics.items()
    }
    return Table(registry, day, opds, topics, open_opds, open_topics, heir, offices)


def _on(rows: Iterable[P], day: date) -> dict[str, P]:
    """Return the row of each code that holds on a day, else the last one before it, else the first one after it."""
    found: dict[str, P] = {}
    for row in rows:
        other = found.get(row.code)
        if other is None or _nearness(row, day) > _nearness(other, day):
            found[row.code] = row
    return found


def _nearness(row: Period, day: date) -> tuple[int, int]:
    if row.holds_on(day):
        return 2, 0
    return (1, row.last.toordinal()) if row.last < day else (0, -row.first.toordinal())


def _heir(code: str, opds: Mapping[str, OpdRow], open_opds: frozenset[str]) -> str | None:
    seen = {code}
    at = opds[code].successor
    while at is not None and at not in open_opds:
        if at in seen or at not in opds:
            return None
        seen.add(at)
        at = opds[at].successor
    return at
