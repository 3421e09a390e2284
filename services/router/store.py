"""What pages and callers read of the state rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.router.state import STORED, Case
from shared.frozen import read_state
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
FIRST = UUID(int=0)
COUNTED_UP_TO = 10_000
HISTORY = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A case under its complaint id."""

    key: UUID
    case: Case


@dataclass(frozen=True, slots=True)
class Happened:
    """One case event of the log."""

    type: str
    at: datetime
    actor: str
    data: dict[str, Any]


async def key_of(pool: Pool, name: str) -> UUID | None:
    """The complaint id of an id or ticket; an id is taken as it is, whether or not it exists."""
    try:
        return UUID(name)
    except ValueError:
        key: UUID | None = await pool.fetchval(Q["key_by_ticket"], name.strip().upper())
        return key


async def find(pool: Pool, name: str) -> Found | None:
    """A case by complaint id or ticket; an erased one is not found."""
    try:
        row = await pool.fetchrow(Q["case_by_key"], UUID(name))
    except ValueError:
        row = await pool.fetchrow(Q["case_by_ticket"], name.strip().upper())
    found = _found(row) if row is not None else None
    return None if found is None or found.case.erased else found


async def at_desk(pool: Pool, desk: str, after: tuple[str, UUID], limit: int) -> list[Found]:
    """What waits at a desk, urgent first, then the oldest, after a cursor."""
    return [_found(row) for row in await pool.fetch(Q["cases_at_desk"], desk, *after, limit)]


async def waiting(pool: Pool, desk: str) -> int:
    """How many wait at a desk; counted up to 10,000."""
    return int(await pool.fetchval(Q["count_at_desk"], desk, COUNTED_UP_TO))


async def with_replies(pool: Pool, after: tuple[str, UUID], limit: int) -> list[Found]:
    """Cases on which a citizen's words wait for a person, the oldest word first, after a cursor."""
    return [_found(row) for row in await pool.fetch(Q["cases_with_replies"], *after, limit)]


def after_reply(found: Found) -> str:
    """The cursor of this case in the list of replies."""
    since = found.case.model_dump(mode="json", include={"unread_since"})["unread_since"]
    return f"{since}~{found.key}"


async def replies_waiting(pool: Pool) -> int:
    """On how many cases words wait for a person; counted up to 10,000."""
    return int(await pool.fetchval(Q["count_replies"], COUNTED_UP_TO))


async def of_opd(pool: Pool, code: str, state: str, after: UUID, limit: int) -> list[Found]:
    """An OPD's cases in one state, oldest first."""
    return [_found(row) for row in await pool.fetch(Q["cases_of_opd"], code, state, after, limit)]


async def to_copy(pool: Pool, after: UUID, limit: int) -> list[Found]:
    """Cases of which SP4N does not show everything yet."""
    return [_found(row) for row in await pool.fetch(Q["cases_to_copy"], after, limit)]


async def with_news(pool: Pool, after: UUID, limit: int) -> list[Found]:
    """Cases of which SP4N tells something that a person must see."""
    return [_found(row) for row in await pool.fetch(Q["cases_with_news"], after, limit)]


async def history(pool: Pool, key: UUID) -> list[Happened]:
    """What happened to a case, oldest first."""
    rows = await pool.fetch(Q["history"], key, HISTORY)
    return [Happened(row["type"], row["occurred_at"], row["actor"], from_json(row["data"])) for row in rows]


def _found(row: Any) -> Found:
    return Found(row["key"], read_state(STORED, row["data"]))
