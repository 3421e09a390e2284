"""The rules for filing a complaint and for erasing one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.intake.errors import NothingHere
from services.intake.rules.commands import Erase, Submit
from services.intake.rules.contacts import linked
from services.intake.rules.external import digests_of
from services.intake.rules.links import DeleteMessageLinks, MessageLink
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.bounds import heard_at
from shared.events.catalogue import CONTACTS, SUBMISSIONS
from shared.events.contacts import ContactErased, WindowOpened
from shared.events.submissions import SubmissionErased, Submitted
from shared.pipeline import Change, Item, Out

States = Mapping[UUID, Complaint | Contact | None]


def submit(states: States, item: Item, command: Submit) -> Change[Complaint | Contact]:
    """Create the complaint, link its people as contacts and answer with its ticket."""
    external, filed_at = command.external, heard_at(command.filed_at, item.at)
    complaint = Complaint(
        ticket=command.ticket,
        channel=command.channel,
        source=command.source,
        owner=command.owner,
        filed_at=filed_at,
        received_at=item.at,
        anonim=command.anonim,
        rahasia=command.rahasia,
        contacts=tuple(person.id for person in command.people),
        external_system=external.system if external else None,
        external_status=external.status_text if external else None,
        timeline=(TimelineEntry(at=filed_at, what="submitted", params={"channel": command.channel}),),
    )
    submitted = Submitted(
        ticket=command.ticket,
        channel=command.channel,
        source=command.source,
        text=command.text,
        title=command.title,
        place=command.place,
        topic=command.topic,
        class_hint=command.class_hint,
        reporter_name=command.reporter_name,
        anonim=command.anonim,
        rahasia=command.rahasia,
        contacts=complaint.contacts,
        filed_at=filed_at,
        external=external,
    )
    if external is not None and external.imported_at is not None:
        complaint = complaint.with_(source_digests=digests_of(submitted))
    changed: dict[UUID, Complaint | Contact] = {item.key: complaint}
    events = [Out(SUBMISSIONS, item.key, submitted)]
    for person in command.people:
        before = changed.get(person.id, states.get(person.id))
        changed[person.id], event = linked(before, person, item.key, command.ticket, command.link)
        events.append(event)
    rows: tuple[MessageLink, ...] = ()
    if command.heard is not None:
        events.append(Out(CONTACTS, command.heard.person.id, WindowOpened(at=command.heard.at)))
        rows = (MessageLink(provider_hash=command.heard.provider_hash, complaint=item.key),)
    return Change(states=changed, events=tuple(events), rows=rows, answer={"ticket": command.ticket})


def erase(states: States, item: Item, _command: Erase) -> Change[Complaint | Contact]:
    """Blank the complaint, and erase each of its contacts that follows no other complaint.

    The ticket, channel, times and state stay, with one timeline entry. Raises NothingHere without such a complaint.
    """
    complaint = states[item.key]
    if not isinstance(complaint, Complaint):
        raise NothingHere
    if complaint.erased:
        return Change(answer={"ticket": complaint.ticket, "erased": True})
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
    for key in complaint.contacts:
        contact = states.get(key)
        if isinstance(contact, Contact) and not contact.erased:
            others = tuple(other for other in contact.complaints if other != item.key)
            if others:
                changed[key] = contact.with_(complaints=others)
            else:
                changed[key] = Contact(channel=contact.channel, opted_out=contact.opted_out, erased=True)
                events.append(Out(CONTACTS, key, ContactErased()))
    return Change(
        states=changed,
        events=tuple(events),
        rows=(DeleteMessageLinks((item.key,)),),
        answer={"ticket": complaint.ticket, "erased": True},
    )
