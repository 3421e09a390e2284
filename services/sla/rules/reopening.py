"""The clocks of a case that goes on after its end: it is reopened, or separated from the case it was joined to."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.rules.draft import CLOCKS, ClockDraft
from services.sla.rules.halts import halt, release_all
from services.sla.state import CaseClocks
from shared.events import cases, cases_merged
from shared.pipeline import Change


def reopen(context: Context, fact: cases.Reopened) -> Change[CaseClocks]:
    """Start `respond` and `resolve` again in full. After a mere promise `resolve` still runs from its first start."""
    draft = context.draft()
    promised = draft.case.promised is not None
    draft.end([clock for clock in CLOCKS if clock != "resolve" or not promised], "reopened")
    release_all(draft)
    draft.set(opd=fact.opd, class_=fact.class_, priority=fact.priority, topic=fact.topic, promised=None)
    draft.set(extended=False)
    # A promise whose day passes brings the case back by itself. Any other return was asked for.
    draft.note_after(**({"broken": True} if fact.promised is not None else {"reopened": True}))
    draft.start("respond")
    if draft.case.live("resolve") is None:
        draft.start("resolve")
    return draft.change()


def separate(context: Context, fact: cases_merged.Unmerged) -> Change[CaseClocks]:
    """Start the clocks of the state to which the separated case returns."""
    draft = context.draft()
    release_all(draft)
    draft.set(opd=fact.opd)
    start_clocks_of(draft, fact.state)
    if fact.state == "awaiting_citizen":
        halt(draft, "waiting")
        draft.start("silence", "info_requested")
    elif fact.state == "resolved" and draft.case.promised is not None:
        runs = draft.case.own_runs("resolve")
        draft.start("resolve", goes_on=runs[-1] if runs else None)
    elif fact.state == "resolved":
        draft.start("silence", "resolved")
    return draft.change()


def start_clocks_of(draft: ClockDraft, state: str) -> None:
    """Start the clocks of a state: the desk's, or those of the OPD that has the case."""
    if draft.case.opd is None and state in {"verification", "awaiting_citizen"}:
        draft.start("verify")
    elif state in {"assigned", "in_progress", "awaiting_citizen"}:
        draft.start("respond")
        draft.start("resolve")
