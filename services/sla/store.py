"""What pages and callers read of the state rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from services.sla.state import Case
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Found:
    """A case's clocks under their complaint id."""

    key: UUID
    case: Case


async def find(pool: Pool, name: str) -> Found | None:
    """A case by complaint id or by ticket."""
    try:
        row = await pool.fetchrow(Q["case_by_key"], UUID(name))
    except ValueError:
        row = await pool.fetchrow(Q["case_by_ticket"], name.strip().upper())
    return None if row is None else _found(row)


async def due(pool: Pool, owner: str, after: tuple[int, UUID], before: int, limit: int) -> list[Found]:
    """Cases with a deadline of one owner, earliest first, after a cursor and before an instant, in microseconds."""
    rows = await pool.fetch(Q["deadlines_of"], owner, after[0], after[1], before, limit)
    return [_found(row) for row in rows]


def _found(row: Any) -> Found:
    return Found(row["key"], Case.model_validate_json(row["data"]))
