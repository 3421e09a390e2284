"""The effect of each event of a case on its clocks.

An event type without a handler here, such as a comment, moves none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from services.sla.rules.draft import CLOCKS, ClockDraft
from services.sla.state import ClockRun
from shared.events import cases
from shared.events.fact import Fact

# The longest time for which a case can be put off. A longer one ends after a year, so that no case is put off for ever.
PUT_OFF_AT_MOST = timedelta(days=366)


def opened(draft: ClockDraft, fact: cases.Opened, at: datetime) -> None:
    """Start the clock to verify. A case that had already ended in another system starts no clock."""
    draft.set(ticket=fact.ticket, channel=fact.channel, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.set(told_from=fact.imported_at, history=fact.history)
    if fact.state == "verification":
        draft.start("verify", at)


def assigned(draft: ClockDraft, fact: cases.Assigned, at: datetime) -> None:
    """Start `respond` anew for each OPD. Start `resolve` once, whichever OPD has the case later."""
    release(draft, at)
    other = draft.case.opd != fact.opd
    draft.set(opd=fact.opd, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.meet("verify", at)
    draft.meet("redispatch", at)
    draft.end(["silence"], at, "withdrawn")
    if other:
        draft.end(["respond"], at, "transferred")
    if draft.case.live("respond") is None:
        draft.start("respond", at)
    if draft.case.live("resolve") is None:
        draft.start("resolve", at, goes_on=referred(draft))


def referred(draft: ClockDraft) -> ClockRun | None:
    """Return the last `resolve` run if a referral ended it.

    When the referral is undone that run goes on from its original start, since a transfer does not start `resolve`
    anew.
    """
    last = next((run for run in reversed(draft.case.runs) if run.clock == "resolve"), None)
    return last if last is not None and last.outcome == "referred" else None


def taken_back(draft: ClockDraft, fact: cases.TakenBack, at: datetime) -> None:
    """Undo a wrong assignment, referral or question. The clocks change as after a transfer.

    If no OPD follows and no `verify` clock runs, start `redispatch`: the desk must find another OPD.
    """
    draft.end(["respond"], at, "transferred")
    draft.end(["silence"], at, "withdrawn")
    release(draft, at)
    draft.set(opd=None)
    if fact.to is None and draft.case.live("verify") is None:
        draft.start("redispatch", at)


def triaged(draft: ClockDraft, fact: cases.Triaged, at: datetime) -> None:
    """Start `verify` again if the case had ended and came back to a person.

    Otherwise the desk's clock is running already.
    """
    if fact.reopened:
        draft.end(CLOCKS, at, "reopened")
        draft.set(opd=None)
        draft.start("verify", at)


def accepted(draft: ClockDraft, fact: cases.Accepted, at: datetime) -> None:
    """Count an acceptance as an answer only if the OPD had already answered in the system that the case comes from."""
    if fact.answered:
        answered(draft, fact.opd, at)


def declined(draft: ClockDraft, fact: cases.Declined, at: datetime) -> None:
    """Return the case to the desk, which must find another OPD. End the time that the OPD had put off."""
    draft.end(["respond"], at, "declined")
    release(draft, at)
    draft.set(opd=None)
    draft.start("redispatch", at)


def progressed(draft: ClockDraft, fact: cases.Progressed, at: datetime) -> None:
    """Count the first public message of the OPD as its answer. Internal messages do not count."""
    if fact.public:
        answered(draft, fact.opd, at)


def info_requested(draft: ClockDraft, fact: cases.InfoRequested, at: datetime) -> None:
    """Count the OPD's question as an answer, halt the clocks that wait for the citizen, and start `silence`.

    A question asked in another system is answered there. It halts the clocks only, because that system counts the
    silence and the asker may not have been the OPD.
    """
    if fact.asked_in is not None:
        draft.halt("waiting", at)
        return
    if fact.opd is not None:
        answered(draft, fact.opd, at)
    draft.halt("waiting", at)
    draft.start("silence", at, "info_requested")


def info_received(draft: ClockDraft, fact: cases.InfoReceived, at: datetime) -> None:
    """End `silence` and the halt, since the citizen answered.

    If the silence had ended the case meanwhile, start the clocks of the case's state anew.
    """
    draft.meet("silence", at)
    draft.release("waiting", at)
    if fact.again:
        _start_of(draft, fact.state, at)


def replied(draft: ClockDraft, fact: Fact, at: datetime) -> None:
    """End `silence`, since the citizen wrote about an answered case.

    A person must act before `silence` starts again.
    """
    draft.meet("silence", at)


def reply_handled(draft: ClockDraft, fact: cases.ReplyHandled, at: datetime) -> None:
    """Start `silence` in full when a person asks again. Every other outcome has its own event."""
    if fact.outcome == "asked":
        draft.start("silence", at, "resolved")


def put_off(draft: ClockDraft, fact: cases.PutOff, at: datetime) -> None:
    """Halt the clocks until the beginning of a date. A date that has already begun ends the halt."""
    table = draft.due_dates.table
    midnight = datetime(fact.until.year, fact.until.month, fact.until.day, tzinfo=table.zone)
    until = min(midnight, at + PUT_OFF_AT_MOST)
    if until > at:
        draft.halt("put_off", at, until)
    else:
        draft.release("put_off", at)


def resolved(draft: ClockDraft, fact: cases.Resolved, at: datetime) -> None:
    """Count the resolution as an answer, end all other clocks, and start `silence`: the citizen must respond now."""
    answered(draft, fact.opd, at)
    draft.meet("resolve", at)
    draft.end([clock for clock in CLOCKS if clock != "silence"], at, "resolved")
    release(draft, at)
    draft.start("silence", at, "resolved")


def confirmed(draft: ClockDraft, fact: Fact, at: datetime) -> None:
    """End `silence`, since the citizen agrees."""
    draft.meet("silence", at)


def disputed(draft: ClockDraft, fact: cases.Disputed, at: datetime) -> None:
    """End `silence`, since the citizen does not agree, and count one more dispute against the OPD."""
    draft.meet("silence", at)
    draft.set(disputes=draft.case.disputes + 1)
    draft.disputed_at = at


def reopened(draft: ClockDraft, fact: cases.Reopened, at: datetime) -> None:
    """Start `respond` and `resolve` again in full."""
    draft.end(CLOCKS, at, "reopened")
    release(draft, at)
    draft.set(opd=fact.opd, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.start("respond", at)
    draft.start("resolve", at)


def reclassified(draft: ClockDraft, fact: cases.Reclassified, at: datetime) -> None:
    """Set another class, priority or topic.

    `Draft.change` then computes every live run anew from its original start.
    """
    draft.set(class_=fact.class_, priority=fact.priority, topic=fact.topic)


def unmerged(draft: ClockDraft, fact: cases.Unmerged, at: datetime) -> None:
    """Start the clocks of the state to which the separated case returns."""
    release(draft, at)
    draft.set(opd=fact.opd)
    _start_of(draft, fact.state, at)
    if fact.state == "awaiting_citizen":
        draft.halt("waiting", at)
        draft.start("silence", at, "info_requested")
    elif fact.state == "resolved":
        draft.start("silence", at, "resolved")


def _start_of(draft: ClockDraft, state: str, at: datetime) -> None:
    """Start the clocks of a state: the desk's, or those of the OPD that has the case."""
    if draft.case.opd is None and state in {"verification", "awaiting_citizen"}:
        draft.start("verify", at)
    elif state in {"assigned", "in_progress", "awaiting_citizen"}:
        draft.start("respond", at)
        draft.start("resolve", at)


