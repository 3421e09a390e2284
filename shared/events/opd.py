"""The streams of an OPD: `opd.<code>.assignments.v1`, `.updates.v1`, `.replies.v1`. Key: complaint id."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.cases_answer import AnswerOutcome, WithOutcome
from shared.events.fact import Attachment, Class, Fact, Instant, Part, Priority, State, Text
from shared.events.submissions import Position


class Due(Part):
    """The due times of the first answer and of the solution. None while unknown or when the clock stopped."""

    respond: Instant | None = None
    resolve: Instant | None = None


class HelperPart(Part):
    """The part of one helping OPD, as the lead reads it. ``text`` is None until the helper has given it."""

    opd: str
    assignment_id: UUID
    task: str
    text: str | None = None
    outcome: AnswerOutcome | None = None
    evidence: tuple[Attachment, ...] = ()


class Assignment(Fact):
    """The OPD's current assignment as one full snapshot. Keep the highest ``version`` and ignore lower ones.

    ``withdrawn`` says that the case is no longer this OPD's work; then text and name are absent. A contact is never
    included. A snapshot has at most 128 KiB. It holds the last ten replies and the last attachments. A text that is
    cut ends in "… [dipotong]". ``whole`` is set when something was left out or cut: it is the path at the router where
    the OPD reads everything. ``place_code`` is the official code of the place, as far as it is known.

    ``role``: whether the OPD has the case or helps. A helper gives the part that ``task`` names to ``lead``; its
    ``state`` and ``due`` are those of its part. Only the lead answers the citizen.
    """

    TYPE: ClassVar[str] = "assignment.snapshot"
    assignment_id: UUID
    version: int
    withdrawn: bool = False
    ticket: str
    state: State
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    text: str | None = None
    place: str | None = None
    due: Due = Due()
    reasons: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reporter_name: str | None = None
    replies_left_out: int = 0
    attachments_left_out: int = 0
    whole: str | None = None
    place_code: str | None = None
    application: str | None = None
    position: Position | None = None
    role: Literal["lead", "helper"] = "lead"
    lead: str | None = None
    task: str | None = None
    parts: tuple[HelperPart, ...] = ()
    parts_left_out: int = 0


class Update(Fact):
    """A statement of an OPD about its assignment. An update with an old ``assignment_id`` is refused."""

    TYPE: ClassVar[str] = "update"
    assignment_id: UUID


class Evidence(Attachment):
    """A file that the OPD uploaded to the router and names by its id. ``size`` is in bytes."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Annotated[str, Field(max_length=64)]
    type: Annotated[str, Field(max_length=100)]
    size: Annotated[int, Field(ge=0, lt=2**40)]


class UpdateAccepted(Update):
    TYPE: ClassVar[str] = "update.accepted"


class UpdateDeclined(Update):
    TYPE: ClassVar[str] = "update.declined"
    reason: Text
    suggestion: Annotated[str, Field(max_length=100)] | None = None


class UpdateProgressed(Update):
    TYPE: ClassVar[str] = "update.progressed"
    text: Text
    public: bool = True


class UpdateInfoRequested(Update):
    TYPE: ClassVar[str] = "update.info_requested"
    question: Text


class UpdatePutOff(Update):
    TYPE: ClassVar[str] = "update.put_off"
    until: date
    reason: Text


class UpdateExtended(Update):
    """The OPD needs the longer time that the law gives once for an information request, for a reason in writing."""

    TYPE: ClassVar[str] = "update.extended"
    reason: Text


class UpdateResolved(Update, WithOutcome):
    """The answer of the OPD, with its outcome. It is refused when the other fields do not fit the outcome.

    ``without_parts``: why it does not wait for the parts that are still missing. The answer of a helper is its part.
    """

    TYPE: ClassVar[str] = "update.resolved"
    answer: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()
    without_parts: Annotated[str, Field(min_length=1, max_length=5_000)] | None = None


class UpdateContributed(Update, WithOutcome):
    """The part of a helping OPD, with its outcome. The lead reads it and answers the citizen."""

    TYPE: ClassVar[str] = "update.contributed"
    text: Text
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()


class UpdateHelpAsked(Update):
    """The lead asks another OPD for help. ``opd``: its code. ``task``: what it should contribute."""

    TYPE: ClassVar[str] = "update.help_asked"
    opd: Annotated[str, Field(max_length=100)]
    task: Annotated[Text, Field(max_length=5_000)]


class UpdateRefused(Fact):
    """An update was refused: its ``ce_id``, a code and the reason. The reason never holds a citizen's text."""

    TYPE: ClassVar[str] = "reply.refused"
    update_id: str
    code: str
    reason: str
    assignment_id: UUID | None = None
