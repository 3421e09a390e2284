"""The answers of the JSON routes, made of cases, events and results of commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from services.router.actions.case_commands import CommandResult
from services.router.api.models import CaseOut, EventOut, Moved, NewsOut
from services.router.api.models_helpers import HelperOut
from services.router.labels import NEWS_LABELS
from services.router.state_parts import Sp4nNews
from services.router.store import CaseEvent, StoredCase
from shared.masking import masked

# Ids and times hold no number of a person.
_MACHINE: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d))?"
)
# The fields of a case that the answer shows as they are.
_SHOWN: Final = (
    "ticket",
    "state",
    "revision",
    "class_",
    "priority",
    "topic",
    "place",
    "place_code",
    "application",
    "position",
    "anonim",
    "rahasia",
    "filed_at",
    "desk",
    "reasons",
    "candidates",
    "opd",
    "assignment_id",
    "transfers",
    "round",
    "due_decide",
    "due_respond",
    "due_resolve",
    "answer",
    "outcome",
    "promised_until",
    "extended",
    "stars",
    "scale",
    "call_since",
    "unread_since",
    "merged_into",
    "suspicions",
    "held_until",
    "referral",
)


def as_moved(result: CommandResult) -> Moved:
    """Return the case after a command."""
    values: dict[str, Any] = {"ticket": result.case, **result.answer}
    return Moved(id=result.key, status="repeated" if result.repeated else "done", **values)


def as_case(found: StoredCase, *, officer_of: str | None, history: Sequence[CaseEvent] | None = None) -> CaseOut:
    """Return the case as this reader may see it: masked, unless the reader is an officer of an OPD that works on it.

    Only an officer of the OPD that has the case sees the reporter's name.
    """
    case = found.case
    hide = _keep if officer_of is not None else masked
    leads = officer_of is not None and case.opd == officer_of
    events = [as_event(one, hide) for one in history or ()]
    return CaseOut(
        id=found.key,
        text=hide(case.whole_text),
        replies=tuple(hide(reply) for reply in case.replies),
        reporter_name=case.reporter_name if leads and not case.anonim else None,
        history=events if history is not None else None,
        unread=case.unread or 0,
        followed_by=len(case.followers),
        helpers=[HelperOut.model_validate(one) for one in case.helpers],
        **{name: getattr(case, name) for name in _SHOWN},
    )


def as_event(one: CaseEvent, hide: Callable[[str], str] = masked) -> EventOut:
    """Return one event with its actor, and its texts as ``hide`` leaves them."""
    return EventOut(type=one.type, at=one.at, actor=one.actor, data=mask_texts(one.data, hide))


def _keep(text: str) -> str:
    return text


def mask_texts(data: dict[str, Any], hide: Callable[[str], str]) -> dict[str, Any]:
    """Return the data of an event with its texts masked. An id or a time stays whole."""
    return {
        name: hide(value) if isinstance(value, str) and not _MACHINE.fullmatch(value) else value
        for name, value in data.items()
    }


def as_news(found: Sequence[StoredCase]) -> list[NewsOut]:
    """Return the news from SP4N, entry by entry."""
    return [
        NewsOut(
            id=one.key,
            ticket=one.case.ticket,
            tracking_id=one.case.external.id,
            number=news.number,
            kind=news.kind,
            decide=can_follow(news),
            status_text=news.status_text,
            opd=news.opd,
            state=one.case.state,
            at=news.at,
        )
        for one in found
        if one.case.external is not None
        for news in one.case.news
    ]


def can_follow(news: Sp4nNews) -> bool:
    """Return whether a person can follow SP4N. A move to an agency that is not one of our OPDs cannot be followed."""
    return NEWS_LABELS[news.kind][1] is not None and (news.kind != "moved_there" or news.opd is not None)
