"""`complaint.submissions.v1`: the words and acts of citizens. Written by intake, read by router. No contact data."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from pydantic import Field

from shared.events.fact import Attachment, Class, Fact, Instant, Part, State, Text

# The text of a submission or reply that is a voice note alone. Citizens and officers read it.
VOICE_ONLY: Final = "(mengirim pesan suara)"


class External(Part):
    """The same complaint in another system, under SP4N's Tracking ID or an adapter's own number.

    ``status`` is the other system's status in our terms, ``status_text`` in its own. ``by`` says who closed the
    complaint there (``system``, ``admin``, ``reporter``). ``opd`` is the agency that was assigned there, as that system
    writes it. ``disposed_at`` and ``followed_up_at`` are when that agency got the complaint and when it last acted, if
    the system says so. ``imported_at`` is when the import began that brought the complaint. ``history`` says that the
    complaint had ended there before we took it over: nobody is told of it singly, and no ladder starts.
    """

    system: str
    id: str
    status: State | None = None
    status_text: str | None = None
    by: str | None = None
    reason: str | None = None
    category: str | None = None
    opd: str | None = None
    rating: str | None = None
    disposed_at: Instant | None = None
    followed_up_at: Instant | None = None
    imported_at: Instant | None = None
    history: bool = False


class Position(Part):
    """The position of a complaint as a phone measured it, in degrees, rounded to some ten metres. It is never public."""

    latitude: float = Field(ge=-90, le=90, repr=False)
    longitude: float = Field(ge=-180, le=180, repr=False)


class ComplaintContent(Part):
    """The content of a complaint: the one place that lists its fields.

    Intake fills it, commands carry it whole, and each event about it inherits its fields. ``source`` names the system
    or form in which the citizen wrote. Intake leaves ``reporter_name`` out of an anonymous content.
    ``place`` is in the citizen's words, ``place_code`` the official code of that place as far as it is known.
    ``application`` is the number of an application for a permit that the complaint is about.
    """

    source: str
    text: Text = Field(repr=False)
    title: str | None = Field(default=None, repr=False)
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = Field(default=None, repr=False)
    anonim: bool = False
    rahasia: bool = False
    place_code: str | None = None
    application: str | None = None
    position: Position | None = None


class _Ticketed(Fact):
    """The fields that precede the content in the written form of a submission."""

    ticket: str
    channel: str


class Submitted(ComplaintContent, _Ticketed):
    """A complaint arrived and got a ticket.

    ``filed_at`` is when the citizen said it, ``occurred_at`` when we heard it. ``wordless``: the text does not tell what
    happened, because a voice note does. ``suspicions`` are codes of signs of misuse, such as ``links``: a person looks
    at the complaint before it goes to an agency. New codes may come.
    """

    TYPE: ClassVar[str] = "submission.submitted"
    contacts: tuple[UUID, ...] = ()
    filed_at: Instant
    external: External | None = None
    attachments: tuple[Attachment, ...] = ()
    wordless: bool = False
    suspicions: tuple[str, ...] = ()


def content_of(event: Submitted | SourceChanged) -> ComplaintContent:
    """Return the content that an event carries."""
    return ComplaintContent(**{name: getattr(event, name) for name in ComplaintContent.model_fields})


class CitizenReplied(Fact):
    """The citizen wrote again about the complaint, on any channel.

    ``corrects`` is the id of the voice note that the text writes down better than we did.
    """

    TYPE: ClassVar[str] = "submission.citizen_replied"
    text: Text
    channel: str
    attachments: tuple[Attachment, ...] = ()
    corrects: str | None = None


class FilesAdded(Fact):
    """Files that the citizen had sent on a channel were fetched, and belong to the complaint from now on."""

    TYPE: ClassVar[str] = "submission.files_added"
    files: tuple[Attachment, ...]


class FileRefused(Fact):
    """A file that the citizen had sent could not be fetched, or is none that we keep. ``reason`` is a code."""

    TYPE: ClassVar[str] = "submission.file_refused"
    id: str
    reason: str


class CitizenConfirmed(Fact):
    """The citizen said that the complaint is solved, with a button or in plain words (``text``)."""

    TYPE: ClassVar[str] = "submission.citizen_confirmed"
    channel: str
    text: Text | None = None


class CitizenDisputed(Fact):
    """The citizen said that the complaint is not solved."""

    TYPE: ClassVar[str] = "submission.citizen_disputed"
    reason: Text
    channel: str


class CitizenRated(Fact):
    """The citizen rated the handling, from 1 (bad) to ``scale`` (good).

    The national survey of satisfaction has a scale of 4. Older ratings have one of 5.
    """

    TYPE: ClassVar[str] = "submission.citizen_rated"
    stars: int
    scale: int = 5
    comment: str | None = None
    channel: str


class CitizenWithdrew(Fact):
    """The citizen withdrew the complaint."""

    TYPE: ClassVar[str] = "submission.citizen_withdrew"
    reason: str | None = None
    channel: str


class CitizenObjected(Fact):
    """The citizen said that a complaint which was referred to another authority is the province's work."""

    TYPE: ClassVar[str] = "submission.citizen_objected"
    channel: str
    text: Text | None = None


class CitizenConsented(Fact):
    """The citizen allowed us to give name and contact to the authority to which the complaint is referred."""

    TYPE: ClassVar[str] = "submission.citizen_consented"
    channel: str


class Followed(Fact):
    """A person who did not file the complaint follows it from now on. ``contact`` is that person's contact id."""

    TYPE: ClassVar[str] = "submission.followed"
    contact: UUID


class Unfollowed(Fact):
    """A person follows the complaint no longer. ``contact`` is that person's contact id."""

    TYPE: ClassVar[str] = "submission.unfollowed"
    contact: UUID


class ExternalStatusChanged(Fact):
    """Another system now shows a different status for the complaint.

    ``anonim``, ``rahasia``: the other system shows this protection of a complaint of ours. Neither is ever removed.
    """

    TYPE: ClassVar[str] = "submission.external_status_changed"
    external: External
    anonim: bool = False
    rahasia: bool = False


class _Compared(Fact):
    """The field that precedes the content in the written form of a change."""

    changed: tuple[str, ...]


class SourceChanged(ComplaintContent, _Compared):
    """Another system now shows the complaint with changed content. Every field holds the value from now on.

    ``changed`` names the changed fields. This fact never removes ``anonim`` or ``rahasia``.
    """

    TYPE: ClassVar[str] = "submission.source_changed"
    filed_at: Instant
    external: External


class SubmissionErased(Fact):
    """The citizen's request for erasure was granted. Every schema and stream forgets the content."""

    TYPE: ClassVar[str] = "submission.erased"
    ERASES: ClassVar[bool] = True
