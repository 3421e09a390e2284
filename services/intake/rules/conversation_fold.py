"""The conversation in the fold: what a message or a timer changes in the contact, the complaints and the streams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from services.intake.errors import Behind
from services.intake.rules import appeals, choosing, citizen
from services.intake.rules.commands import ContactPerson, Hear, SourceMessage, Submit
from services.intake.rules.commands_citizen import (
    Appeal,
    Choose,
    Confirm,
    Dispute,
    ObjectToReferral,
    Rate,
    Reply,
    ShareContact,
)
from services.intake.rules.contacts import KEEP_COMPLAINTS, brought_up_to_date, link_complaint, opt, request_reply
from services.intake.rules.context import Context, StateChange
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_draft import due_of, says_what
from services.intake.rules.conversation_draft import pass_time as let_time_pass
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import FileDraft, Heard, OnCase, Opt, Say, Turn
from services.intake.rules.links import MessageLink
from services.intake.rules.suspicions import busy
from services.intake.rules.voice import open_question
from services.intake.state import Complaint, Contact, Conversation, Draft
from shared.events.catalogue import CONTACTS
from shared.events.contacts import CHOICE, WindowOpened
from shared.events.submissions import VOICE_ONLY, ComplaintContent
from shared.pipeline import Change, Out, Tick

_ACTS: Final[dict[type[Any], Any]] = {
    Reply: citizen.reply,
    Confirm: citizen.confirm,
    Dispute: citizen.dispute,
    Appeal: appeals.appeal,
    Rate: citizen.rate,
    Choose: choosing.choose,
    ObjectToReferral: citizen.object_to_referral,
    ShareContact: citizen.share_contact,
}
_NO_WORDS: Final = "(mengirim lampiran)"
_ELSEWHERE: Final = frozenset({"referred", "archived", "merged"})


def hear(context: Context, command: Hear) -> StateChange:
    """Take a message into the conversation of its contact.

    Raises Behind when the command lacks a complaint of the person, and TooManyActs.
    """
    item, person = context.item, command.message.person
    contact = brought_up_to_date(context.states[item.key], person)
    if not set(contact.complaints) <= set(item.keys):
        raise Behind
    others = _other_ids(context, command)
    contact = contact.with_(complaints=_merged(contact, others.values()))
    turn = converse(contact.conversation or Conversation(), _heard(context, command), context.now)
    after = _talked(contact, replace(turn, conversation=turn.conversation.with_(last_at=command.message.at)))
    states: dict[UUID, Complaint | Contact] = {key: other.with_(same_as=item.key) for key, other in others.items()}
    act = next((one for one in turn.acts if isinstance(one, OnCase)), None)
    if act is None:
        said: StateChange = Change(
            states={item.key: after}, events=(Out(CONTACTS, item.key, WindowOpened(at=command.message.at)),)
        )
    else:
        said = _act(context, act, after, command.message)
    known = said.states[item.key]
    return _with_turn(replace(said, states={**states, **said.states}), known, person, turn)


def pass_time(context: Context, _tick: Tick) -> StateChange:
    """Send or forget the draft of a contact whose time has come."""
    contact = context.states[context.item.key]
    if not isinstance(contact, Contact) or contact.conversation is None:
        return Change()
    turn = let_time_pass(contact.conversation, context.now)
    after = _talked(contact, turn)
    person = ContactPerson(context.item.key, contact.channel, contact.address, name=contact.name)
    return _with_turn(Change(states={context.item.key: after}), after, person, turn)


def _talked(contact: Contact, turn: Turn) -> Contact:
    return contact.with_(conversation=turn.conversation, due=due_of(turn.conversation))


def _heard(context: Context, command: Hear) -> Heard:
    """Return the message with the present states of the complaints that it may be about."""
    quoted = _known(context, command, command.quoted) if command.quoted else None
    cases = (_known(context, command, key) for key in command.cases)
    return Heard(
        command.reserved,
        command.message.provider_hash,
        command.kind,
        command.text,
        command.choice,
        command.pin,
        command.attachments,
        command.placeholder,
        command.message.person.name,
        quoted,
        tuple(case for case in cases if case is not None),
        command.voice,
    )


def _known(context: Context, command: Hear, key: UUID) -> KnownComplaint | None:
    found = context.states.get(key)
    # A follower may quote our notice about another person's complaint, and must not speak for its reporter.
    if not isinstance(found, Complaint) or found.erased or context.item.key in found.followers:
        return None
    about = "" if found.state in _ELSEWHERE else command.about.get(key, "")
    if about and found.written is not None:
        about = f"{about} {found.written.text}"
    asked = open_question(found, context.now)
    return KnownComplaint(
        key,
        found.state,
        found.ticket,
        about,
        found.ended_at,
        found.stars is not None,
        found.merged_into,
        asked.text if asked is not None else "",
        _choices(found),
        citizen.allowed_acts(found, context.now) & {"object", "share"},
    )


def _choices(complaint: Complaint) -> tuple[str, ...]:
    """Return the sentences of our question what the complaint is about, while the answer is missing."""
    offer = complaint.offer
    waits = offer is not None and offer.asked_at is not None and offer.chosen is None
    return tuple(one.sentence for one in offer.choices) if offer is not None and waits else ()


def _other_ids(context: Context, command: Hear) -> dict[UUID, Contact]:
    """Return the contacts of the person's other ids that do not lead to this contact yet."""
    complaints = {context.item.key, command.quoted, *command.cases}
    others = {key: context.states[key] or Contact() for key in context.item.keys if key not in complaints}
    return {
        key: other
        for key, other in others.items()
        if isinstance(other, Contact) and not other.erased and other.same_as != context.item.key
    }


