"""The reading of citizens' WhatsApp messages: each becomes a command that takes it into its conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.intake import store, whatsapp
from services.intake.actions.running import RunningIntake
from services.intake.rules.commands import ContactPerson, Hear, MessageKind, Reserved, SourceMessage
from shared.events.submissions import VOICE_ONLY
from shared.ids import new_id
from shared.phone import number_of_sender
from shared.pipeline import Claim, Command
from shared.text import tidy

CITIZEN: Final = "citizen"
_MAX_TEXT: Final = 20_000
# The words that stand for a message without text, by the message's kind.
_PLACEHOLDERS: Final[Mapping[str, str]] = {
    "image": "(mengirim foto)",
    "video": "(mengirim video)",
    "audio": VOICE_ONLY,
    "document": "(mengirim berkas)",
    "sticker": "(mengirim stiker)",
    "location": "(mengirim lokasi)",
    "contacts": "(mengirim kontak)",
}
_UNREADABLE: Final = "(mengirim pesan yang tidak dapat dibaca di sini)"
# The kinds of messages that are not simply said. A deletion and a change of number say nothing to be answered.
_KINDS: Final[Mapping[str, MessageKind]] = {
    "sticker": "sticker",
    "reaction": "reaction",
    "system": "silent",
    "revoke": "silent",
}


async def hear_commands(intake: RunningIntake, messages: Sequence[whatsapp.InboundMessage]) -> list[Command]:
    """Return the command of each message, in order, with the complaints that its sender follows now."""
    if not messages:
        return []
    contacts = {key for message in messages for key in _contact_ids(intake, message)}
    known = await store.known_contacts(intake.pool, sorted(contacts))
    hash_of = intake.identities.provider_hash
    quotes = await store.quoted_complaints(intake.pool, [hash_of(one.quotes) for one in messages if one.quotes])
    tickets = await intake.tickets.take(len(messages))
    return [
        _command(intake, message, ticket, known, quotes.get(hash_of(message.quotes)) if message.quotes else None)
        for message, ticket in zip(messages, tickets, strict=True)
    ]


def _command(
    intake: RunningIntake,
    message: whatsapp.InboundMessage,
    ticket: str,
    known: Mapping[UUID, store.KnownContact],
    quoted: UUID | None,
) -> Command:
    ids = _contact_ids(intake, message)
    contact = next((known[key].main for key in ids if key in known), ids[0])
    about = {case: text for key in ids if key in known for case, text in known[key].cases.items()}
    source = _source(intake, message, contact)
    complaint = new_id()
    hear = Hear(
        source,
        Reserved(complaint, ticket, intake.identities.path(complaint, ticket), source.at),
        kind=_kind(message),
        text=tidy(message.text or "")[:_MAX_TEXT] if message.kind != "location" else "",
        choice=message.choice,
        pin=_place(message),
        attachments=tuple(media.id for media in message.media if media.kind != "sticker"),
        placeholder=_placeholder(message),
        quoted=quoted,
        cases=tuple(about),
        about=about,
        voice=message.kind == "audio",
    )
    keys = dict.fromkeys([contact, *ids, *about, *([quoted] if quoted else [])])
    return Command(hear, tuple(keys), CITIZEN, Claim("whatsapp", message.id))


def _kind(message: whatsapp.InboundMessage) -> MessageKind:
    known = _KINDS.get(message.kind)
    if known is not None:
        return known
    readable = message.text or message.media or message.place or message.choice
    return "said" if readable else "unreadable"


def _source(intake: RunningIntake, message: whatsapp.InboundMessage, contact: UUID) -> SourceMessage:
    clock = intake.running.clock
    at = min(clock.at(message.at), clock.now())
    wa_id = message.new_wa_id or message.wa_id
    number = number_of_sender(wa_id) if wa_id else message.user_id or ""
    person = ContactPerson(contact, "whatsapp", number, name=message.name)
    return SourceMessage(person, at, intake.identities.provider_hash(message.id))


def _contact_ids(intake: RunningIntake, message: whatsapp.InboundMessage) -> list[UUID]:
    """Return the contact ids by which we may know a sender: of the platform's user id, then of the phone numbers."""
    numbers = [number_of_sender(wa_id) for wa_id in (message.wa_id, message.new_wa_id) if wa_id]
    return [intake.identities.contact_id("whatsapp", value) for value in (message.user_id, *numbers) if value]


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
