"""The rules for contacts: people and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from services.intake.rules.commands import ContactPerson, RecordMessage, ReportChannel, ReportStatus, SourceMessage
from services.intake.rules.context import Context, StateChange
from services.intake.rules.links import MessageLink
from services.intake.state import Complaint, Contact
from shared.events.catalogue import CONTACTS
from shared.events.contacts import (
    ChannelStateReported,
    ContactLinked,
    MessageStatusReported,
    OptedIn,
    OptedOut,
    ReplyRequested,
    WindowOpened,
)
from shared.pipeline import Change, Out

# A person almost always writes about a recent complaint, so the newest ones are enough.
KEEP_COMPLAINTS: Final = 20


def link_complaint(
    contact: Complaint | Contact | None, person: ContactPerson, complaint: UUID, ticket: str, link: str | None
) -> tuple[Contact, Out]:
    """Return the contact with the complaint added, and the event that links the two."""
    before = brought_up_to_date(contact, person)
    after = before.with_(complaints=(*before.complaints, complaint)[-KEEP_COMPLAINTS:])
    fact = ContactLinked(
        complaint=complaint,
        ticket=ticket,
        role=person.role,
        channel=person.channel,
        address=person.address,
        name=person.name,
        link=link,
    )
    return after, Out(CONTACTS, person.id, fact)


def add_message(
    contact: Complaint | Contact | None, message: SourceMessage, ticket: str, complaint: UUID
) -> tuple[Contact, list[Out]]:
    """Return the contact and events after a message about this complaint.

    The message opens the person's window. The contact starts to follow the complaint, unless it already does.
    """
    after = brought_up_to_date(contact, message.person)
    events = [Out(CONTACTS, message.person.id, WindowOpened(at=message.at))]
    if complaint not in after.complaints:
        after, link = link_complaint(after, message.person, complaint, ticket, None)
        events.append(link)
    return after, events


def record_message(context: Context, command: RecordMessage) -> StateChange:
    """Record a message that is about no complaint: open the window and request the answer."""
    item, person = context.item, command.message.person
    contact = brought_up_to_date(context.states[item.key], person)
    events = [Out(CONTACTS, item.key, WindowOpened(at=command.message.at))]
    if command.template is not None:
        events.append(request_reply(person, command.template, in_reply_to=command.in_reply_to))
    return Change(states={item.key: contact}, events=tuple(events))


def request_reply(
    person: ContactPerson,
    template: str,
    params: Mapping[str, str] | None = None,
    *,
    complaint: UUID | None = None,
    in_reply_to: str | None = None,
) -> Out:
    """Return the event that asks the notifier for an immediate answer to a person."""
    fact = ReplyRequested(
        template=template,
        params=dict(params or {}),
        complaint=complaint,
        in_reply_to=in_reply_to,
        channel=person.channel,
        address=person.address,
    )
    return Out(CONTACTS, person.id, fact)


def opt(contact: Contact, person: ContactPerson, way: Literal["out", "in"]) -> tuple[Contact, list[Out]]:
    """Return the contact and the events after STOP ("out") or MULAI ("in")."""
    fact = OptedOut() if way == "out" else OptedIn()
    return contact.with_(opted_out=way == "out"), [
        Out(CONTACTS, person.id, fact),
        request_reply(person, f"opted_{way}"),
    ]


def report_status(context: Context, command: ReportStatus) -> StateChange:
    """Record the delivery status of a message of ours, and keep its id so that the citizen can quote the message."""
    item, contact = context.item, context.states[context.item.key]
    fact = MessageStatusReported(
        provider_id=command.provider_id,
        message_id=command.message_id,
        status=command.status,
        at=command.at,
        error_code=command.error_code,
    )
    rows = (MessageLink(provider_hash=command.provider_hash, message=command.message_id),) if command.message_id else ()
    kept = contact if isinstance(contact, Contact) else Contact()
    return Change(states={item.key: kept}, events=(Out(CONTACTS, item.key, fact),), rows=rows)


def report_channel(context: Context, command: ReportChannel) -> StateChange:
    """Pass on the platform's statement about the channel or a template. Intake keeps no state of the statement."""
    fact = ChannelStateReported(
        channel="whatsapp",
        usable=command.usable,
        reason=command.reason,
        at=command.at,
        template=command.template,
        language=command.language,
    )
    return Change(events=(Out(CONTACTS, context.item.key, fact),))


def brought_up_to_date(contact: Complaint | Contact | None, person: ContactPerson) -> Contact:
    """Return the person's contact, brought up to date. An erased person who writes again gets a new, empty contact."""
    before = contact if isinstance(contact, Contact) and not contact.erased else Contact()
    return before.with_(channel=person.channel, address=person.address, name=person.name or before.name)