def _merged(contact: Contact, others: Iterable[Contact]) -> tuple[UUID, ...]:
    """Return the complaints of the contact after those of the person's other ids, each once."""
    older = (key for other in others for key in other.complaints)
    merged = dict.fromkeys([*(key for key in older if key not in contact.complaints), *contact.complaints])
    return tuple(merged)[-KEEP_COMPLAINTS:]


def _act(context: Context, act: OnCase, contact: Contact, message: SourceMessage) -> StateChange:
    """Carry out the citizen's act on a complaint, with the message that says it."""
    states = {**context.states, context.item.key: contact}
    inner = Context(states, replace(context.item, key=act.case), context.now, context.allowance)
    change: StateChange = _ACTS[type(act.act)](inner, replace(act.act, message=message))
    return change


def _with_turn(change: StateChange, known: Complaint | Contact, person: ContactPerson, turn: Turn) -> StateChange:
    """Return the change with the new complaints, the opt-out and the replies of a turn."""
    contact = known if isinstance(known, Contact) else Contact()
    events, rows, forwards = [*change.events], [*change.rows], [*change.forwards]
    for act in turn.acts:
        if isinstance(act, FileDraft):
            draft = act.draft
            contact, linked = link_complaint(contact, person, draft.key, draft.ticket, draft.link)
            events.append(linked)
            rows += [MessageLink(provider_hash=one, complaint=draft.key) for one in draft.messages]
            signs = busy(contact, draft.key)
            forwards.append((draft.key, replace(_submit(draft, person), suspicions=signs)))
        elif isinstance(act, Opt):
            contact, told = opt(contact, person, act.way)
            events += told
    events += _replies(person, turn.replies)
    return Change({**change.states, person.id: contact}, tuple(events), tuple(rows), tuple(forwards), change.answer)


def _submit(draft: Draft, person: ContactPerson) -> Submit:
    content = ComplaintContent(
        source="WhatsApp",
        text="\n".join(draft.texts) or (VOICE_ONLY if draft.voice else _NO_WORDS),
        class_hint="information" if draft.information else None,
        place=draft.place,
        reporter_name=None if draft.anonim else draft.name,
        anonim=draft.anonim,
    )
    return Submit(
        ticket=draft.ticket,
        link=draft.link,
        channel="whatsapp",
        content=content,
        filed_at=draft.began_at,
        people=(person,),
        attachments=draft.attachments,
        wordless=draft.voice and not any(says_what(text) for text in draft.texts),
    )


def _replies(person: ContactPerson, replies: Sequence[Say]) -> list[Out]:
    """Return the events that ask for our replies. Each choice is a parameter with its id in the name."""
    return [
        request_reply(
            person,
            "reply",
            {"text": one.text, **{f"{CHOICE}{id_}": title for id_, title in one.choices}},
            complaint=one.complaint,
        )
        for one in replies
    ]
