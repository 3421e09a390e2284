"""What intake remembers: of a complaint its public timeline, of a person how they are reached. Its text is in the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from shared.events.contacts import ContactChannel
from shared.events.fact import State
from shared.frozen import Frozen
from shared.tally import Tally


class Entry(Frozen):
    """One line of the timeline: ``what`` names its sentence, ``params`` fill it, ``quote`` only the reporter may read."""

    at: datetime
    what: str
    params: dict[str, str] = Field(default_factory=dict)
    quote: str | None = None


class ClockShown(Frozen):
    """One deadline as the citizen sees it; ``due_at`` is None once it stopped."""

    run: int
    due_at: datetime | None = None
    paused: bool = False
    late: bool = False


class Complaint(Frozen):
    """A complaint as its reporter may follow it. ``owner`` is the key's owner that filed it, for adapters.

    ``said`` counts what the reporter did with it. ``unread``: words of the reporter wait for a person, and no silence runs.
    ``source_digests``: what another system's export said of it last, column by column, so that the next one can be compared.
    """

    kind: Literal["complaint"] = "complaint"
    ticket: str = ""
    channel: str = ""
    source: str = ""
    owner: str | None = None
    filed_at: datetime | None = None
    received_at: datetime | None = None
    anonim: bool = False
    rahasia: bool = False
    contacts: tuple[UUID, ...] = ()
    external_system: str | None = None
    external_status: str | None = None
    source_digests: dict[str, str] = Field(default_factory=dict)
    state: State = "verification"
    opd: str | None = None
    ended_at: datetime | None = None
    merged_into: str | None = None
    put_off_until: date | None = None
    clocks: dict[str, ClockShown] = Field(default_factory=dict)
    timeline: tuple[Entry, ...] = ()
    stars: int | None = None
    said: Tally | None = None
    unread: bool = False
    erased: bool = False
    due: datetime | None = None


class Contact(Frozen):
    """One person on one channel: where they are reached, and which complaints they follow, the newest last."""

    kind: Literal["contact"] = "contact"
    channel: ContactChannel = "whatsapp"
    address: str = ""
    name: str | None = None
    opted_out: bool = False
    complaints: tuple[UUID, ...] = ()
    erased: bool = False
    due: datetime | None = None


Remembered = Annotated[Complaint | Contact, Field(discriminator="kind")]
STORED_COMPLAINT: TypeAdapter[Complaint] = TypeAdapter(Complaint)
"""A complaint as its row holds it."""
