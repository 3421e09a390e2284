"""The values that the pages of an OPD's desk show: in Indonesian, and whole for the officer who has the case."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.router.actions.case_lists import work_place
from services.router.api.views_due import due_words
from services.router.api.views_files import as_work_files
from services.router.api.views_helpers import as_helpers, as_own_help, missing_choices, short_name
from services.router.api.views_pages import age_words, timeline_entry, topic_of
from services.router.labels import HELPER_STATES
from services.router.rules.desk_assignment import is_bound
from services.router.rules.mentions import Member
from services.router.rules.notes import notes_of
from services.router.rules.photos import photo_rule
from services.router.state import Case
from services.router.store import CaseEvent, StoredCase
from shared.labels import ANSWER_OUTCOMES, CHANNELS, CLASSES, STATES, heading
from shared.masking import masked
from shared.words import day_words, instant_words

# The lists of an OPD's desk: their name in the address, their words, and the states that they hold.
_HELD: Final = ("assigned", "in_progress", "awaiting_citizen", "resolved")
LISTS: Final = {
    "kerja": ("Perlu dikerjakan", ("assigned", "in_progress")),
    "milik": ("Tanggung jawab saya", ("assigned", "in_progress", "awaiting_citizen")),
    "sebutan": ("Catatan untuk saya", _HELD),
    "baru": ("Baru", ("assigned",)),
    "menunggu": ("Menunggu pelapor", ("awaiting_citizen",)),
    "dijawab": ("Sudah dijawab", ("resolved",)),
}
# The list of the cases that the OPD helps.
HELP_LIST: Final = ("membantu", "Membantu OPD lain")
_LINE: Final = 140


def as_work_row(
    found: StoredCase, now: datetime, names: Mapping[UUID, str] | None = None, reader: UUID | None = None
) -> dict[str, Any]:
    """Return one line of the list. ``names``: those of the reader's colleagues."""
    case = found.case
    line = " ".join(masked(case.whole_text).split())
    return {
        "ticket": case.ticket,
        "line": line if len(line) <= _LINE else f"{line[: _LINE - 1]}…",
        "place": case.place or "belum disebut",
        "topic": topic_of(case),
        "age": age_words(case, now),
        "urgent": case.priority == "urgent",
        "state": heading(STATES[case.state]),
        "due": due_words(_next_due(case), now),
        "unread": case.unread or 0,
        "holder": holder_words(case, names or {}),
        "mentioned": reader in case.mentioned,
        "helps": None,
        "parts": f"{len(case.missing)} bagian ditunggu" if case.missing else None,
    }


def holder_words(case: Case, names: Mapping[UUID, str]) -> str | None:
    """Return the name of the officer who is responsible, or None. An account that was closed has no name here."""
    return None if case.holder is None else names.get(case.holder, "akun yang sudah ditutup")


def as_team(case: Case, opd: str, members: Sequence[Member], reader: UUID) -> dict[str, Any]:
    """Return what the people of an OPD see of each other on a case: who is responsible, and their notes."""
    names = {one.account: one.name for one in members}
    return {
        "holder": holder_words(case, names),
        "own": case.holder == reader,
        "member": reader in names,
        "others": [(str(one.account), one.name) for one in members if one.account not in (reader, case.holder)],
        "handles": [f"@{one.name}" for one in members if one.account != reader],
        "mentioned": reader in case.mentioned,
        "held": case.state in _HELD,
        "notes": [
            {"by": one.by, "text": one.text, "at": instant_words(one.at), "machine": one.at.isoformat()}
            for one in notes_of(case, opd)
        ],
    }


def as_help_row(found: StoredCase, code: str, now: datetime) -> dict[str, Any]:
    """Return one line of the list of cases that an OPD helps, with its own due time."""
    helper = found.case.helper(code)
    if helper is None:
        return as_work_row(found, now)
    own = helper.due_respond if helper.state == "assigned" and helper.due_respond is not None else helper.due_resolve
    return as_work_row(found, now) | {
        "holder": None,
        "helps": short_name(found.case.opd),
        "due": due_words(own, now),
        "state": heading(HELPER_STATES[helper.state]),
        "unread": 0,
        "parts": None,
    }


def _next_due(case: Case) -> datetime | None:
    """Return the due time that comes first for the OPD: the first answer while there is none, else the solution."""
    if case.state == "assigned" and case.due_respond is not None:
        return case.due_respond
    return case.due_resolve


def as_work_page(found: StoredCase, history: Sequence[CaseEvent], now: datetime, code: str) -> dict[str, Any]:
    """Return a case as an officer of an OPD sees it: whole, with the name of a reporter who is not anonymous.

    A helper does not learn the name, and sees what it should contribute and its own due times.
    """
    case = found.case
    help_ = as_own_help(case, code, now) if case.opd != code else None
    dues = {"Tanggapan pertama": case.due_respond, "Penyelesaian": case.due_resolve}
    return {
        "ticket": case.ticket,
        "state": case.state,
        "state_text": heading(STATES[case.state]),
        "revision": case.revision,
        "place_in_list": work_place(found),
        "assignment": help_["assignment"] if help_ else case.assignment_id,
        "help": help_,
        "helpers": as_helpers(case, now, hide=False),
        "missing": bool(case.missing),
        "missing_choices": missing_choices(case),
        "text": case.whole_text,
        "files": as_work_files(case),
        "replies": case.replies,
        "unread": case.unread or 0,
        "place": case.place,
        "topic": topic_of(case),
        "photo_needed": help_ is None and photo_rule(case.topic) != "none",
        "class": heading(CLASSES[case.class_]),
        "urgent": case.priority == "urgent",
        "channel": CHANNELS.get(case.channel, case.channel),
        "age": age_words(case, now),
        "reporter": None if case.anonim or help_ else case.reporter_name,
        "anonim": case.anonim,
        "rahasia": case.rahasia,
        "bound": is_bound(case),
        "reasons": case.reasons,
        "question": case.question if case.state == "awaiting_citizen" else None,
        "answer": case.answer,
        "doubted": len(case.doubted) > len(case.doubted_parts),
        "outcome": heading(ANSWER_OUTCOMES[case.outcome]) if case.outcome else None,
        "promised": day_words(case.promised_until) if case.promised_until else None,
        "put_off": day_words(case.put_off_until) if case.put_off_until else None,
        "dues": help_["dues"] if help_ else [(name, due_words(at, now)) for name, at in dues.items() if at is not None],
        "round": case.round,
        "timeline": [timeline_entry(one, hide=False) for one in history],
        "once": secrets.token_urlsafe(12),
        "open": help_["open"] if help_ else case.state in ("assigned", "in_progress"),
    }
