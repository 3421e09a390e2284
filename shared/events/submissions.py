"""`complaint.submissions.v1`: what citizens said and did. Written by intake, read by router. No contact data."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.fact import Attachment, Class, Fact, Instant, Part, State, Text


class External(Part):
    """The same complaint in another system: SP4N's Tracking ID, an adapter's own number.

    ``status`` is the other system's status in our words, ``status_text`` in its own; ``by`` who closed it there
    (``system``, ``admin``, ``reporter``); ``opd`` the agency it was given to there, as that system writes it.
    ``disposed_at`` and ``followed_up_at``: when that agency was given it and last acted, where the system says so.
    ``imported_at``: when the import began that brought this; ``history``: it was over there before we took it over, so nobody is
    told of it one by one and no ladder starts.
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


class Submitted(Fact):
    """A complaint arrived and was given a ticket. ``filed_at`` is when the citizen said it, ``occurred_at`` when we heard it."""

    TYPE: ClassVar[str] = "submission.submitted"
    ticket: str
    channel: str
    source: str
    text: Text
    title: str | None = None
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = None
    anonim: bool = False
    rahasia: bool = False
    contacts: tuple[UUID, ...] = ()
    filed_at: Instant
    external: External | None = None
    attachments: tuple[Attachment, ...] = ()


class CitizenReplied(Fact):
    """The citizen wrote again about the complaint, from whichever channel."""

    TYPE: ClassVar[str] = "submission.citizen_replied"
    text: Text
    channel: str
    attachments: tuple[Attachment, ...] = ()


class CitizenConfirmed(Fact):
    """The citizen says it is solved: with a button, or in words whose meaning is plain (``text``)."""

    TYPE: ClassVar[str] = "submission.citizen_confirmed"
    channel: str
    text: Text | None = None


class CitizenDisputed(Fact):
    """The citizen says it is not solved."""

    TYPE: ClassVar[str] = "submission.citizen_disputed"
    reason: Text
    channel: str


class CitizenRated(Fact):
    """The citizen rated the handling, 1 (bad) to 5 (good)."""

    TYPE: ClassVar[str] = "submission.citizen_rated"
    stars: int
    comment: str | None = None
    channel: str


class CitizenWithdrew(Fact):
    """The citizen takes the complaint back."""

    TYPE: ClassVar[str] = "submission.citizen_withdrew"
    reason: str | None = None
    channel: str


class ExternalStatusChanged(Fact):
    """Another system now shows another status for it."""

    TYPE: ClassVar[str] = "submission.external_status_changed"
    external: External


class SourceChanged(Fact):
    """The other system now tells the complaint otherwise: every field is the value from now on.

    ``changed`` names what is another than before. ``anonim`` and ``rahasia`` are never taken off by it.
    """

    TYPE: ClassVar[str] = "submission.source_changed"
    changed: tuple[str, ...]
    source: str
    text: Text
    title: str | None = None
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = None
    anonim: bool = False
    rahasia: bool = False
    filed_at: Instant
    external: External


class SubmissionErased(Fact):
    """The citizen's right to erasure was granted: every schema and stream forgets the content."""

    TYPE: ClassVar[str] = "submission.erased"
    ERASES: ClassVar[bool] = True
