"""Reads of the state rows for pages and callers, and the write of the measures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from services.sla.rules.measures import Measure
from services.sla.state import STORED, CaseClocks
from shared.frozen import read_state
from shared.postgres.pool import Connection, Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class StoredClocks:
    """The clocks of a case, with the complaint id."""

    key: UUID
    case: CaseClocks


async def find(pool: Pool, name: str) -> StoredClocks | None:
    """Return a case by complaint id or ticket, or None."""
    try:
        row = await pool.fetchrow(Q["case_by_key"], UUID(name))
    except ValueError:
        row = await pool.fetchrow(Q["case_by_ticket"], name.strip().upper())
    return None if row is None else _found(row)


async def due(pool: Pool, owner: str, after: tuple[int, UUID], before: int, limit: int) -> list[StoredClocks]:
    """Return the cases of one owner that have a deadline, earliest first, after a cursor.

    ``before`` is an instant in microseconds; a deadline at or after it is left out.
    """
    rows = await pool.fetch(Q["deadlines_of"], owner, after[0], after[1], before, limit)
    return [_found(row) for row in rows]


async def standing(pool: Pool, owners: Sequence[str], now: int, midnight: int, week_end: int) -> list[Any]:
    """Count per owner the deadlines that are overdue, due today, and due later this week.

    Instants are in microseconds.
    """
    return list(await pool.fetch(Q["standing"], list(owners), now, midnight, week_end))


async def save_rows(connection: Connection, rows: Sequence[Measure]) -> None:
    """Save the deadlines and disputes that a step measured, in one statement."""
    await connection.execute(Q["measure"], *(list(column) for column in zip(*map(astuple, rows), strict=True)))


async def every(pool: Pool, *, running: bool, size: int = 2_000) -> AsyncIterator[list[StoredClocks]]:
    """Yield all cases, or only those with a running clock, by key, a page at a time."""
    after = UUID(int=0)
    while rows := await pool.fetch(Q["running_cases" if running else "every_case"], after, size):
        yield [_found(row) for row in rows]
        after = rows[-1]["key"]


def _found(row: Any) -> StoredClocks:
    return StoredClocks(row["key"], read_state(STORED, row["data"]))
