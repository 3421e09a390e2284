"""The clocks of a case that opens, comes back to triage, or gets another class, priority or topic."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.rules.draft import CLOCKS
from services.sla.rules.halts import release
from services.sla.rules.information import start_anew
from services.sla.state import CaseClocks
from shared.events import cases
from shared.pipeline import Change
from shared.reference import region_of


def open_case(context: Context, fact: cases.Opened) -> Change[CaseClocks]:
    """Start the clock to verify. A case that had already ended in another system starts no clock."""
    draft = context.draft()
    draft.set(ticket=fact.ticket, channel=fact.channel, class_=fact.class_, priority=fact.priority, topic=fact.topic)
    draft.set(region=region_of(fact.place_code))
    draft.set(told_from=fact.imported_at, history=fact.history)
    if fact.state == "verification":
        draft.start("verify")
    return draft.change()


def return_to_triage(context: Context, fact: cases.Triaged) -> Change[CaseClocks]:
    """Start `verify` again if the case had ended and came back to a person.

    Otherwise the desk's clock is running already.
    """
    draft = context.draft()
    if fact.reopened:
        draft.note_after(reopened=True)
        draft.end(CLOCKS, "reopened")
        draft.set(opd=None)
        draft.start("verify")
    return draft.change()


def reclassify(context: Context, fact: cases.Reclassified) -> Change[CaseClocks]:
    """Set another class, priority or topic.

    `ClockDraft.change` then computes every live run anew from its original start. To become an information request, or
    to be one no more, changes the start of `resolve`, so its run ends and another one begins. The time of an
    information request cannot be put off.
    """
    draft = context.draft()
    other = (draft.case.class_ == "information") != (fact.class_ == "information")
    draft.set(class_=fact.class_, priority=fact.priority, topic=fact.topic)
    # A writer of an older release names no code.
    if fact.place_code is not None:
        draft.set(region=region_of(fact.place_code))
    if other:
        release(draft, "put_off")
        start_anew(draft)
    return draft.change()
