"""Handlers of intake's facts about contacts: addresses, windows, consent, and immediate answers."""

from collections.abc import Mapping
from uuid import UUID

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.cases import with_contact, without_contacts
from services.notifier.rules.context import Context
from services.notifier.rules.notices import STALE, first_news
from services.notifier.rules.rows import EraseMessages, NewNotice, ReportedStatus, Wake
from services.notifier.state import CaseState, ContactState, Link, NotifierState
from services.notifier.texts import known_reply
from shared.events import contacts
from shared.pipeline import Change

ContactChange = Change[NotifierState]


def handle_contact_linked(context: Context, fact: contacts.ContactLinked) -> ContactChange:
    """Keep the address with the contact, and the contact with its complaint, unless the complaint is erased.

    The first message to a follower says that the person follows, and how to stop.
    """
    key, before, case = context.item.key, context.contact, context.states.get(fact.complaint)
    contact = ContactState() if before.erased else before
    link = Link(ticket=fact.ticket, role=fact.role, link=fact.link)
    after = contact.with_(channel=fact.channel, address=fact.address, links={**contact.links, fact.complaint: link})
    changed: dict[UUID, NotifierState] = {key: after}
    if isinstance(case, CaseState) and case.erased:
        return Change(states=changed, rows=(Wake(key),))
    known = case if isinstance(case, CaseState) else CaseState()
    follows = fact.role == "follower" and fact.channel != "webhook"
    changed[fact.complaint] = with_contact(known, fact.ticket, key, follows=follows)
    rows = (Wake(key), first_news(context, fact.complaint)) if follows else (Wake(key),)
    return Change(states=changed, rows=rows)


def handle_contact_unlinked(context: Context, fact: contacts.ContactUnlinked) -> ContactChange:
    """Take the person off the complaint. Nothing more is said to the person about it."""
    key, contact, case = context.item.key, context.contact, context.states.get(fact.complaint)
    links = {one: link for one, link in contact.links.items() if one != fact.complaint}
    changed: dict[UUID, NotifierState] = {key: contact.with_(links=links)}
    if isinstance(case, CaseState):
        changed[fact.complaint] = without_contacts(case, (key,))
    return Change(states=changed)


def handle_window_opened(context: Context, fact: contacts.WindowOpened) -> ContactChange:
    """Keep when the person last wrote. Messages that waited for an approved template may now go out as free text."""
    key, contact = context.item.key, context.contact
    latest = max(contact.window_at, fact.at) if contact.window_at else fact.at
    return Change(states={key: contact.with_(window_at=latest)}, rows=(Wake(key),))


def handle_opted_out(context: Context, _fact: contacts.OptedOut) -> ContactChange:
    """Keep that the person wants no messages."""
    return Change(states={context.item.key: context.contact.with_(opted_out=True)})


def handle_opted_in(context: Context, _fact: contacts.OptedIn) -> ContactChange:
    """Keep that the person wants messages again."""
    return Change(states={context.item.key: context.contact.with_(opted_out=False)})


def handle_message_status_reported(context: Context, fact: contacts.MessageStatusReported) -> ContactChange:
    """Keep a channel's status as a row, which the leader compares with the message's present try."""
    row = ReportedStatus(context.item.id, fact.provider_id, fact.message_id, fact.status, fact.at, fact.error_code)
    return Change(states={context.item.key: context.contact}, rows=(row,))


def handle_reply_requested(context: Context, fact: contacts.ReplyRequested) -> ContactChange:
    """Ask for an immediate answer. The fact holds the address, so that people without a complaint are reached too."""
    item, contact = context.item, context.contact
    params, choices = split_choices(fact.params)
    values: dict[str, object] = {**params, "template": fact.template}
    if choices:
        values["choices"] = choices
    if fact.in_reply_to:
        values["in_reply_to"] = fact.in_reply_to
    if context.now - item.at > STALE:
        values["stale"] = True
    if not known_reply(fact.template):
        values |= {"template": "reply", "text": "", "unknown": fact.template}
    after = contact if contact.erased else contact.with_(channel=fact.channel, address=fact.address)
    notice = NewNotice(
        event=item.id,
        complaint=fact.complaint,
        audience=Audience.CITIZEN,
        kind=NoticeKind.REPLY,
        occurred_at=item.at,
        due=context.now,
        contact=item.key,
        at_once=True,
        values=values,
        traceparent=item.traceparent,
    )
    return Change(states={item.key: after}, rows=(Wake(item.key), notice))


def split_choices(params: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the parameters that fill the text, and the answers to choose from as (id, title)."""
    text = {name: value for name, value in params.items() if not name.startswith(contacts.CHOICE)}
    chosen = [
        (name.removeprefix(contacts.CHOICE), value)
        for name, value in params.items()
        if name.startswith(contacts.CHOICE)
    ]
    return text, chosen


def handle_contact_erased(context: Context, _fact: contacts.ContactErased) -> ContactChange:
    """Keep nothing of the contact but its erasure, and erase its messages."""
    key = context.item.key
    return Change(states={key: ContactState(address="", erased=True)}, rows=(EraseMessages(contact=key),))
