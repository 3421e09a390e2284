"""The commands by which a citizen acts on their own complaint, on a page or by a message."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.intake.rules.commands import SourceMessage
from shared.events.fact import Attachment


@dataclass(frozen=True, slots=True)
class Reply:
    """Add a text of the citizen to the complaint.

    If ``sure``, the text is about this complaint alone.
    A plain yes or no then confirms or disputes an answered complaint.
    ``others`` are further complaints that the text may be about. Each of them gets the text as a reply.
    ``files`` are kept files. A person reads a reply with files, whatever its text means.
    ``missing`` are ids that name no kept file of the caller.
    ``attachments`` are the channel's ids of the files that came with the text.
    """

    text: str
    channel: str
    message: SourceMessage | None = None
    sure: bool = True
    others: tuple[UUID, ...] = ()
    files: tuple[Attachment, ...] = ()
    missing: tuple[UUID, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """State for the citizen that the problem is solved. ``text`` holds the citizen's words; a button leaves None."""

    channel: str
    message: SourceMessage | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """State for the citizen that the problem is not solved."""

    reason: str
    channel: str
    message: SourceMessage | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """Ask for the citizen that a person above the closer decides on the closing."""

    reason: str
    channel: str
    message: SourceMessage | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Record the citizen's rating of the handling, from 1 to ``scale``."""

    stars: int
    channel: str
    comment: str | None = None
    message: SourceMessage | None = None
    scale: int = 5


@dataclass(frozen=True, slots=True)
class Choose:
    """State for the citizen which of the offered sentences fits the complaint, from 1 on. 0: none of them."""

    number: int
    channel: str
    message: SourceMessage | None = None


@dataclass(frozen=True, slots=True)
class ObjectToReferral:
    """State for the citizen that a referred complaint is the province's work. ``text`` holds the citizen's words, if any."""

    channel: str
    message: SourceMessage | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ShareContact:
    """Allow for the citizen that the authority to which the complaint is referred gets name and contact."""

    channel: str
    message: SourceMessage | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraw the complaint for the citizen."""

    channel: str
    reason: str | None = None


CitizenAct = Reply | Confirm | Dispute | Appeal | Rate | Choose | Withdraw | ObjectToReferral | ShareContact


# The acts that a chat message can be.
MessageAct = Reply | Confirm | Dispute | Appeal | Rate | Choose | ObjectToReferral | ShareContact
