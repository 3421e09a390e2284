"""A change of the registry before it is put into force: its problems, its difference, and what it brings about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.router.registry.checking import check_opds, check_topics, without_office
from services.router.registry.differences import differences
from services.router.registry.texts import Problem, TableName, read_opds, read_topics
from shared.reference.registry import Registry, table_on


@dataclass(frozen=True, slots=True)
class Proposal:
    """The registry that would follow, the text of its table, and what there is to say about it.

    ``warnings`` do not stop a change. With a problem the registry is the one in force.
    """

    registry: Registry
    table: TableName
    text: str
    changes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def propose(base: Registry, table: TableName, text: str, routed: Mapping[str, str | None], today: date) -> Proposal:
    """Return the proposal to replace a table by a text. ``routed``: see `check_topics`."""
    if table == "opd":
        opds, problems = read_opds(text)
        problems = problems or check_opds(opds, base)
        after = replace(base, version=base.version + 1, opds=tuple(one.row for one in opds))
    else:
        topics, problems = read_topics(text)
        problems = problems or check_topics(topics, base, routed)
        after = replace(base, version=base.version + 1, topics=tuple(one.row for one in topics))
    if problems:
        return Proposal(base, table, text, problems=tuple(problems))
    return Proposal(after, table, text, differences(base, after), warnings=_warnings(base, after, routed, today))


def _warnings(base: Registry, after: Registry, routed: Mapping[str, str | None], today: date) -> tuple[str, ...]:
    """Return what the change leaves open: topics without an OPD on any day on which a row begins or ends."""
    days = {today}
    for row in (*after.opds, *after.topics):
        days |= {day for day in (row.valid_from, _next(row.valid_to)) if day is not None and day > today}
    known = set(without_office(table_on(base, today), routed))
    alone: set[str] = set()
    for day in sorted(days):
        alone |= set(without_office(table_on(after, day), routed))
    return tuple(f"Topik {code} tidak punya OPD; aduannya masuk ke meja triase." for code in sorted(alone - known))


def _next(day: date | None) -> date | None:
    return None if day is None else date.fromordinal(day.toordinal() + 1)
