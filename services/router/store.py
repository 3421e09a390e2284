"""The reads of the pages and the API: cases from their state rows, and their history from the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.router.state import CASE_ADAPTER, Case
from shared.frozen import read_state
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
FIRST = UUID(int=0)
MOST_COUNTED = 10_000
MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its complaint id."""

    key: UUID
    case: Case


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """A case event from the log."""

    type: str
    at: datetime
    actor: str
    data: dict[str, Any]


async def find_key(pool: Pool, name: str) -> UUID | None:
    """Return the complaint id for an id or a ticket. An id is returned as it is, even if there is no such case."""
    try:
        return UUID(name)
    except ValueError:
        key: UUID | None = await pool.fetchval(Q["key_by_ticket"], name.strip().upper())
        return key


async def find_case(pool: Pool, name: str) -> StoredCase | None:
    """Return the case with this complaint id or ticket, or None. An erased case is not found."""
    try:
        row = await pool.fetchrow(Q["case_by_key"], UUID(name))
    except ValueError:
        row = await pool.fetchrow(Q["case_by_ticket"], name.strip().upper())
    found = _stored(row) if row is not None else None
    return None if found is None or found.case.erased else found


async def list_at_desk(pool: Pool, desk: str, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases that wait at a desk after a cursor: urgent ones first, then the oldest."""
    return [_stored(row) for row in await pool.fetch(Q["cases_at_desk"], desk, *after, limit)]


async def count_at_desk(pool: Pool, desk: str) -> int:
    """Return the number of cases that wait at a desk, counted up to 10,000."""
    return int(await pool.fetchval(Q["count_at_desk"], desk, MOST_COUNTED))


async def list_with_replies(pool: Pool, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases with unread replies after a cursor. The longest waiting reply comes first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_with_replies"], *after, limit)]


async def count_with_replies(pool: Pool) -> int:
    """Return the number of cases with unread replies, counted up to 10,000."""
    return int(await pool.fetchval(Q["count_replies"], MOST_COUNTED))


async def list_to_call(pool: Pool, since: str, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases whose citizens are to be called after a cursor, of those that closed at or after ``since``."""
    return [_stored(row) for row in await pool.fetch(Q["cases_to_call"], since, *after, limit)]


async def list_of_opd(pool: Pool, code: str, state: str, after: UUID, limit: int) -> list[StoredCase]:
    """Return an OPD's cases in one state after a cursor, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_of_opd"], code, state, after, limit)]


async def list_to_copy(pool: Pool, after: UUID, limit: int) -> list[StoredCase]:
    """Return the cases with texts that must still be copied to SP4N, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_to_copy"], after, limit)]


async def list_with_news(pool: Pool, after: UUID, limit: int) -> list[StoredCase]:
    """Return the cases with news from SP4N that a person must see, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_with_news"], after, limit)]


async def list_filed_since(pool: Pool, since: datetime, after: UUID, limit: int) -> list[StoredCase]:
    """Return the cases that were filed since a time, after a cursor."""
    return [_stored(row) for row in await pool.fetch(Q["cases_filed_since"], since, after, limit)]


async def list_newest(pool: Pool, limit: int) -> list[StoredCase]:
    """Return the newest cases."""
    return [_stored(row) for row in await pool.fetch(Q["newest_cases"], limit)]


async def list_decisions(pool: Pool, types: Sequence[str], since: datetime, after: int, limit: int) -> list[Any]:
    """Return events of these types since a time, after a position, each with its case and the candidates before it."""
    return list(await pool.fetch(Q["decisions"], list(types), since, after, limit))


async def read_history(pool: Pool, key: UUID) -> list[CaseEvent]:
    """Return the first 500 case events of a case, the oldest first."""
    rows = await pool.fetch(Q["history"], key, MOST_EVENTS)
    return [CaseEvent(row["type"], row["occurred_at"], row["actor"], from_json(row["data"])) for row in rows]


def _stored(row: Any) -> StoredCase:
    return StoredCase(row["key"], read_state(CASE_ADAPTER, row["data"]))
