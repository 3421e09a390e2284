"""The state rows of intake: a complaint with its public timeline, and a contact with its address.

The text of a complaint is in the log, not in its row.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from shared.events.cases_answer import AnswerOutcome
from shared.events.contacts import ContactChannel
from shared.events.fact import Class, OfferedChoice, State
from shared.frozen import KEEPING, Frozen
from shared.tally import Tally

AppealState = Literal["sent", "waiting", "upheld", "rejected"]


class TimelineEntry(Frozen):
    """One line of the timeline: ``what`` names its sentence, ``params`` fill it. Only the reporter reads ``quote``.

    ``files`` are the ids of the files that an agency gave as evidence.
    """

    at: datetime
    what: str
    params: dict[str, str] = Field(default_factory=dict)
    quote: str | None = None
    files: tuple[UUID, ...] = ()


class ClockShown(Frozen):
    """One clock as the citizen sees it. ``due_at`` is None after the clock has stopped."""

    run: int
    due_at: datetime | None = None
    paused: bool = False
    late: bool = False


class VoiceText(Frozen):
    """The words that an officer wrote down of the voice note ``file``.

    ``asked_at`` is when we asked the reporter whether it is right. It is None after the answer.
    """

    file: str
    text: str
    asked_at: datetime | None = None


class Offer(Frozen):
    """The sentences among which the reporter may say what the complaint is about.

    ``asked_at`` is when we asked. It is None while nobody was asked. ``chosen`` is the sentence of the answer.
    ``over`` means that the case came before a person again, so that the answer decides nothing any more.
    """

    choices: tuple[Annotated[OfferedChoice, KEEPING], ...]
    asked_at: datetime | None = None
    chosen: str | None = None
    over: bool = False


class Complaint(Frozen):
    """A complaint as its reporter may follow it.

    ``owner`` names the owner of the API key with which an adapter filed the complaint.
    ``outcome`` is that of the last answer, and ``promised_until`` the day that a standing answer promises.
    ``stars`` is the reporter's rating of the last answer, from 1 to ``scale``. ``agreed`` means that the reporter's own
    word, or act, has settled the last answer. ``class_`` is None in a row of an older release.
    ``appeal``: what became of the reporter's appeal after a closing, and ``appealed_at`` when it was said. ``sent``: the
    router has not told yet that it waits.
    ``said`` counts the reporter's acts, and ``links`` the requests to send the secret link again.
    ``unread`` means that a reply waits for a person and no silence clock runs.
    ``source_digests`` holds a digest of each column of the latest export, for comparison with the next export.
    ``written`` is the voice note that was written down last.
    ``offer`` is the question what the complaint is about, which we ask once.
    ``proposal``: the case stands referred by a proposal of the rules. ``objected``: the reporter has brought one back.
    ``shares``: the reporter lets the authority know name and contact.
    ``helpers`` are the OPDs that help the one that has the complaint. They read its files too.
    ``public_files`` are the photos that a person released, so that everybody with the ticket may see them.
    ``topic`` is the router's. ``followers`` are contacts who follow the complaint without having filed it.
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
    followers: tuple[UUID, ...] = ()
    topic: str | None = None
    external_system: str | None = None
    external_status: str | None = None
    source_digests: dict[str, str] = Field(default_factory=dict)
    state: State = "verification"
    opd: str | None = None
    ended_at: datetime | None = None
    merged_into: str | None = None
    put_off_until: date | None = None
    outcome: AnswerOutcome | None = None
    promised_until: date | None = None
    clocks: dict[str, ClockShown] = Field(default_factory=dict)
    timeline: tuple[TimelineEntry, ...] = ()
    stars: int | None = None
    scale: int = 5
    agreed: bool = False
    appeal: AppealState | None = None
    appealed_at: datetime | None = None
    class_: Class | None = None
    said: Tally | None = None
    links: Tally | None = None
    unread: bool = False
    written: VoiceText | None = None
    offer: Offer | None = None
    proposal: bool = False
    objected: bool = False
    shares: bool = False
    helpers: tuple[str, ...] = ()
    public_files: tuple[UUID, ...] = ()
    erased: bool = False
    due: datetime | None = None


class Draft(Frozen):
    """A complaint that a person is still writing. ``key``, ``ticket`` and ``link`` are reserved for the complaint.

    ``what`` says that the texts tell what happened. ``messages`` holds the keyed hashes of the messages.
    ``attachments`` holds the channel's ids of the files, and ``voice`` says that a voice note is among them.
    ``information`` says that the draft asks for information, and is sent only if the person wants it.
    """

    key: UUID
    ticket: str
    link: str
    began_at: datetime
    texts: tuple[str, ...] = ()
    what: bool = False
    place: str | None = None
    street: bool = False
    attachments: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    name: str | None = None
    anonim: bool = False
    information: bool = False
    voice: bool = False


class Conversation(Frozen):
    """The state of our talk with one person: the draft, our open question, and the choices that we offered with it.

    ``told_at`` is when we last acknowledged an addition, and ``last_at`` when the person last wrote. ``said`` is a
    digest of our last reply, which we gave ``said_times`` times without another between them, the last time at
    ``said_at``.
    """

    draft: Draft | None = None
    asked: str = ""
    offered: tuple[tuple[str, str], ...] = ()
    heard_at: datetime | None = None
    told_at: datetime | None = None
    last_at: datetime | None = None
    said: str = ""
    said_times: int = 0
    said_at: datetime | None = None


class Contact(Frozen):
    """A contact: the address of one person on one channel, and the person's own complaints, newest last.

    ``following`` are complaints of other people that this person follows. A message never belongs to one of them.
    ``same_as`` names the contact that holds this person's complaints, when the person has another id.
    """

    kind: Literal["contact"] = "contact"
    channel: ContactChannel = "whatsapp"
    address: str = ""
    name: str | None = None
    opted_out: bool = False
    complaints: tuple[UUID, ...] = ()
    following: tuple[UUID, ...] = ()
    conversation: Conversation | None = None
    same_as: UUID | None = None
    erased: bool = False
    due: datetime | None = None


IntakeState = Annotated[Complaint | Contact, Field(discriminator="kind")]
# Reads a complaint as its row holds it.
STORED_COMPLAINT: TypeAdapter[Complaint] = TypeAdapter(Complaint)
