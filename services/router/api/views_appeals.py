"""The values of the supervisors' desk: appeals that wait, and what must be known to decide on one. Pure, masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.router.actions.case_files import evidence_of
from services.router.api.views_pages import as_case_page, topic_of
from services.router.labels import APPEAL_VERDICTS
from services.router.rules.evidence import person_of
from services.router.state import Case
from services.router.store import CaseEvent, StoredCase
from shared.labels import ANSWER_OUTCOMES, heading
from shared.masking import masked
from shared.reference import opds
from shared.web.keys import Key
from shared.words import instant_words

# What the page says of the closer, by how the case ended.
_CLOSERS: Final = {
    "citizen": "pelapor sendiri",
    "silence": "sistem, karena tidak ada kabar dari pelapor",
    "admin": "admin koordinator",
}


def as_appeal_row(found: StoredCase, now: datetime) -> dict[str, Any]:
    """Return one appeal of the list: the matter, who answered, and until when it must be decided."""
    case = found.case
    return {
        "ticket": case.ticket,
        "topic": topic_of(case),
        "opd": _opd(case),
        "outcome": heading(ANSWER_OUTCOMES[case.outcome]) if case.outcome else None,
        "reason": _short(masked(case.appeal.reason)) if case.appeal else "",
        "since": instant_words(case.appeal_since) if case.appeal_since else "",
        "due": instant_words(case.due_appeal) if case.due_appeal else None,
        "late": case.due_appeal is not None and case.due_appeal < now,
    }


def as_doubt_row(found: StoredCase) -> dict[str, Any]:
    """Return one case whose answer has photos that a second person must look at."""
    case = found.case
    since = min((one.since for one in case.doubted), default=None)
    return {
        "ticket": case.ticket,
        "topic": topic_of(case),
        "opd": _opd(case),
        "photos": len(case.doubted),
        "since": instant_words(since) if since else "",
    }


def as_appeal_page(found: StoredCase, history: Sequence[CaseEvent], caller: Key, now: datetime) -> dict[str, Any]:
    """Return a case as a supervisor sees it, with the appeal, the photos of both sides, and whether the caller decides."""
    case = found.case
    barred = {person_of(one) for one in (case.answered_by, case.closed_by) if one}
    base = f"/keberatan/{case.ticket}/berkas"
    return as_case_page(found, history, now) | {
        "appeal": _appeal(case, now),
        "opd_code": case.opd,
        "closer": _CLOSERS.get(case.ended_by or "", "belum ditutup"),
        "barred": person_of(caller.actor) in barred,
        "answered_here": case.answered_by is not None and person_of(caller.actor) == person_of(case.answered_by),
        "before": [f"{base}/{one.id}" for one in case.attachments if one.type.startswith("image/")],
        "after": [f"{base}/{one.id}" for one in evidence_of(history) if one.type.startswith("image/")],
    }


def _appeal(case: Case, now: datetime) -> dict[str, Any] | None:
    if case.appeal is None:
        return None
    return {
        "reason": masked(case.appeal.reason),
        "since": instant_words(case.appeal.since),
        "waits": case.appeal_since is not None,
        "verdict": APPEAL_VERDICTS.get(case.appeal.verdict or ""),
        "due": instant_words(case.due_appeal) if case.due_appeal else None,
        "late": case.due_appeal is not None and case.due_appeal < now,
    }


def _opd(case: Case) -> str:
    return opds()[case.opd].name if case.opd in opds() else case.opd or "tanpa OPD"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"
