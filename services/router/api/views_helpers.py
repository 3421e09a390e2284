"""The values that pages show about OPDs that help a case: to the lead, to the desk, and to the helper itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.router.api.views_due import due_words
from services.router.labels import HELPER_STATES
from services.router.state import Case
from services.router.state_parts import Helper
from shared.labels import ANSWER_OUTCOMES, heading
from shared.masking import masked
from shared.reference import opds
from shared.words import day_words


def as_helpers(case: Case, now: datetime, *, hide: bool = True) -> list[dict[str, Any]]:
    """Return the helpers of a case: what each should contribute, until when, and its part. Texts are masked if ``hide``."""
    doubted = {one.file for one in case.doubted}
    return [
        _as_helper(one, now, hide=hide) | {"doubted": any(file.id in doubted for file in one.evidence)}
        for one in case.helpers
    ]


def missing_choices(case: Case) -> list[tuple[str, str | None]]:
    """Return the helpers whose parts are missing, as the choices of a form."""
    return [(one.opd, opd_name(one.opd)) for one in case.missing]


def as_own_help(case: Case, code: str, now: datetime) -> dict[str, Any]:
    """Return what an OPD should contribute, whom it helps, and where its part stands."""
    helper = case.helper(code)
    found = _as_helper(helper, now, hide=False) if helper is not None else {}
    dues = (
        {"Terima atau tolak": helper.due_respond, "Serahkan bagian": helper.due_resolve} if helper is not None else {}
    )
    return found | {
        "lead": opd_name(case.opd) or "OPD yang belum ditetapkan",
        "assignment": helper.assignment_id if helper is not None else None,
        "dues": [(name, due_words(at, now)) for name, at in dues.items() if at is not None],
    }


def _as_helper(one: Helper, now: datetime, *, hide: bool) -> dict[str, Any]:
    say = masked if hide else str
    return {
        "code": one.opd,
        "name": opd_name(one.opd),
        "task": say(one.task),
        "state": one.state,
        "words": HELPER_STATES[one.state],
        "open": one.open,
        "due": due_words(one.due_resolve, now) if one.open else None,
        "part": say(one.part) if one.part else None,
        "outcome": heading(ANSWER_OUTCOMES[one.outcome]) if one.outcome else None,
        "until": day_words(one.until) if one.until else None,
        "why": say(one.reason) if one.reason else None,
        "to": one.to,
        "files": len(one.evidence),
        "round": one.round,
    }


def short_name(code: str | None) -> str:
    """Return the short name of the OPD that has a case."""
    return opds()[code].short_name if code in opds() else "OPD yang belum ditetapkan"


def opd_name(code: str | None) -> str | None:
    """Return the name of an OPD, or None for none."""
    return opds()[code].name if code in opds() else code
