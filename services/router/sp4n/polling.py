"""The reading of a complaint in SP4N: what others did there comes here, by the same rules as from an import."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.router import store
from services.router.rules.commands_sp4n import FollowUpThere, TakeFromSp4n
from services.router.rules.sp4n_outgoing import CONNECTOR
from services.router.sp4n.client import Sp4n
from services.router.sp4n.reasons import NotThere
from services.router.state import Case
from shared.clock import WIB
from shared.masking import masked
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.sp4n import marked_ticket

_WRITTEN: Final = "%d-%m-%Y %H:%M:%S"
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MOST_TEXT: Final = 4000
log = get_logger()


async def read_complaint(running: Running[Any], sp4n: Sp4n, key: UUID, tracking_id: str) -> bool:
    """Read one complaint in SP4N and take over what is new. Return whether SP4N answered."""
    found = await store.find_case(running.pool, str(key))
    if found is None:
        return True
    try:
        entries = await sp4n.follow_ups(tracking_id)
        # Read last: its status is then at least as new as the follow-ups that explain it.
        data = await sp4n.read(tracking_id)
    except NotThere as problem:
        log.warning("sp4n.not_read", reason=problem.reason)
        return False
    secret = running.settings.secret_bytes
    command = command_of(data, entries, found.case, secret)
    cursor = found.case.sp4n_cursor or ""
    there = found.case.in_sp4n
    known = there is not None and (there.status_text, there.opd) == (command.status, command.opd or there.opd)
    flagged = found.case.anonim >= command.anonim and found.case.rahasia >= command.rahasia
    if known and flagged and all(one.cursor <= cursor for one in command.followups):
        return True
    await running.do(command, keys=(key,), actor=CONNECTOR)
    return True


def command_of(
    data: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], case: Case, secret: bytes
) -> TakeFromSp4n:
    """Return the command for what SP4N shows."""
    followups = sorted(
        filter(None, (_followup(one, case.ticket, secret) for one in entries)), key=lambda one: one.cursor
    )
    last = next((one for one in reversed(followups) if one.status is not None), None)
    status = str(data.get("status") or "").strip()
    return TakeFromSp4n(
        tracking_id=case.in_sp4n.id if case.in_sp4n is not None else "",
        status=status,
        opd=str(data.get("institution_name") or "").strip() or None,
        anonim=_flag(data.get("is_anonymous")),
        rahasia=_flag(data.get("is_secret")),
        followups=tuple(followups),
        copied=case.copied,
        # A status that no follow-up explains was set by SP4N itself, unless nothing but our filing has happened yet.
        status_by_us=last is not None and last.ours and last.status == status,
    )


def time_of(written: Any) -> datetime | None:
    """Return a time of SP4N. It has no zone, and is in WIB."""
    try:
        return datetime.strptime(str(written), _WRITTEN).replace(tzinfo=WIB)
    except ValueError:
        return None


def _followup(entry: Mapping[str, Any], ticket: str, secret: bytes) -> FollowUpThere | None:
    at, number = time_of(entry.get("created_at")), entry.get("id")
    if at is None or not isinstance(number, int):
        return None
    values = _values(entry.get("data"))
    content = str(entry.get("content") or "")
    template = _PLACE.sub(lambda place: str(values.get(place[1], "")), str(entry.get("template_content") or ""))
    old, new = values.get("status_old"), values.get("status_new")
    return FollowUpThere(
        id=number,
        at=at,
        who=str(entry.get("from") or "SP4N-LAPOR!")[:200],
        text=masked("\n".join(filter(None, (content, template))))[:MOST_TEXT],
        ours=marked_ticket(content, secret) == ticket,
        status=str(new) if new and new != old else None,
    )


def _values(written: Any) -> dict[str, Any]:
    """Return the values for a template, which SP4N gives as a text in JSON."""
    try:
        values = json.loads(written) if isinstance(written, str) else written
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _flag(value: Any) -> bool:
    return value in (1, True, "1", "true")
