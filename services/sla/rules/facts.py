"""What each event of a case does to its clocks. A type that is not here, such as a comment, moves none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from services.sla.rules.draft import CLOCKS, Draft
from services.sla.state import Run
from shared.events import cases
from shared.events.fact import Fact

PUT_OFF_AT_MOST = timedelta(days=366)
"""A case put off for longer comes back after a year: nothing is put off for ever."""


def opened(draft: Draft, fact: cases.Opened, at: datetime) -> None:
    """A case to verify; one that had already ended elsewhere has no clock."""
    draft.set(ticket=fact.ticket, channel=fact.channel, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.set(told_from=fact.imported_at, history=fact.history)
    if fact.state == "verification":
        draft.start("verify", at)


def assigned(draft: Draft, fact: cases.Assigned, at: datetime) -> None:
    """Respond starts afresh for each OPD, resolve once, whichever OPD has the case later."""
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


def referred(draft: Draft) -> Run | None:
    """The clock to solve that a referral has ended: once that is undone it goes on, since no transfer starts it anew."""
    last = next((run for run in reversed(draft.case.runs) if run.clock == "resolve"), None)
    return last if last is not None and last.outcome == "referred" else None


def taken_back(draft: Draft, fact: cases.TakenBack, at: datetime) -> None:
    """A wrong assignment, referral or question is undone: like a transfer, and the desk must find another OPD if it has not."""
    draft.end(["respond"], at, "transferred")
    draft.end(["silence"], at, "withdrawn")
    release(draft, at)
    draft.set(opd=None)
    if fact.to is None and draft.case.live("verify") is None:
        draft.start("redispatch", at)


def triaged(draft: Draft, fact: cases.Triaged, at: datetime) -> None:
    """Back before a person after its end: the desk's clock starts again. Else the desk's clock runs already."""
    if fact.reopened:
        draft.end(CLOCKS, at, "reopened")
        draft.set(opd=None)
        draft.start("verify", at)


def accepted(draft: Draft, fact: cases.Accepted, at: datetime) -> None:
    """Taking it up is no answer, unless the OPD had answered where the case comes from."""
    if fact.answered:
        answered(draft, fact.opd, at)


def declined(draft: Draft, fact: cases.Declined, at: datetime) -> None:
    """Back to the desk, which must find another OPD; what the OPD had put off counts again."""
    draft.end(["respond"], at, "declined")
    release(draft, at)
    draft.set(opd=None)
    draft.start("redispatch", at)


def progressed(draft: Draft, fact: cases.Progressed, at: datetime) -> None:
    """The first public word of the OPD is its answer; internal ones are none."""
    if fact.public:
        answered(draft, fact.opd, at)


def info_requested(draft: Draft, fact: cases.InfoRequested, at: datetime) -> None:
    """The OPD's question is an answer too; all clocks wait for the citizen, whose silence is counted.

    What another system asked is answered there: it counts the silence, and whoever asked there may not have been the OPD.
    """
    if fact.asked_in is not None:
        draft.halt("waiting", at)
        return
    if fact.opd is not None:
        answered(draft, fact.opd, at)
    draft.halt("waiting", at)
    draft.start("silence", at, "info_requested")


def info_received(draft: Draft, fact: cases.InfoReceived, at: datetime) -> None:
    """The citizen answered; where silence had ended the case meanwhile, the clocks of its state start anew."""
    draft.meet("silence", at)
    draft.release("waiting", at)
    if fact.again:
        _start_of(draft, fact.state, at)


def replied(draft: Draft, fact: Fact, at: datetime) -> None:
    """The citizen spoke on an answered case: no silence runs until a person has acted."""
    draft.meet("silence", at)


def reply_handled(draft: Draft, fact: cases.ReplyHandled, at: datetime) -> None:
    """A person asks anew, and the silence starts in full; another outcome has its own event."""
    if fact.outcome == "asked":
        draft.start("silence", at, "resolved")


def put_off(draft: Draft, fact: cases.PutOff, at: datetime) -> None:
    """Put off to a date: time counts again from the beginning of that date; a date that has begun ends what was put off."""
    table = draft.reckoner.table
    midnight = datetime(fact.until.year, fact.until.month, fact.until.day, tzinfo=table.zone)
    until = min(midnight, at + PUT_OFF_AT_MOST)
    if until > at:
        draft.halt("put_off", at, until)
    else:
        draft.release("put_off", at)


def resolved(draft: Draft, fact: cases.Resolved, at: datetime) -> None:
    """Answered and solved; now it is the citizen's turn."""
    answered(draft, fact.opd, at)
    draft.meet("resolve", at)
    draft.end([clock for clock in CLOCKS if clock != "silence"], at, "resolved")
    release(draft, at)
    draft.start("silence", at, "resolved")


def confirmed(draft: Draft, fact: Fact, at: datetime) -> None:
    """The citizen agrees: no silence."""
    draft.meet("silence", at)


def disputed(draft: Draft, fact: cases.Disputed, at: datetime) -> None:
    """The citizen does not agree: no silence either, and one more against the OPD."""
    draft.meet("silence", at)
    draft.set(disputes=draft.case.disputes + 1)
    draft.disputed_at = at


def reopened(draft: Draft, fact: cases.Reopened, at: datetime) -> None:
    """A new round: respond and resolve again in full."""
    draft.end(CLOCKS, at, "reopened")
    release(draft, at)
    draft.set(opd=fact.opd, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.start("respond", at)
    draft.start("resolve", at)


def reclassified(draft: Draft, fact: cases.Reclassified, at: datetime) -> None:
    """Another class, priority or topic: every live clock anew from its original start."""
    draft.set(class_=fact.class_, priority=fact.priority, topic=fact.topic)


def unmerged(draft: Draft, fact: cases.Unmerged, at: datetime) -> None:
    """On its own again: the clocks of the state it returns to start anew."""
    release(draft, at)
    draft.set(opd=fact.opd)
    _start_of(draft, fact.state, at)
    if fact.state == "awaiting_citizen":
        draft.halt("waiting", at)
        draft.start("silence", at, "info_requested")
    elif fact.state == "resolved":
        draft.start("silence", at, "resolved")


def _start_of(draft: Draft, state: str, at: datetime) -> None:
    """Start the clocks that run in a state: of the desk, or of the OPD that has the case."""
    if draft.case.opd is None and state in {"verification", "awaiting_citizen"}:
        draft.start("verify", at)
    elif state in {"assigned", "in_progress", "awaiting_citizen"}:
        draft.start("respond", at)
        draft.start("resolve", at)


def over(why: str) -> Callable[[Draft, Fact, datetime], None]:
    """The case ended: every clock with it."""

    def ended(draft: Draft, fact: Fact, at: datetime) -> None:
        draft.end(CLOCKS, at, why)
        release(draft, at)

    return ended


def answered(draft: Draft, opd: str, at: datetime) -> None:
    """The respond clock of that OPD stops; a later word never counts over the first."""
    run = draft.case.live("respond")
    if run is not None and run.opd == opd:
        draft.meet("respond", at)


def release(draft: Draft, at: datetime) -> None:
    """Nothing is waited for any more."""
    draft.release("waiting", at)
    draft.release("put_off", at)


HANDLERS: dict[type[Fact], Callable[[Draft, Any, datetime], None]] = {
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
