"""The reader of one SMS as a gateway posts it: a form whose parameter names are settings, for gateways differ."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.bounds import heard_at
from shared.clean import clean_text
from shared.phone import NotAWhatsAppNumber, whatsapp_number

from .message import ChatMessage
from .values import Unreadable

# Unix times from here on are in milliseconds: the same number of seconds lies beyond the year 5000.
_MILLISECONDS: Final = 100_000_000_000


@dataclass(frozen=True, slots=True)
class SmsFields:
    """The names of the parameters in a gateway's form."""

    sender: str
    text: str
    id: str
    time: str


class NotAMobileNumber(ValueError):
    """Nobody can be answered at this sender. ``label`` is one of MESSAGE_KINDS."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def read_sms(form: Mapping[str, str], fields: SmsFields, now: datetime) -> ChatMessage:
    """Return the message of a form. ``now`` is wall time, and stands for a time that cannot be read.

    Raise NotAMobileNumber for a landline, a short code or a name, and Unreadable without sender or id.
    """
    sender, own = form.get(fields.sender, "").strip(), form.get(fields.id, "").strip()
    if not sender or not own:
        raise Unreadable("no sender" if not sender else "no id")
    number = _mobile(sender)
    text = clean_text(form.get(fields.text, ""))
    return ChatMessage(
        "sms",
        own[:200],
        _sent_at(form.get(fields.time, "").strip(), now),
        (number,),
        number,
        text=text,
        kind="said" if text.strip() else "silent",
        raw={name: form[name] for name in (fields.sender, fields.text, fields.id, fields.time) if name in form},
    )


def signed_by(body: bytes, given: str, secrets: Sequence[str]) -> bool:
    """Return whether ``given`` is the HMAC-SHA256 of the body in hexadecimal, by one of the secrets."""
    told = given.strip().lower().removeprefix("sha256=").encode(errors="replace")
    held = False
    for secret in secrets:
        made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
        held |= hmac.compare_digest(made, told)
    return held


def is_secret(given: str, secrets: Sequence[str]) -> bool:
    """Return whether ``given`` is one of the secrets."""
    held = False
    for secret in secrets:
        held |= hmac.compare_digest(secret.encode(), given.encode(errors="replace"))
    return held


def _mobile(sender: str) -> str:
    try:
        return whatsapp_number(sender)
    except NotAWhatsAppNumber as wrong:
        raise NotAMobileNumber("landline" if wrong.why == "landline" else "no_number") from wrong


def _sent_at(written: str, now: datetime) -> datetime:
    """Return the time of sending, or ``now`` if it cannot be read or cannot be true."""
    try:
        if written.isascii() and written.isdigit():
            number = int(written)
            at = datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
        else:
            at = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return now
    # A time without its offset could be eight hours wrong.
    return heard_at(at, now) if at.tzinfo is not None else now
