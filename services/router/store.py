"""The reads of the pages and the API: cases from their state rows, and their history from the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json

from services.router.rules.sp4n_outgoing import ErasedThere, MirrorRow
from services.router.state import CASE_ADAPTER, Case
from shared.frozen import read_state
from shared.postgres.pool import Connection, Pool
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


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case in the list of a desk.

    ``rank``: its place in the chosen order. ``total``: the number of cases that the filter leaves. ``alike``: how many
    others of the same topic and place wait. ``open_at``: the name of the person who has it open. ``owner``: the name of
    the person who has taken it on, and ``own`` whether this is the reader.
    """

    stored: StoredCase
    rank: str
    total: int
    alike: int
    open_at: str | None
    owner: str | None = None
    own: bool = False


class Look(NamedTuple):
    """A person who opened a case, and when."""

    name: str
    at: datetime


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


async def list_waiting(
    pool: Pool,
    desk: str,
    wanted: Sequence[str],
    after: tuple[str, UUID],
    limit: int,
    reader: str,
    since: datetime,
    owner: str,
) -> list[WaitingCase]:
    """Return the cases of a desk that a filter leaves, after a cursor.

    ``wanted``: order, topic, regency, channel, "due before" and words to search for. An empty text leaves all.
    ``since``: from when on somebody other than the ``reader`` still has a case open. ``owner``: who has taken the cases
    on.
    """
    rows = await pool.fetch(Q["desk_list"], desk, *wanted, *after, limit, reader, since, owner)
    return [
        WaitingCase(
            _stored(row), row["rank"], row["total"], row["alike"], row["open_at"], row["owner"], bool(row["own"])
        )
        for row in rows
    ]


async def look_at(pool: Pool, reader: str, name: str, key: UUID, at: datetime) -> None:
    """Keep that a person has this case open, and no other one."""
    await pool.execute(Q["look_at"], reader, name, key, at)


async def look_away(pool: Pool, reader: str) -> None:
    """Forget which case a person has open."""
    await pool.execute(Q["look_away"], reader)


async def looks_at(pool: Pool, key: UUID, reader: str, since: datetime) -> list[Look]:
    """Return who else has had a case open since a time, the last one first."""
    return [Look(row["name"], row["at"]) for row in await pool.fetch(Q["looks_at"], key, reader, since)]


async def count_at_desk(pool: Pool, desk: str) -> int:
    """Return the number of cases that wait at a desk, counted up to 10,000."""
    return int(await pool.fetchval(Q["count_at_desk"], desk, MOST_COUNTED))


