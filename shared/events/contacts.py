"""`complaint.contacts.v1`: how a person is reached. Key: contact id. Written by intake, read by notifier alone."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from shared.events.fact import Fact, Instant

ContactChannel = Literal["whatsapp", "email", "webhook", "sms"]


class ContactLinked(Fact):
    """This person follows that complaint. ``link`` is the path of the secret page, given to this person alone."""

    TYPE: ClassVar[str] = "contact.linked"
    complaint: UUID
    ticket: str
    role: Literal["reporter", "follower", "helper"]
    channel: ContactChannel
    address: str
    name: str | None = None
    link: str | None = None


class WindowOpened(Fact):
    """The person wrote to us on WhatsApp at ``at``: free text may be sent for 24 hours from then."""

    TYPE: ClassVar[str] = "contact.window_opened"
    at: Instant


class OptedOut(Fact):
    """STOP: no more messages to this contact."""

    TYPE: ClassVar[str] = "contact.opted_out"


class OptedIn(Fact):
    """MULAI: messages again."""

    TYPE: ClassVar[str] = "contact.opted_in"


class ReplyRequested(Fact):
    """Answer this person's message: ``template`` names the text, ``params`` fill it; ``in_reply_to`` is the channel's id."""

    TYPE: ClassVar[str] = "contact.reply_requested"
    template: str
    params: dict[str, str] = Field(default_factory=dict)
    complaint: UUID | None = None
    in_reply_to: str | None = None
    channel: ContactChannel
    address: str


class MessageStatusReported(Fact):
    """The channel reports what became of a message of ours. ``message_id`` is our own id, echoed by the channel."""

    TYPE: ClassVar[str] = "contact.message_status_reported"
    provider_id: str
    message_id: UUID | None = None
    status: Literal["sent", "delivered", "read", "failed"]
    at: Instant
    error_code: int | None = None


class ChannelStateReported(Fact):
    """The platform says whether a channel, or one approved ``template`` of it, may be used.

    Its key is no person's: `channel_key` of the channel and the account. ``reason`` is the platform's own word, ``at`` its time.
    """

    TYPE: ClassVar[str] = "contact.channel_state_reported"
    channel: ContactChannel
    usable: bool
    reason: str
    at: Instant
    template: str | None = None
    language: str | None = None


def channel_key(channel: ContactChannel, account: str) -> UUID:
    """Return the key of the facts about a channel's account: the same one always, so that they keep their order."""
    return uuid5(NAMESPACE_URL, f"urn:tanggap:channel:{channel}:{account}")


class ContactErased(Fact):
    """The person's contact data is erased."""

    TYPE: ClassVar[str] = "contact.erased"
    ERASES: ClassVar[bool] = True
