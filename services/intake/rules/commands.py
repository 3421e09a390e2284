"""The commands that intake's actions give to its rules, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events.contacts import ContactChannel
from shared.events.fact import Attachment, OfferedChoice
from shared.events.submissions import ComplaintContent, External
from shared.events.submissions_evidence import Doubt


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """A person to notify: the contact's id, the channel and the address."""

    id: UUID
    channel: ContactChannel
    address: str
    role: Literal["reporter", "follower", "helper"] = "reporter"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """The chat message that caused a command.

    The message opens the person's 24-hour window. A later message can quote this one by its ``provider_hash``.
    """

    person: ContactPerson
    at: datetime
    provider_hash: str


# "said" has words or files; "unreadable" is a kind of message that we do not know; "silent" only opens the window.
MessageKind = Literal["said", "sticker", "reaction", "unreadable", "silent"]


@dataclass(frozen=True, slots=True)
class Reserved:
    """The identity of a complaint that may begin with a message, and the time at which it would begin."""

    key: UUID
    ticket: str
    link: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hear:
    """Take a person's message into the conversation. Its keys are the contact, other ids of the person, and ``cases``.

    ``cases`` are the person's complaints, newest first, and ``quoted`` is the complaint of the quoted message.
    ``about`` holds their words. ``placeholder`` stands for a message without words. ``voice``: it is a voice note.
    """

    message: SourceMessage
    reserved: Reserved
    kind: MessageKind = "said"
    text: str = ""
    choice: str | None = None
    pin: str | None = None
    attachments: tuple[str, ...] = ()
    placeholder: str = ""
    quoted: UUID | None = None
    cases: tuple[UUID, ...] = ()
    about: Mapping[UUID, str] = field(default_factory=dict)
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Submit:
    """File a complaint under a new key. ``link`` is the path of the reporter's secret page.

    ``files`` are kept files. ``missing`` are ids that name no kept file of the caller.
    ``attachments`` are the channel's ids of the files that came with it. ``wordless``: only a voice note tells what
    happened.
    ``suspicions`` are signs of misuse that its channel has seen; the rules add those that they see themselves.
    """

    ticket: str
    link: str
    channel: str
    content: ComplaintContent
    filed_at: datetime
    owner: str | None = None
    people: tuple[ContactPerson, ...] = ()
    external: External | None = None
    files: tuple[Attachment, ...] = ()
    missing: tuple[UUID, ...] = ()
    attachments: tuple[str, ...] = ()
    wordless: bool = False
    suspicions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettleFile:
    """Say what became of a file that the complaint awaited: it was kept as ``file``, or refused for a ``reason``."""

    media: UUID
    file: Attachment | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DoubtEvidence:
    """Say what the comparison found that speaks against a photo given as evidence."""

    media: UUID
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class AskChoice:
    """Ask a person, in the conversation on ``channel``, which sentence fits the complaint. The key is the contact."""

    complaint: UUID
    ticket: str
    channel: str
    choices: tuple[OfferedChoice, ...]


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """Note on the complaint that its reporter was asked which sentence fits."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Let a person follow another person's complaint. The keys are the complaint and the contact.

    ``link`` is the path of the follower's own page.
    """

    person: ContactPerson
    link: str


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Take a follower off complaints. The keys are the contact and the complaints, in any order."""

    contact: UUID


@dataclass(frozen=True, slots=True)
class SyncExternal:
    """Compare a known complaint with its present content in another system and take over the changes.

    ``before`` holds digests made from the log. They serve a complaint that was imported before its state kept digests.
    ``ours``: the complaint came to us first, and the other system has it from us. Only its status and its
    protection there are taken over.
    """

    external: External
    content: ComplaintContent
    filed_at: datetime
    before: Mapping[str, str] = field(default_factory=dict)
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase a complaint at the citizen's request. The command's keys are the complaint and its contacts."""


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """A message that neither opens nor changes a complaint. ``template`` names the answer, if the person gets one."""

    message: SourceMessage
    template: str | None = None
    in_reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class SendLinkAgain:
    """Send the secret link again to the reporter, to the contacts on file. The keys are the complaint and its contacts."""


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """The delivery status of a message of ours, reported under the recipient's contact."""

    provider_id: str
    provider_hash: str
    status: Literal["sent", "delivered", "read", "failed"]
    at: datetime
    message_id: UUID | None = None
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class ReportChannel:
    """The platform's statement whether the channel, or one of its approved templates, may be used."""

    usable: bool
    reason: str
    at: datetime
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """A command without effect. It carries the claim of a whole request."""
