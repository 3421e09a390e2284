"""The decision what a citizen's WhatsApp message does: the command that each message becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake import store, whatsapp
from services.intake.actions.filing import Filing, submit_commands
from services.intake.actions.running import RunningIntake
from services.intake.rules.commands import (
    CitizenAct,
    Confirm,
    ContactPerson,
    Dispute,
    RecordMessage,
    Reply,
    SourceMessage,
)
from services.intake.rules.destination import Destination, KnownComplaint, destination_of
from services.intake.rules.intents import find_opt, parse_button, wants_anonymity
from shared.events.submissions import ComplaintContent
from shared.phone import number_of_sender
from shared.pipeline import Claim, Command
from shared.text import tidy

CITIZEN: Final = "citizen"
_MAX_TEXT: Final = 20_000
# The words that stand for a message without text, by the message's kind.
_PLACEHOLDERS: Final[Mapping[str, str]] = {
    "image": "(mengirim foto)",
    "video": "(mengirim video)",
    "audio": "(mengirim pesan suara)",
    "document": "(mengirim berkas)",
    "sticker": "(mengirim stiker)",
    "location": "(mengirim lokasi)",
    "contacts": "(mengirim kontak)",
}
_UNREADABLE: Final = "(mengirim pesan yang tidak dapat dibaca di sini)"
# Kinds that say nothing by themselves.
_SILENT: Final = frozenset({"reaction", "system"})
# The states in which a complaint waits for the person who filed it.
_WAITING: Final = frozenset({"resolved", "awaiting_citizen"})


async def message_commands(intake: RunningIntake, messages: Sequence[whatsapp.InboundMessage]) -> list[Command]:
    """Return the command of each message, in order. Each reads the complaints that its sender follows."""
    if not messages:
        return []
    contacts = {key for message in messages for key in _contact_ids(intake, message)}
    known = await store.contact_cases(intake.pool, sorted(contacts))
    hash_of = intake.identities.provider_hash
    quotes = await store.quoted_complaints(intake.pool, [hash_of(one.quotes) for one in messages if one.quotes])
    commands: list[Command] = []
    for message in messages:
        ids = _contact_ids(intake, message)
        contact = next((key for key in ids if key in known), ids[0])
        complaints = [complaint for key in ids for complaint in known.get(key, [])]
        quoted = quotes.get(hash_of(message.quotes)) if message.quotes else None
        commands.append(await _command(intake, message, contact, quoted, complaints))
    return commands


async def _command(
    intake: RunningIntake,
    message: whatsapp.InboundMessage,
    contact: UUID,
    quoted: KnownComplaint | None,
    complaints: Sequence[KnownComplaint],
) -> Command:
    """Return the command of one message, tried in this order: STOP, button, reaction, small talk, reply, new one."""
    source = _source(intake, message, contact)
    text = tidy(message.text or "")[:_MAX_TEXT]
    if opt := find_opt(text):
        return _record(RecordMessage(source, opt, f"opted_{opt}", in_reply_to=message.id), message)
    button = parse_button(message.choice)
    if button is not None:
        act, ticket = button
        named = _target_of_button(ticket, quoted, complaints)
        if named is not None:
            words = text or act
            command: CitizenAct = (
                Confirm("whatsapp", source) if act == "confirm" else Dispute(words, "whatsapp", source)
            )
            return Command(command, (named.key, contact), CITIZEN, _claim(message))
    liked = message.kind == "reaction" and text and quoted and quoted.state == "resolved"
    if message.kind in _SILENT and not liked:
        return _record(RecordMessage(source), message)
    # A button that names a complaint which this person does not have must not decide anything.
    to = _destination("" if button else text, quoted, complaints, intake.running.clock.now())
    if to.talk is not None:
        about = to.cases[0].key if to.cases else None
        template = f"small_{to.talk}" if to.talk != "status" or about else "small_greeting"
        return _record(RecordMessage(source, None, template, in_reply_to=message.id, complaint=about), message)
    if to.cases:
        first, *others = (case.key for case in to.cases)
        words = text or _placeholder(message)
        reply = Reply(words, "whatsapp", source, sure=to.sure and bool(text), others=tuple(others))
        return Command(reply, (first, contact, *others), CITIZEN, _claim(message))
    if not text or button:
        template = "small_greeting" if button else "unsupported"
        return _record(RecordMessage(source, None, template, in_reply_to=message.id), message)
    [command_to_file] = await submit_commands(intake, [_filing(message, source, text)])
    return command_to_file


def _filing(message: whatsapp.InboundMessage, source: SourceMessage, text: str) -> Filing:
    anonim = wants_anonymity(text)
    content = ComplaintContent(
        source="WhatsApp",
        text=text,
        place=_place(message),
        reporter_name=None if anonim else message.name,
        anonim=anonim,
    )
    return Filing(
        channel="whatsapp",
        content=content,
        filed_at=source.at,
        actor=CITIZEN,
        people=(source.person,),
        message=source,
        claim_scope="whatsapp",
        claim_token=message.id,
    )


def _claim(message: whatsapp.InboundMessage) -> Claim:
    return Claim("whatsapp", message.id)


def _record(command: RecordMessage, message: whatsapp.InboundMessage) -> Command:
    return Command(command, (command.message.person.id,), CITIZEN, _claim(message))


def _source(intake: RunningIntake, message: whatsapp.InboundMessage, contact: UUID) -> SourceMessage:
    clock = intake.running.clock
    at = min(clock.at(message.at), clock.now())
    number = number_of_sender(message.wa_id) if message.wa_id else message.user_id or ""
    person = ContactPerson(contact, "whatsapp", number, name=message.name)
    return SourceMessage(person, at, intake.identities.provider_hash(message.id))


def _contact_ids(intake: RunningIntake, message: whatsapp.InboundMessage) -> list[UUID]:
    """Return the contact ids by which we may know a sender: of the platform's user id, then of the phone number."""
    number = number_of_sender(message.wa_id) if message.wa_id else None
    return [intake.identities.contact_id("whatsapp", value) for value in (message.user_id, number) if value]


def _target_of_button(
    ticket: str, quoted: KnownComplaint | None, complaints: Sequence[KnownComplaint]
) -> KnownComplaint | None:
    """Return the complaint that a button names, or None.

    Without a ticket, return the quoted complaint, or the newest one that waits for the person.
    """
    if ticket:
        candidates = (*complaints, *([quoted] if quoted else []))
        return next((one for one in candidates if one.ticket == ticket), None)
    return quoted or next((one for one in complaints if one.state in _WAITING), None)


def _destination(
    text: str, quoted: KnownComplaint | None, complaints: Sequence[KnownComplaint], now: datetime
) -> Destination:
    """Return the destination of a message.

    A message without words belongs to the quoted complaint, or to all complaints that wait for the person.
    """
    if text:
        return destination_of(text, quoted, complaints, now)
    return Destination(cases=(quoted,) if quoted else tuple(one for one in complaints if one.state in _WAITING))


def _placeholder(message: whatsapp.InboundMessage) -> str:
    """Describe a message without words, such as a photo or a location."""
    place = _place(message)
    return f"(mengirim lokasi: {place})" if place else _PLACEHOLDERS.get(message.kind, _UNREADABLE)


def _place(message: whatsapp.InboundMessage) -> str | None:
    place = message.place
    if place is None:
        return None
    return ", ".join(
        part for part in (place.name, place.address, f"{place.latitude:.5f}, {place.longitude:.5f}") if part
    )
