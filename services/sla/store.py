"""Reads of the state rows and of the log, and the write of the measures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from services.sla.rules.measures import Measure
from services.sla.state import STORED, CaseClocks
from shared.events.catalogue import DEADLINES
from shared.frozen import read_state
from shared.postgres.pool import Connection, Pool
from shared.postgres.queries import Queries
from shared.reference import opds

Q = Queries.load(Path(__file__).parent / "queries.sql")
# A cursor of a list: a due time in microseconds, and the case of that due time.
Cursor = tuple[int, UUID]
START: Cursor = (0, UUID(int=0))
FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class StoredClocks:
    """The clocks of a case, with the complaint id."""

    key: UUID
    case: CaseClocks


async def find_clocks(pool: Pool, name: str) -> StoredClocks | None:
    """Return the clocks of a case by complaint id or ticket, or None."""
    try:
        row = await pool.fetchrow(Q["case_by_key"], UUID(name))
    except ValueError:
        row = await pool.fetchrow(Q["case_by_ticket"], name.strip().upper())
    return None if row is None else _stored(row)


async def list_deadlines(pool: Pool, owner: str, after: Cursor, before: int, limit: int) -> list[StoredClocks]:
    """Return the cases of one owner, or that it helps, that have a deadline, earliest first, after a cursor.

    ``before`` is an instant in microseconds; a deadline at or after it is left out.
    """
    rows = await pool.fetch(Q["deadlines_of"], owner, after[0], after[1], before, limit)
    found = [_stored(row) for row in rows]
    return [StoredClocks(one.key, one.case.seen_by(owner)) for one in found]


async def count_deadlines(pool: Pool, owners: Sequence[str], now: int, midnight: int, week_end: int) -> list[Any]:
    """Count per owner the deadlines that are overdue, due today, and due later this week.

    Instants are in microseconds.
    """
    return list(await pool.fetch(Q["deadline_counts"], list(owners), now, midnight, week_end))


async def count_overdue(pool: Pool, now: int) -> dict[str, int]:
    """Count the overdue cases of each owner. ``now`` is in microseconds."""
    return {row["owner"]: row["number"] for row in await pool.fetch(Q["overdue_counts"], now, list(opds()))}


async def iterate_clocks(pool: Pool, *, running: bool, size: int = 2_000) -> AsyncIterator[list[StoredClocks]]:
    """Yield the clocks of all cases, or only of those with a running clock, by key, a page at a time."""
    after = UUID(int=0)
    while rows := await pool.fetch(Q["running_cases" if running else "every_case"], after, size):
        yield [_stored(row) for row in rows]
        after = rows[-1]["key"]


async def read_deadline_log(pool: Pool, keys: Sequence[UUID]) -> dict[UUID, list[tuple[str, dict[str, Any]]]]:
    """Return the deadline events of these cases as pairs of type and data, in order."""
    log: dict[UUID, list[tuple[str, dict[str, Any]]]] = {key: [] for key in keys}
    for row in await pool.fetch(Q["deadlines_log"], list(keys), DEADLINES):
        log[row["key"]].append((row["type"], json.loads(row["data"])))
    return log


async def list_rule_changes(pool: Pool, limit: int) -> list[dict[str, Any]]:
    """Return the latest changes of calendar and policies, newest first, without the texts."""
    return [dict(row) for row in await pool.fetch(Q["rules_history"], limit)]


async def save_measures(connection: Connection, rows: Sequence[Measure]) -> None:
    """Save the deadlines, disputes and questions that a step measured, in one statement.

    Several events of a case in one step measure one question again. The last measure counts.
    """
    latest = {(row.key, row.what, row.run): row for row in rows}
    columns = zip(*map(astuple, latest.values()), strict=True)
    await connection.execute(Q["save_measures"], *map(list, columns))


def _stored(row: Any) -> StoredClocks:
    return StoredClocks(row["key"], read_state(STORED, row["data"]))
