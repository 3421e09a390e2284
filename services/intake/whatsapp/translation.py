"""The translation of WhatsApp's messages into the form that all chat channels share."""

from collections.abc import Mapping
from typing import Final

from services.intake.chat.message import ChatMessage
from services.intake.rules.commands import MessageKind
from shared.events.submissions import VOICE_ONLY
from shared.phone import number_of_sender

from .model import InboundMessage

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
_LABELS: Final[Mapping[str, str]] = {
    "text": "text",
    "image": "file",
    "video": "file",
    "audio": "file",
    "document": "file",
    "sticker": "sticker",
    "location": "place",
    "contacts": "contacts",
    "interactive": "choice",
    "button": "choice",
    "reaction": "reaction",
    "edit": "edit",
    "revoke": "deletion",
    "system": "system",
    "unsupported": "unreadable",
}


def as_chat(message: InboundMessage) -> ChatMessage:
    """Return the message in the form of all channels."""
    wa_id = message.new_wa_id or message.wa_id
    place = _place(message)
    placeholder = f"(mengirim lokasi: {place})" if place else _PLACEHOLDERS.get(message.kind, _UNREADABLE)
    return ChatMessage(
        channel="whatsapp",
        id=message.id,
        at=message.at,
        ids=_ids(message),
        address=number_of_sender(wa_id) if wa_id else message.new_user_id or message.user_id or "",
        kind=_kind(message),
        label="form" if message.form else _LABELS.get(message.kind, "other"),
        name=message.name,
        text=(message.text or "") if message.kind != "location" else "",
        choice=message.choice,
        pin=place,
        files=tuple(media.id for media in message.media if media.kind != "sticker"),
        placeholder=placeholder,
        voice=message.kind == "audio",
        quotes=message.quotes,
        raw=message.raw,
    )


def _ids(message: InboundMessage) -> tuple[str, ...]:
    """Return the ids by which we may know a sender: the platform's user ids, then the phone numbers."""
    numbers = [number_of_sender(wa_id) for wa_id in (message.wa_id, message.new_wa_id) if wa_id]
    return tuple(value for value in (message.user_id, message.new_user_id, *numbers) if value)


def _kind(message: InboundMessage) -> MessageKind:
    known = _KINDS.get(message.kind)
    if known is not None:
        return known
    readable = message.text or message.media or message.place or message.choice
    return "said" if readable else "unreadable"


def _place(message: InboundMessage) -> str | None:
    place = message.place
    if place is None:
        return None
    return ", ".join(
        part for part in (place.name, place.address, f"{place.latitude:.5f}, {place.longitude:.5f}") if part
    )
