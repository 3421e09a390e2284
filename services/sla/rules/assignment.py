"""The clocks of a case that gets an OPD, loses it, or is declined by it."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.rules.draft import ClockDraft
from services.sla.rules.halts import release_all
from services.sla.rules.information import received_at
from services.sla.state import CaseClocks, ClockRun
from shared.events import cases
from shared.pipeline import Change


def assign(context: Context, fact: cases.Assigned) -> Change[CaseClocks]:
    """Start `respond` anew for each OPD. Start `resolve` once, whichever OPD has the case later.

    For an information request `resolve` counts from the receipt.
    """
    draft = context.draft()
    release_all(draft)
    other = draft.case.opd != fact.opd
    draft.set(opd=fact.opd, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.meet("verify")
    draft.meet("redispatch")
    # A case that comes back without a decision leaves nothing to appeal against.
    draft.end(["silence", "appeal"], "withdrawn")
    if other:
        draft.end(["respond"], "transferred")
    if draft.case.live("respond") is None:
        draft.start("respond")
    if draft.case.live("resolve") is None:
        draft.start("resolve", goes_on=_referred_run(draft), since=received_at(draft.case))
    return draft.change()


def _referred_run(draft: ClockDraft) -> ClockRun | None:
    """Return the last `resolve` run if a referral ended it.

    When the referral is undone that run goes on from its original start, since a transfer does not start `resolve`
    anew.
    """
    runs = draft.case.own_runs("resolve")
    return runs[-1] if runs and runs[-1].outcome == "referred" else None


def take_back(context: Context, fact: cases.TakenBack) -> Change[CaseClocks]:
    """Undo a wrong assignment, referral or question. The clocks change as after a transfer.

    If no OPD follows and no `verify` clock runs, start `redispatch`: the desk must find another OPD.
    """
    draft = context.draft()
    draft.end(["respond"], "transferred")
    draft.end(["silence"], "withdrawn")
    release_all(draft)
    draft.set(opd=None)
    if fact.to is None and draft.case.live("verify") is None:
        draft.start("redispatch")
    return draft.change()


def decline(context: Context, _fact: cases.Declined) -> Change[CaseClocks]:
    """Return the case to the desk, which must find another OPD. End the time that the OPD had put off."""
    draft = context.draft()
    draft.end(["respond"], "declined")
    release_all(draft)
    draft.set(opd=None)
    draft.start("redispatch")
    return draft.change()
