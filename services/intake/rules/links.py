"""Rows beside the state. They link messages and files to complaints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.errors import Invalid
from shared.events.fact import Attachment
from shared.ids import parse_id


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link between a chat message, our own message and a complaint. Unknown parts are None.

    ``provider_hash`` is the keyed hash of the chat message's id; ``message`` is the id of our own message.
    """

    provider_hash: str | None = None
    message: UUID | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeleteMessageLinks:
    """An order to delete every message link of these complaints, and every file that no other complaint has."""

    complaints: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A link between a complaint and the kept files that came with it."""

    complaint: UUID
    media: tuple[UUID, ...]


def media_links(files: Sequence[Attachment], missing: Sequence[UUID], *complaints: UUID) -> tuple[MediaLink, ...]:
    """Return the links of these files, one for each complaint. Raise Invalid when one is missing.

    The rules refuse a missing file, not the doors, because a repeat must get its first answer after an erasure too.
    """
    if missing:
        raise Invalid(f"no kept file of this caller: {', '.join(map(str, missing))}", field="attachments")
    media = tuple(UUID(file.id) for file in files)
    return tuple(MediaLink(complaint, media) for complaint in complaints) if media else ()


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A link between a complaint and a kept file that an agency named as evidence. ``sha256`` shows that it knows it."""

    complaint: UUID
    media: UUID
    sha256: str


def evidence_links(files: Sequence[Attachment], complaint: UUID) -> tuple[EvidenceLink, ...]:
    """Return the links of the evidence that may lie in our store. A file that is kept elsewhere has another kind of id."""
    named = ((parse_id(file.id), file.sha256) for file in files)
    return tuple(EvidenceLink(complaint, media, sha256) for media, sha256 in named if media is not None)


@dataclass(frozen=True, slots=True)
class FileSaid:
    """A note that an event of the complaint says what became of an awaited file."""

    complaint: UUID
    media: UUID


@dataclass(frozen=True, slots=True)
class AwaitedMedia:
    """A file of a complaint that the platform still holds under ``provider_id``. Intake fetches it afterwards."""

    id: UUID
    complaint: UUID
    provider_id: str


def awaited_media(provider_ids: Sequence[str], complaint: UUID, *others: UUID) -> tuple[AwaitedMedia, ...]:
    """Return the files that came with a message to a complaint. ``others`` are further complaints that get the message.

    A file of several complaints is one file.
    """
    return tuple(
        AwaitedMedia(uuid5(complaint, provider_id), key, provider_id)
        for provider_id in provider_ids
        for key in (complaint, *others)
    )
