"""The rule that erases a complaint."""

from __future__ import annotations

from uuid import UUID

from services.intake.errors import Behind
from services.intake.rules.commands import Erase
from services.intake.rules.context import Context, StateChange
from services.intake.rules.following import let_go, without
from services.intake.rules.links import DeleteMessageLinks
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.events.catalogue import CONTACTS, SUBMISSIONS
from shared.events.contacts import ContactErased
from shared.events.submissions import SubmissionErased
from shared.pipeline import Change, Out


def erase(context: Context, _command: Erase) -> StateChange:
    """Blank the complaint, and erase each of its contacts and followers that has and follows no other complaint.

    The ticket, channel, times and state stay, with one timeline entry. Raises NothingHere without such a complaint,
    and Behind when somebody began to follow it after its keys were read.
    """
    complaint, item = context.complaint, context.item
    if complaint.erased:
        return Change(answer={"ticket": complaint.ticket, "erased": True})
    if not set(complaint.followers) <= set(item.keys):
        raise Behind
    blank = Complaint(
        ticket=complaint.ticket,
        channel=complaint.channel,
        received_at=complaint.received_at,
        filed_at=complaint.filed_at,
        external_system=complaint.external_system,
        state=complaint.state,
        erased=True,
        timeline=(TimelineEntry(at=item.at, what="erased"),),
    )
    changed: dict[UUID, Complaint | Contact] = {item.key: blank}
    events = [Out(SUBMISSIONS, item.key, SubmissionErased())]
    for key in (*complaint.contacts, *complaint.followers):
        contact = context.states.get(key)
        if isinstance(contact, Contact) and not contact.erased:
            others = without(contact.complaints, item.key)
            if others or without(contact.following, item.key):
                changed[key], told = let_go(contact, key, item.key)
                events += told
            else:
                changed[key] = Contact(channel=contact.channel, opted_out=contact.opted_out, erased=True)
                events.append(Out(CONTACTS, key, ContactErased()))
    return Change(
        states=changed,
        events=tuple(events),
        rows=(DeleteMessageLinks((item.key,)),),
        answer={"ticket": complaint.ticket, "erased": True},
    )