def over(why: str) -> Callable[[ClockDraft, Fact, datetime], None]:
    """Return a handler for the end of a case: it ends every clock with the outcome ``why``."""

    def ended(draft: ClockDraft, fact: Fact, at: datetime) -> None:
        draft.end(CLOCKS, at, why)
        release(draft, at)

    return ended


def answered(draft: ClockDraft, opd: str, at: datetime) -> None:
    """End the `respond` clock of that OPD as met. Later messages do not replace the first answer."""
    run = draft.case.live("respond")
    if run is not None and run.opd == opd:
        draft.meet("respond", at)


def release(draft: ClockDraft, at: datetime) -> None:
    """End every halt of the case."""
    draft.release("waiting", at)
    draft.release("put_off", at)


HANDLERS: dict[type[Fact], Callable[[ClockDraft, Any, datetime], None]] = {
    cases.Opened: opened,
    cases.Assigned: assigned,
    cases.Triaged: triaged,
    cases.Accepted: accepted,
    cases.Declined: declined,
    cases.TakenBack: taken_back,
    cases.Progressed: progressed,
    cases.InfoRequested: info_requested,
    cases.InfoReceived: info_received,
    cases.Replied: replied,
    cases.ReplyHandled: reply_handled,
    cases.PutOff: put_off,
    cases.Resolved: resolved,
    cases.Confirmed: confirmed,
    cases.Disputed: disputed,
    cases.Reopened: reopened,
    cases.Reclassified: reclassified,
    cases.Unmerged: unmerged,
    cases.Closed: over("closed"),
    cases.Referred: over("referred"),
    cases.Archived: over("archived"),
    cases.Merged: over("merged"),
}
