"""The readers of one message, one status and one error of a webhook body."""

import json
from typing import Any, Final

from services.intake.chat.values import Unreadable, instant, mapping, sequence, words

from .model import MEDIA_TYPES, DeliveryError, DeliveryStatus, InboundMessage, Media, SharedLocation

# The most bytes of a form that are read, and the most fields that become words.
_LARGEST_FORM: Final = 100_000
_MOST_FIELDS: Final = 100
# The most contact cards of a message, and the most numbers of a card.
_MOST_CARDS: Final = 10


def message(item: Any, people: dict[str, dict[str, Any]], number: str | None) -> InboundMessage:
    """Return one message. ``people`` are the body's contacts by id. Raise Unreadable without id, sender or time."""
    fields = mapping(item)
    message_id = words(fields.get("id"))
    if not message_id:
        raise Unreadable("no id")
    wa_id, user_id = words(fields.get("from")), words(fields.get("from_user_id"))
    person = people.get(user_id or "-") or people.get(wa_id or "-") or ({} if wa_id or user_id else people.get("", {}))
    user_id = user_id or words(person.get("user_id"))
    wa_id = wa_id or words(person.get("wa_id"))
    if not (user_id or wa_id):
        raise Unreadable("no sender")
    kind = words(fields.get("type")) or "unknown"
    content = mapping(fields.get(kind))
    text, choice = _words_of(kind, content, fields)
    return InboundMessage(
        id=message_id,
        kind=kind,
        contact=user_id or wa_id or "",
        at=instant(fields.get("timestamp")),
        user_id=user_id,
        wa_id=wa_id,
        name=words(mapping(person.get("profile")).get("name")),
        text=text,
        choice=choice,
        quotes=words(mapping(fields.get("context")).get("id")) or _acted_upon(kind, content),
        media=_media(kind, content),
        place=_place(kind, content),
        phone_number_id=number,
        new_wa_id=words(content.get("wa_id")) or words(content.get("new_wa_id")) if kind == "system" else None,
        new_user_id=words(content.get("user_id")) or words(content.get("new_user_id")) if kind == "system" else None,
        form=kind == "interactive" and words(content.get("type")) == "nfm_reply",
        in_group=bool(words(fields.get("group_id"))),
        raw=fields,
    )


def _words_of(kind: str, content: dict[str, Any], fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the text of a message and, for a button or a list, the id of the choice."""
    if kind == "text":
        return words(content.get("body")), None
    if kind in MEDIA_TYPES:
        return words(content.get("caption")), None
    if kind == "button":
        return words(content.get("text")), words(content.get("payload"))
    if kind == "interactive":
        reply = mapping(content.get(words(content.get("type")) or ""))
        if words(content.get("type")) == "nfm_reply":
            return _form(reply), None
        return words(reply.get("title")), words(reply.get("id"))
    if kind == "location":
        return words(content.get("name")) or words(content.get("address")), None
    if kind == "reaction":
        return words(content.get("emoji")), None
    if kind == "edit":
        edited = mapping(content.get("message"))
        inner = words(edited.get("type")) or "text"
        return _words_of(inner, mapping(edited.get(inner)), edited) if inner != "edit" else (None, None)
    if kind == "contacts":
        return _cards(fields), None
    if kind == "system":
        return words(content.get("body")), None
    return words(mapping(fields.get("text")).get("body")), None


def _cards(fields: dict[str, Any]) -> str | None:
    """Return the contact cards of a message as words, a line for each: the name and the numbers."""
    told = []
    for card in map(mapping, sequence(fields.get("contacts"))[:_MOST_CARDS]):
        numbers = [words(mapping(phone).get("phone")) for phone in sequence(card.get("phones"))[:_MOST_CARDS]]
        said = [words(mapping(card.get("name")).get("formatted_name")), *numbers]
        told.append(", ".join(filter(None, said)))
    return "\n".join(f"Kontak: {said}" for said in told if said) or None


def _form(reply: dict[str, Any]) -> str | None:
    """Return a filled-in form as words, a line for each field. The token that names the form says nothing."""
    written = words(reply.get("response_json")) or ""
    try:
        fields = json.loads(written) if len(written) <= _LARGEST_FORM else {}
    except (ValueError, RecursionError):
        fields = {}
    told = [
        f"{name}: {said}"
        for name, value in list(mapping(fields).items())[:_MOST_FIELDS]
        if name != "flow_token" and (said := _said(value))
    ]
    return "\n".join(told) or words(reply.get("body"))


def _said(value: Any) -> str:
    """Return a field's value as words. A list is said with commas, and an object inside is left out."""
    if isinstance(value, list):
        return ", ".join(said for said in map(_said, value) if said)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _acted_upon(kind: str, content: dict[str, Any]) -> str | None:
    """Return the id of the message that a reaction, an edit or a deletion is about."""
    if kind == "reaction":
        return words(content.get("message_id"))
    return words(content.get("original_message_id")) if kind in ("edit", "revoke") else None


def _media(kind: str, content: dict[str, Any]) -> tuple[Media, ...]:
    media_id = words(content.get("id"))
    if kind not in MEDIA_TYPES or not media_id:
        return ()
    return (
        Media(
            id=media_id,
            kind=kind,
            mime_type=words(content.get("mime_type")),
            sha256=words(content.get("sha256")),
            filename=words(content.get("filename")),
            voice=content.get("voice") is True,
        ),
    )


def _place(kind: str, content: dict[str, Any]) -> SharedLocation | None:
    if kind != "location":
        return None
    try:
        latitude, longitude = float(content["latitude"]), float(content["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return SharedLocation(latitude, longitude, words(content.get("name")), words(content.get("address")))


def status(item: Any, number: str | None = None) -> DeliveryStatus:
    """Return one delivery status of a message from our ``number``. Raise Unreadable without id, status or time."""
    fields = mapping(item)
    message_id, status = words(fields.get("id")), words(fields.get("status"))
    if not message_id or not status:
        raise Unreadable("no id" if not message_id else "no status")
    return DeliveryStatus(
        id=message_id,
        status=status,
        at=instant(fields.get("timestamp")),
        recipient=words(fields.get("recipient_user_id")) or words(fields.get("recipient_id")),
        callback_data=words(fields.get("biz_opaque_callback_data")),
        phone_number_id=number,
        errors=tuple(errors_of(fields)),
    )


def errors_of(holder: dict[str, Any]) -> list[DeliveryError]:
    """Return the errors of a status or of a whole value. An entry without a number is left out."""
    found = []
    for item in sequence(holder.get("errors")):
        fields = mapping(item)
        code = fields.get("code")
        if isinstance(code, int):
            found.append(DeliveryError(code, words(fields.get("title")) or ""))
    return found
