"""The lists of cases for desks and OPDs, page by page, and the cursors that lead from page to page.

A cursor is a key, or ``VALUE~KEY`` for a list that is sorted by a value first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.router import store
from services.router.actions.voice_times import due_of_voice
from services.router.store import FIRST, StoredCase
from shared.applications import NotAnApplicationNumber, application_number
from shared.errors import Invalid
from shared.policy import DISPUTE_WITHIN
from shared.runtime.running import Running
from shared.worktime import Timetable

# The start of a desk's list. "~" sorts after every priority.
DESK_START: Final = ("~", FIRST)
REPLIES_START: Final = ("", FIRST)
WORK_START: Final = ("", FIRST)


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of a list. ``next``: the cursor of the next page, or None after the last one."""

    cases: list[StoredCase]
    next: str | None


class VoicesWaiting(NamedTuple):
    """The number of cases with a voice note that nobody has written down, and of those that are late."""

    waiting: int
    late: int


async def load_desk(running: Running[Any], desk: str, after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases that wait at a desk: urgent ones first, then the oldest."""
    found = await store.list_at_desk(running.pool, desk, after, limit)
    return CaseList(found, f"{found[-1].case.priority}~{found[-1].key}" if len(found) == limit else None)


async def load_replies(running: Running[Any], after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases with unread replies. The longest waiting reply comes first."""
    found = await store.list_with_replies(running.pool, after, limit)
    return CaseList(found, _cursor(found[-1], "unread_since") if len(found) == limit else None)


async def load_voices(running: Running[Any], after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases with voice notes that nobody has written down. The longest waiting one comes first."""
    found = await store.list_with_voices(running.pool, after, limit)
    return CaseList(found, _cursor(found[-1], "voice_since") if len(found) == limit else None)


async def load_calls(running: Running[Any], after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases that silence closed in the last 30 days and whose citizens are to be called, oldest first."""
    since = (running.clock.now() - DISPUTE_WITHIN).astimezone(UTC).isoformat()
    found = await store.list_to_call(running.pool, since, after, limit)
    return CaseList(found, _cursor(found[-1], "call_since") if len(found) == limit else None)


async def load_appeals(running: Running[Any], after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases whose appeals wait for a decision. The oldest appeal, which is due first, comes first."""
    found = await store.list_appealed(running.pool, after, limit)
    return CaseList(found, _cursor(found[-1], "appeal_since") if len(found) == limit else None)


async def load_doubted(running: Running[Any], after: UUID, limit: int) -> CaseList:
    """Return the cases with photos of the answer that a second person must look at."""
    return _by_key(await store.list_doubted(running.pool, after, limit), limit)


async def load_opd(running: Running[Any], code: str, state: str, after: UUID, limit: int) -> CaseList:
    """Return an OPD's cases in one state, the oldest first."""
    return _by_key(await store.list_of_opd(running.pool, code, state, after, limit), limit)


async def load_work(
    running: Running[Any],
    code: str,
    states: Sequence[str],
    after: tuple[str, UUID],
    limit: int,
    *,
    holder: UUID | None = None,
    mentioned: UUID | None = None,
) -> CaseList:
    """Return an OPD's cases in some states, the one that is due first on top.

    ``holder``: only those for which this account is responsible. ``mentioned``: only those with a note that it has not
    read.
    """
    narrowed = (str(holder or ""), str(mentioned or ""))
    found = await store.list_work_of_opd(running.pool, code, states, after, limit, *narrowed)
    if len(found) < limit:
        return CaseList(found, None)
    return CaseList(found, work_place(found[-1]))


def work_place(found: StoredCase) -> str:
    """Return the cursor after a case in the list of its OPD."""
    due = found.case.model_dump(mode="json", include={"due_resolve"})["due_resolve"] or "~"
    return f"{due} {found.key}"


async def next_work(running: Running[Any], code: str, states: Sequence[str], after: str) -> str | None:
    """Return the ticket of an OPD's case after a place in its list, else of another one, or None if none is left."""
    at = parse_work_cursor(after)
    found = await store.list_work_of_opd(running.pool, code, states, at, 1, "", "")
    if not found:
        first = await store.list_work_of_opd(running.pool, code, states, WORK_START, 1, "", "")
        found = [one for one in first if one.key != at[1]]
    return found[0].case.ticket if found else None


async def load_help(running: Running[Any], code: str, after: tuple[str, UUID], limit: int) -> CaseList:
    """Return the cases that an OPD helps and whose part is missing, the one that is due first on top."""
    found = await store.list_help_of_opd(running.pool, code, after, limit)
    helper = found[-1].case.helper(code) if len(found) == limit else None
    if helper is None:
        return CaseList(found, None)
    due = helper.model_dump(mode="json", include={"due_resolve"})["due_resolve"] or "~"
    return CaseList(found, f"{due} {found[-1].key}")


def parse_work_cursor(after: str) -> tuple[str, UUID]:
    """Return due time and key of a cursor of an OPD's list. A wrong cursor starts at the first case."""
    due, _, key = after.partition(" ")
    try:
        return (due, UUID(key)) if due else WORK_START
    except ValueError:
        return WORK_START


async def count_work(running: Running[Any], code: str, account: UUID) -> dict[str, int]:
    """Return the number of an OPD's cases by state; as ``mentions`` those with a note that an account has not read."""
    return await store.count_work_of_opd(running.pool, code, str(account))


async def count_help(running: Running[Any], code: str) -> int:
    """Return the number of cases that an OPD helps and whose part is missing."""
    return await store.count_help_of_opd(running.pool, code)


async def load_application(running: Running[Any], written: str, opd: str | None, after: UUID, limit: int) -> CaseList:
    """Return the cases about an application for a permit, the oldest first. ``opd`` restricts them to one OPD's.

    Raise Invalid for a text that is no number of an application.
    """
    try:
        number = application_number(written)
    except NotAnApplicationNumber as refusal:
        raise Invalid(str(refusal), field="application", message=refusal.words) from None
    return _by_key(await store.list_of_application(running.pool, number, after, opd, limit), limit)


async def load_news(running: Running[Any], after: UUID, limit: int) -> CaseList:
    """Return the cases with news from SP4N that a person must see, the oldest first."""
    return _by_key(await store.list_with_news(running.pool, after, limit), limit)


async def load_held(running: Running[Any], after: UUID, limit: int) -> CaseList:
    """Return the held cases, the oldest first."""
    return _by_key(await store.list_held(running.pool, after, limit), limit)


async def count_desks(running: Running[Any]) -> dict[str, int]:
    """Return the number of cases that wait at each desk."""
    return {desk: await store.count_at_desk(running.pool, desk) for desk in ("triage", "arbiter")}


async def count_voices(running: Running[Any], hours: Timetable) -> VoicesWaiting:
    """Return how many cases wait for somebody to write a voice note down, and how many of them are late."""
    now, sinces = running.clock.now(), await store.voices_since(running.pool)
    return VoicesWaiting(len(sinces), sum((due := due_of_voice(hours, at)) is not None and due < now for at in sinces))


async def count_replies(running: Running[Any]) -> int:
    """Return the number of cases with unread replies."""
    return await store.count_with_replies(running.pool)


def _by_key(found: list[StoredCase], limit: int) -> CaseList:
    return CaseList(found, str(found[-1].key) if len(found) == limit else None)


def _cursor(found: StoredCase, field: str) -> str:
    """Return the cursor after this case in a list that a time sorts. The time is written as the row writes it."""
    since = found.case.model_dump(mode="json", include={field})[field]
    return f"{since}~{found.key}"


def parse_key(after: str | None) -> UUID:
    """Return the key of a cursor, or the first key without one. Raise Invalid if it is no cursor."""
    try:
        return UUID(after) if after else FIRST
    except ValueError:
        raise Invalid("is no cursor of this list", field="after") from None


def parse_desk_cursor(after: str | None) -> tuple[str, UUID]:
    """Return priority and key of a desk's cursor. Raise Invalid if it is no cursor."""
    return _parse_pair(after) if after else DESK_START


def parse_replies_cursor(after: str | None) -> tuple[str, UUID]:
    """Return time and key of a cursor of the unread replies. Raise Invalid if it is no cursor."""
    return _parse_pair(after) if after else REPLIES_START


def _parse_pair(after: str) -> tuple[str, UUID]:
    value, _, key = after.partition("~")
    return value, parse_key(key)


async def resolve_key(running: Running[Any], after: str) -> UUID:
    """Return the key of a page's cursor. A page with a wrong cursor starts at the first case."""
    return (await store.find_key(running.pool, after) if after else None) or FIRST


async def resolve_pair(running: Running[Any], after: str, start: tuple[str, UUID]) -> tuple[str, UUID]:
    """Return value and key of a page's cursor. Without a key the page begins at ``start``."""
    value, _, key = after.partition("~")
    return (value, await resolve_key(running, key)) if key else start