async def list_with_replies(pool: Pool, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases with unread replies after a cursor. The longest waiting reply comes first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_with_replies"], *after, limit)]


async def count_with_replies(pool: Pool) -> int:
    """Return the number of cases with unread replies, counted up to 10,000."""
    return int(await pool.fetchval(Q["count_replies"], MOST_COUNTED))


async def list_with_voices(pool: Pool, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the open cases with voice notes that nobody has written down, after a cursor, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_with_voices"], *after, limit)]


async def voices_since(pool: Pool) -> list[datetime]:
    """Return since when each of these cases waits, the oldest first, for up to 10,000 cases."""
    return [row["since"] for row in await pool.fetch(Q["voices_since"], MOST_COUNTED)]


async def list_to_call(pool: Pool, since: str, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases whose citizens are to be called after a cursor, of those that closed at or after ``since``."""
    return [_stored(row) for row in await pool.fetch(Q["cases_to_call"], since, *after, limit)]


async def list_appealed(pool: Pool, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases whose appeals wait for a decision after a cursor, the oldest appeal first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_appealed"], *after, limit)]


async def list_doubted(pool: Pool, after: UUID, limit: int) -> list[StoredCase]:
    """Return the cases with doubted photos after a cursor, the oldest case first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_doubted"], after, limit)]


async def list_of_opd(pool: Pool, code: str, state: str, after: UUID, limit: int) -> list[StoredCase]:
    """Return an OPD's cases in one state after a cursor, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_of_opd"], code, state, after, limit)]


async def list_work_of_opd(
    pool: Pool, code: str, states: Sequence[str], after: tuple[str, UUID], limit: int, holder: str, mentioned: str
) -> list[StoredCase]:
    """Return an OPD's cases in some states after a cursor, the one that is due first on top.

    ``holder``: an account that is responsible. ``mentioned``: one with an unread note. An empty text leaves all.
    """
    rows = await pool.fetch(Q["work_of_opd"], code, list(states), *after, limit, holder, mentioned)
    return [_stored(row) for row in rows]


async def count_work_of_opd(pool: Pool, code: str, account: str) -> dict[str, int]:
    """Return the number of an OPD's cases by state; as ``mentions`` those with a note that an account has not read."""
    rows = await pool.fetch(Q["count_work_of_opd"], code, account)
    return {row["state"]: row["number"] for row in rows} | {"mentions": sum(row["mentions"] for row in rows)}


async def list_help_of_opd(pool: Pool, code: str, after: tuple[str, UUID], limit: int) -> list[StoredCase]:
    """Return the cases that an OPD helps and whose part is missing, after a cursor, the one that is due first on top."""
    return [_stored(row) for row in await pool.fetch(Q["help_of_opd"], code, *after, limit)]


async def count_help_of_opd(pool: Pool, code: str) -> int:
    """Return the number of cases that an OPD helps and whose part is missing."""
    return int(await pool.fetchval(Q["count_help_of_opd"], code))


async def list_of_application(
    pool: Pool, application: str, after: UUID, opd: str | None, limit: int
) -> list[StoredCase]:
    """Return the cases about one application for a permit after a cursor, the oldest first, of one OPD or of all."""
    return [_stored(row) for row in await pool.fetch(Q["cases_of_application"], application, after, opd, limit)]


async def list_to_copy(
    pool: Pool, after: UUID, limit: int, opd: str, what: str, *, by_person: bool
) -> list[StoredCase]:
    """Return the cases with entries that must still reach SP4N, the oldest first. An empty filter leaves all."""
    name = "cases_to_copy_by_person" if by_person else "cases_to_copy"
    return [_stored(row) for row in await pool.fetch(Q[name], after, limit, opd, what)]


async def list_with_news(pool: Pool, after: UUID, limit: int) -> list[StoredCase]:
    """Return the cases with news from SP4N that a person must see, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_with_news"], after, limit)]


async def list_held(pool: Pool, after: UUID, limit: int) -> list[StoredCase]:
    """Return the held cases after a cursor, the oldest first."""
    return [_stored(row) for row in await pool.fetch(Q["cases_held"], after, limit)]


async def list_referrals(
    pool: Pool, stage: str, wanted: Sequence[str], after: tuple[str, UUID], limit: int
) -> list[tuple[str, StoredCase]]:
    """Return the referred cases at a stage after a cursor, each with its rank.

    ``wanted``: order, authority, topic, regency, channel and a part of the office's name. An empty text leaves all.
    """
    rows = await pool.fetch(Q["referrals"], stage, *wanted, *after, limit)
    return [(row["rank"], _stored(row)) for row in rows]


async def count_referrals(pool: Pool, stage: str) -> int:
    """Return the number of referred cases at a stage, counted up to 10,000."""
    return int(await pool.fetchval(Q["count_referrals"], stage, MOST_COUNTED))


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


async def save_rows(connection: Connection, rows: Sequence[object]) -> None:
    """Save the rows for SP4N beside the state, in the step's own transaction. The last row of a complaint counts."""
    mirrored = {row.complaint: row for row in rows if isinstance(row, MirrorRow)}
    if mirrored:
        columns = zip(*((one.complaint, one.tracking_id, one.head, one.open) for one in mirrored.values()), strict=True)
        await connection.execute(Q["save_mirror_rows"], *map(list, columns))
    if erased := {row.complaint: row.tracking_id for row in rows if isinstance(row, ErasedThere)}:
        await connection.execute(Q["save_erased_there"], list(erased), list(erased.values()))


def _stored(row: Any) -> StoredCase:
    return StoredCase(row["key"], read_state(CASE_ADAPTER, row["data"]))


async def list_similar(pool: Pool, found: StoredCase, kecamatan: str | None, limit: int) -> list[tuple[Case, bool]]:
    """Return the open cases like a case, each with whether the same person filed it."""
    case = found.case
    values = (found.key, case.topic, kecamatan, [str(one) for one in case.contacts], case.filed_at, limit)
    return [(_stored(row).case, row["same_person"]) for row in await pool.fetch(Q["similar_cases"], *values)]


async def registry_history(pool: Pool, limit: int) -> list[Any]:
    """Return the changes of the registry, the newest first."""
    return list(await pool.fetch(Q["registry_history"], limit))


async def cases_of_ended(
    pool: Pool, opds: Sequence[str], states: Sequence[str], without: Sequence[UUID], limit: int
) -> list[tuple[UUID, str, str]]:
    """Return the cases that these OPDs still have in hand or help, but for some keys, each with its OPD and ticket."""
    rows = await pool.fetch(Q["cases_of_ended"], opds, states, without, limit)
    return [(row["key"], row["opd"], row["ticket"]) for row in rows]
