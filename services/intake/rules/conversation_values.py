"""The values of a conversation: what a person said, what we answer, and what is to be done. No channel shows in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.intake.rules.commands import MessageKind, Reserved
from services.intake.rules.commands_citizen import MessageAct
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.state import Conversation, Draft

# The id and the title of an answer to choose from.
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a person. ``cases`` are the person's complaints, newest first; ``quoted`` is the one it quotes.

    ``placeholder`` stands for the words of a message that has none. ``hash`` identifies the message. ``voice``: it is a
    voice note.
    """

    reserved: Reserved
    hash: str
    kind: MessageKind = "said"
    text: str = ""
    choice: str | None = None
    pin: str | None = None
    attachments: tuple[str, ...] = ()
    placeholder: str = ""
    name: str | None = None
    quoted: KnownComplaint | None = None
    cases: tuple[KnownComplaint, ...] = ()
    voice: bool = False

    @property
    def carries(self) -> bool:
        """Return whether the message brings a file or a pin. Its words alone are then not the whole message."""
        return bool(self.attachments) or self.pin is not None


@dataclass(frozen=True, slots=True)
class Say:
    """A reply: a text, the answers to choose from, and the complaint whose link goes with it."""

    text: str
    choices: tuple[Choice, ...] = ()
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileDraft:
    """Make a complaint of the draft."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class OnCase:
    """Carry out an act of the citizen on a known complaint."""

    case: UUID
    act: MessageAct


@dataclass(frozen=True, slots=True)
class Opt:
    """Stop or resume all messages to the person."""

    way: Literal["out", "in"]


Act = FileDraft | OnCase | Opt


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one message or timer: the new conversation, our replies, and what is to be done."""

    conversation: Conversation
    replies: tuple[Say, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One message with the conversation before it and the time: the input of every rule."""

    conversation: Conversation
    heard: Heard
    now: datetime

    def turn(self, conversation: Conversation | None = None, *replies: Say, acts: tuple[Act, ...] = ()) -> Turn:
        """Return a turn that keeps the conversation unless another is given."""
        return Turn(conversation or self.conversation, replies, acts)
