"""The notifier's fold: from a state and a fact or command to the new state, rows and events."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from services.notifier.kinds import Audience, Kind
from services.notifier.rows import Forget, NewNotice, Redo, Row, Settle, StatusSeen, Wake
from services.notifier.rules.platform import channel_state
from services.notifier.rules.remember import linked, remembered
from services.notifier.rules.statuses import settled
from services.notifier.rules.when import OfficeHours, may_go_out
from services.notifier.rules.whom import Telling, tellings
from services.notifier.state import CaseState, ChannelState, ContactState, Link, NotifierState
from services.notifier.wording import known_reply
from shared.events import cases, contacts
from shared.events.fact import Fact
from shared.pipeline import Change, Fold, Item

# Long enough for the whole of a large import to be read.
SUMMARY_AFTER = timedelta(minutes=15)
# A fact that is read this long after it happened is history: its state is kept, but nobody is told.
STALE = timedelta(days=7)

States = Mapping[UUID, NotifierState | None]
After = Change[NotifierState]


def make_fold(hours: OfficeHours) -> Fold[NotifierState]:
    """Return the service's fold with the office's calendar."""
    return partial(fold, hours=hours)


def keys_of(key: UUID, fact: Fact) -> tuple[UUID, ...]:
    """Return the keys whose state ``fact`` may change. A link belongs to both the contact and the complaint."""
    return (key, fact.complaint) if isinstance(fact, contacts.ContactLinked) else (key,)


def fold(states: States, item: Item, now: datetime, *, hours: OfficeHours) -> After:
    """Fold one fact or command. The fold is total: anything that does not concern the notifier changes nothing."""
    state = states.get(item.key)
    match item.data:
        case Settle() as settle:
            return settled(state if isinstance(state, CaseState) else None, item.key, settle)
        case Redo() as redo:
            return Change(rows=(redo,))
        case cases.CaseErased():
            return Change(states={item.key: CaseState(erased=True)}, rows=(Forget(complaint=item.key),))
        case contacts.ContactErased():
            return Change(states={item.key: ContactState(address="", erased=True)}, rows=(Forget(contact=item.key),))
        case contacts.ContactLinked() as fact:
            return _linked(states, item.key, fact)
        case contacts.ReplyRequested() as fact:
            return _reply(state if isinstance(state, ContactState) else ContactState(), item, fact, now)
        case contacts.ChannelStateReported() as fact:
            return channel_state(state if isinstance(state, ChannelState) else ChannelState(), item.key, fact)
        case Fact() as fact if fact.TYPE.startswith("contact."):
            return _contact(state if isinstance(state, ContactState) else ContactState(), item, fact)
        case Fact() as fact if fact.TYPE.startswith(("case.", "deadline.")):
            return _case(state if isinstance(state, CaseState) else CaseState(), item, fact, now, hours)
        case _:
            return Change()


def _case(case: CaseState, item: Item, fact: Fact, now: datetime, hours: OfficeHours) -> After:
    if case.erased:
        return Change()
    after = remembered(case, fact)
    if after.history and after.imported_at is not None and item.at <= after.imported_at:
        summary = _summary(after, item, fact, after.imported_at, hours)
        return Change(states={item.key: after} if after != case else {}, rows=summary)
    told = tellings(after, fact)
    item = _as_imported(item, after)
    rows: list[Row] = []
    for telling in told:
        at_once = telling.own_act or after.urgent
        due = may_go_out(telling.audience, now, hours, at_once=at_once)
        people: tuple[UUID | None, ...] = after.contacts if telling.audience is Audience.CITIZEN else (None,)
        rows += [_notice(item, telling, due, contact, now, at_once=at_once) for contact in people]
    return Change(states={item.key: after} if after != case else {}, rows=tuple(rows))


def _summary(case: CaseState, item: Item, fact: Fact, imported_at: datetime, hours: OfficeHours) -> tuple[Row, ...]:
    """Return the officer's notice about an imported case.

    All notices of one import have the same due time, so that each officer gets one message about all of them.
    """
    if not isinstance(fact, cases.Assigned) or case.quiet:
        return ()
    due = hours.next_open(imported_at + SUMMARY_AFTER)
    telling = Telling(Audience.OFFICER, Kind.TAKEN_OVER, {"opd": fact.opd}, opd=fact.opd)
    return (_notice(_as_imported(item, case), telling, due, None, imported_at, at_once=False),)


def _as_imported(item: Item, case: CaseState) -> Item:
    """Return ``item`` dated no earlier than the case's import, since older facts became news only with the import."""
    return item if case.imported_at is None or item.at >= case.imported_at else replace(item, at=case.imported_at)


def _notice(
    item: Item, telling: Telling, due: datetime, contact: UUID | None, now: datetime, *, at_once: bool
) -> NewNotice:
    values = {name: value for name, value in telling.values.items() if value is not None}
    if now - item.at > STALE:
        values["stale"] = True
    return NewNotice(
        event=item.id,
        complaint=item.key,
        audience=telling.audience,
        kind=telling.kind,
        occurred_at=item.at,
        due=due,
        contact=contact,
        opd=telling.opd,
        at_once=at_once,
        values=values,
    )


def _linked(states: States, key: UUID, fact: contacts.ContactLinked) -> After:
    before, case = states.get(key), states.get(fact.complaint)
    contact = before if isinstance(before, ContactState) and not before.erased else ContactState()
    link = Link(ticket=fact.ticket, role=fact.role, link=fact.link)
    after = contact.with_(channel=fact.channel, address=fact.address, links={**contact.links, fact.complaint: link})
    changed: dict[UUID, NotifierState] = {key: after}
    if not isinstance(case, CaseState) or not case.erased:
        changed[fact.complaint] = linked(case if isinstance(case, CaseState) else CaseState(), fact.ticket, key)
    return Change(states=changed, rows=(Wake(key),))


def _contact(contact: ContactState, item: Item, fact: Fact) -> After:
    match fact:
        case contacts.WindowOpened():
            latest = max(contact.window_at, fact.at) if contact.window_at else fact.at
            # Messages that waited for an approved template may now go out as free text.
            return Change(states={item.key: contact.with_(window_at=latest)}, rows=(Wake(item.key),))
        case contacts.OptedOut():
            return Change(states={item.key: contact.with_(opted_out=True)})
        case contacts.OptedIn():
            return Change(states={item.key: contact.with_(opted_out=False)})
        case contacts.MessageStatusReported():
            seen = StatusSeen(item.id, fact.provider_id, fact.message_id, fact.status, fact.at, fact.error_code)
            return Change(states={item.key: contact}, rows=(seen,))
        case _:
            return Change()


def _reply(contact: ContactState, item: Item, fact: contacts.ReplyRequested, now: datetime) -> After:
    """Ask for an immediate answer. The fact holds the address, so that people without a complaint are reached too."""
    values: dict[str, object] = {**fact.params, "template": fact.template}
    if fact.in_reply_to:
        values["in_reply_to"] = fact.in_reply_to
    if now - item.at > STALE:
        values["stale"] = True
    if not known_reply(fact.template):
        values |= {"template": "reply", "text": "", "unknown": fact.template}
    after = contact if contact.erased else contact.with_(channel=fact.channel, address=fact.address)
    notice = NewNotice(
        event=item.id,
        complaint=fact.complaint,
        audience=Audience.CITIZEN,
        kind=Kind.REPLY,
        occurred_at=item.at,
        due=now,
        contact=item.key,
        at_once=True,
        values=values,
    )
    return Change(states={item.key: after}, rows=(Wake(item.key), notice))
