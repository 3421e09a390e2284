"""What the doors ask of the rules: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.events.contacts import ContactChannel
from shared.events.fact import Class
from shared.events.submissions import External


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be told: the contact's id and how they are reached."""

    id: UUID
    channel: ContactChannel
    address: str
    role: Literal["reporter", "follower", "helper"] = "reporter"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    """A complaint for a key that is not there yet. ``link`` is the path of the reporter's secret page."""

    ticket: str
    channel: str
    source: str
    text: str
    filed_at: datetime
    link: str
    title: str | None = None
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = None
    anonim: bool = False
    rahasia: bool = False
    owner: str | None = None
    people: tuple[Person, ...] = ()
    external: External | None = None
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A WhatsApp message behind a command: opens the person's 24-hour window; ``provider_hash`` lets a later one quote it."""

    person: Person
    at: datetime
    provider_hash: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The citizen writes again. On an answered complaint plain words confirm or dispute, where they are surely about it.

    ``others``: further complaints the words may be about; each gets them as a reply.
    """

    text: str
    channel: str
    heard: Heard | None = None
    sure: bool = True
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """The citizen says it is solved; ``text`` where words say so and no button."""

    channel: str
    heard: Heard | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """The citizen says it is not solved."""

    reason: str
    channel: str
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """The citizen rates the handling, 1 to 5."""

    stars: int
    channel: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The citizen takes the complaint back."""

    channel: str
    reason: str | None = None
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A complaint as another system tells it now."""

    text: str = field(repr=False)
    filed_at: datetime
    source: str
    title: str | None = field(default=None, repr=False)
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = field(default=None, repr=False)
    anonim: bool = False
    rahasia: bool = False

    def with_flags(self, *, anonim: bool, rahasia: bool) -> SourceRow:
        """Return the same with these flags, and without a name where it is anonymous."""
        return replace(self, anonim=anonim, rahasia=rahasia, reporter_name=None if anonim else self.reporter_name)


@dataclass(frozen=True, slots=True)
class SyncExternal:
    """Another system shows the complaint again; only what changed is news.

    ``before``: digests of what the log says, for a complaint that was taken over before its state kept them.
    """

    external: External
    row: SourceRow
    before: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erase:
    """The right to erasure; the keys are the complaint's and its contacts'."""


@dataclass(frozen=True, slots=True)
class Speak:
    """A message that opens and moves no complaint: STOP, a greeting, a type that cannot be read. ``template`` is the answer."""

    heard: Heard
    opt: Literal["out", "in"] | None = None
    template: str | None = None
    in_reply_to: str | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """What became of a message of ours, under the contact it went to."""

    provider_id: str
    provider_hash: str
    status: Literal["sent", "delivered", "read", "failed"]
    at: datetime
    message_id: UUID | None = None
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class ReportChannel:
    """The platform says whether the channel, or one of its approved templates, may be used."""

    usable: bool
    reason: str
    at: datetime
    template: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """Changes nothing: carries a claim over a whole request."""


CitizenAct = Reply | Confirm | Dispute | Rate | Withdraw
