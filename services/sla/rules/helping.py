"""The clocks of OPDs that help: each counts from the helper's own assignment, and the lead's clocks run on beside."""

from __future__ import annotations

from uuid import UUID

from services.sla.rules.context import Context
from services.sla.rules.draft import ClockDraft
from services.sla.state import CaseClocks
from shared.events import cases_helpers as h
from shared.events.deadlines import DeadlinePaused
from shared.events.fact import Clock
from shared.pipeline import Change

_CLOCKS: tuple[Clock, ...] = ("respond", "resolve")


def add_helper(context: Context, fact: h.HelperAdded) -> Change[CaseClocks]:
    """Start both clocks of the helper. While a citizen is asked they stand still at once."""
    draft = context.draft()
    for clock in _CLOCKS:
        draft.start(clock, helper=fact.assignment_id, opd=fact.opd)
        run = draft.case.live(clock, fact.assignment_id)
        if run is not None and draft.case.halts_run(run):
            draft.facts.append(DeadlinePaused(clock=clock, run=run.run, helper=run.helper, at=draft.at))
    return draft.change()


def accept_help(context: Context, fact: h.HelperAccepted) -> Change[CaseClocks]:
    """Count the acceptance as the helper's first word: its lead hears it, as a citizen hears an OPD's first news."""
    draft = context.draft()
    draft.meet("respond", fact.assignment_id)
    return draft.change()


def contribute(context: Context, fact: h.HelperContributed) -> Change[CaseClocks]:
    """End both clocks of the helper as met, since its part is there."""
    draft = context.draft()
    for clock in _CLOCKS:
        draft.meet(clock, fact.assignment_id)
    return draft.change()


def end_help(context: Context, fact: h.HelperEnded) -> Change[CaseClocks]:
    """End both clocks of the helper unmet."""
    draft = context.draft()
    end_clocks(draft, fact.assignment_id)
    return draft.change()


def end_every_help(draft: ClockDraft) -> None:
    """End the clocks of all helpers, since the case ended."""
    for helper in dict.fromkeys(run.helper for run in draft.case.runs if run.live and run.helper is not None):
        end_clocks(draft, helper)


def end_clocks(draft: ClockDraft, helper: UUID) -> None:
    """End the clocks of one helper. A part that was overdue then was missed, and counts as late for the helper."""
    for clock in _CLOCKS:
        late = draft.is_late(clock, helper)
        draft.end([clock], "missed" if late else "released", helper, late=late)
