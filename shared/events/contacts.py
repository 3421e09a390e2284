"""`complaint.contacts.v1`: the ways to reach a person. Key: contact id. Written by intake, read by notifier only."""

from __future__ import annotations

from typing import ClassVar, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from shared.events.fact import Fact, Instant

# A reader refuses a channel that it does not know, so every reader learns a new one before intake writes it.
ContactChannel = Literal["whatsapp", "email", "webhook", "sms", "instagram"]
# A parameter of a requested reply whose name begins with this is an answer to choose from: its id, with its title.
CHOICE: Final = "choice:"


class ContactLinked(Fact):
    """A person follows a complaint. ``link`` is the path of the secret page, given to this person only."""

    TYPE: ClassVar[str] = "contact.linked"
    complaint: UUID
    ticket: str
    role: Literal["reporter", "follower", "helper"]
    channel: ContactChannel
    address: str
    name: str | None = None
    link: str | None = None


class ContactUnlinked(Fact):
    """A person follows a complaint no longer. Nothing more is said to the person about it."""

    TYPE: ClassVar[str] = "contact.unlinked"
    complaint: UUID


class WindowOpened(Fact):
    """The person wrote to us on a chat channel at ``at``.

    WhatsApp and Instagram let us send free text for 24 hours from then.
    """

    TYPE: ClassVar[str] = "contact.window_opened"
    at: Instant


class OptedOut(Fact):
    """The person wrote STOP. No more messages go to this contact."""

    TYPE: ClassVar[str] = "contact.opted_out"


class OptedIn(Fact):
    """The person wrote MULAI. Messages go to this contact again."""

    TYPE: ClassVar[str] = "contact.opted_in"


class ReplyRequested(Fact):
    """A person's message needs a reply. ``template`` names the text, and ``params`` fill it.

    ``in_reply_to`` is the channel's id of the person's message.
    """

    TYPE: ClassVar[str] = "contact.reply_requested"
    template: str
    params: dict[str, str] = Field(default_factory=dict)
    complaint: UUID | None = None
    in_reply_to: str | None = None
    channel: ContactChannel
    address: str


class MessageStatusReported(Fact):
    """The channel reported the status of a message of ours. ``message_id`` is our own id, echoed by the channel."""

    TYPE: ClassVar[str] = "contact.message_status_reported"
    provider_id: str
    message_id: UUID | None = None
    status: Literal["sent", "delivered", "read", "failed"]
    at: Instant
    error_code: int | None = None


class ChannelStateReported(Fact):
    """The platform said whether a channel, or one approved ``template`` of it, may be used.

    The key belongs to no person: it is the `channel_key` of the channel and the account. ``reason`` is the platform's
    own word, ``at`` its time.
    """

    TYPE: ClassVar[str] = "contact.channel_state_reported"
    channel: ContactChannel
    usable: bool
    reason: str
    at: Instant
    template: str | None = None
    language: str | None = None


def channel_key(channel: ContactChannel, account: str) -> UUID:
    """Return the key of the facts about a channel's account.

    It is always the same, so that the facts keep their order.
    """
    return uuid5(NAMESPACE_URL, f"urn:tanggap:channel:{channel}:{account}")


class ContactErased(Fact):
    """The person's contact data was erased."""

    TYPE: ClassVar[str] = "contact.erased"
    ERASES: ClassVar[bool] = True
