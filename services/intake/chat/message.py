"""One message of a person in the form that the conversation understands, whatever the channel."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.rules.commands import MessageKind
from shared.events.contacts import ContactChannel


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. ``id`` is the channel's own, by which a repeat is recognised.

    ``ids`` are all names by which the channel may know the sender, the ruling one first. ``address`` is where our reply
    goes. ``files`` are the channel's ids or addresses of files. ``label`` is one of MESSAGE_KINDS, under which the
    message is counted.
    """

    channel: ContactChannel
    id: str
    at: datetime
    ids: tuple[str, ...]
    address: str
    kind: MessageKind = "said"
    label: str = "text"
    name: str | None = None
    text: str = ""
    choice: str | None = None
    pin: str | None = None
    files: tuple[str, ...] = ()
    placeholder: str = ""
    voice: bool = False
    quotes: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class UnreadableItem:
    """An item that cannot be read. It is parked with its reason, and the webhook still answers 200."""

    reason: str
    raw: Any = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class ChatBody:
    """All of one webhook body. ``dropped`` holds the label of each item that is only counted."""

    messages: tuple[ChatMessage, ...] = ()
    dropped: tuple[str, ...] = ()
    problems: tuple[UnreadableItem, ...] = ()
