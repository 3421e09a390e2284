"""The reading of citizens' messages on the chat channels: each becomes a command that takes it into its conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.intake import store
from services.intake.actions.running import RunningIntake
from services.intake.chat.message import ChatMessage
from services.intake.rules.commands import ContactPerson, Hear, Reserved, SourceMessage
from shared.ids import new_id
from shared.pipeline import Claim, Command
from shared.text import tidy

CITIZEN: Final = "citizen"
_MAX_TEXT: Final = 20_000


async def hear_commands(intake: RunningIntake, messages: Sequence[ChatMessage]) -> list[Command]:
    """Return the command of each message, in order, with the complaints that its sender follows now."""
    if not messages:
        return []
    contacts = {key for message in messages for key in _contact_ids(intake, message)}
    known = await intake.contacts.find(contacts)
    hashes = {message.id: _hash(intake, message, message.quotes) for message in messages if message.quotes}
    quotes = await intake.quotes.find(set(hashes.values()))
    tickets = await intake.tickets.take(len(messages))
    return [
        _command(intake, message, ticket, known, quotes.get(hashes.get(message.id, "")))
        for message, ticket in zip(messages, tickets, strict=True)
    ]


def _command(
    intake: RunningIntake,
    message: ChatMessage,
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
        kind=message.kind,
        text=tidy(message.text)[:_MAX_TEXT],
        choice=message.choice,
        pin=message.pin,
        attachments=message.files,
        placeholder=message.placeholder,
        quoted=quoted,
        cases=tuple(about),
        about=about,
        voice=message.voice,
    )
    keys = dict.fromkeys([contact, *ids, *about, *([quoted] if quoted else [])])
    return Command(hear, tuple(keys), CITIZEN, Claim(message.channel, message.id))


def _source(intake: RunningIntake, message: ChatMessage, contact: UUID) -> SourceMessage:
    clock = intake.running.clock
    at = min(clock.at(message.at), clock.now())
    person = ContactPerson(contact, message.channel, message.address, name=message.name)
    return SourceMessage(person, at, _hash(intake, message, message.id))


def _hash(intake: RunningIntake, message: ChatMessage, provider_id: str | None) -> str:
    """Return the keyed hash of an id of the message's channel. Ids of WhatsApp were hashed alone before there were others."""
    told = provider_id or ""
    return intake.identities.provider_hash(told if message.channel == "whatsapp" else f"{message.channel}:{told}")


def _contact_ids(intake: RunningIntake, message: ChatMessage) -> list[UUID]:
    """Return the contact ids by which we may know a sender, the ruling one first."""
    return [intake.identities.contact_id(message.channel, value) for value in message.ids]
