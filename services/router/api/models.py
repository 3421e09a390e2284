"""The request and response bodies of the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.router.api.models_base import Body, OpdBody, Said, Short
from services.router.api.models_helpers import HelperOut
from services.router.rules.commands import ArchiveReason
from services.router.state_parts import Referral
from shared.events.cases_answer import AnswerOutcome, CallAnswer
from shared.events.fact import Attachment, Authority, Candidate, Class, Desk, Priority, State
from shared.events.submissions import Position
from shared.web.inputs import Day


class AcceptIn(OpdBody):
    """The request to accept an assignment."""


class DeclineIn(OpdBody):
    """The request to decline. ``suggestion``: the code of the OPD that should have the case, if known."""

    reason: Said
    suggestion: str | None = None


class ProgressIn(OpdBody):
    """A report of progress. ``public``: the citizen sees the text."""

    text: Said
    public: bool = True


class AskIn(OpdBody):
    """A question to the citizen."""

    question: Said


class PutOffIn(OpdBody):
    """The request to put a case off. The citizen sees the reason."""

    until: Day
    reason: Said


class ExtendIn(OpdBody):
    """The request to take the longer time for an information request. The citizen reads the reason."""

    reason: Said


class ResolveIn(OpdBody):
    """An answer, with at most 20 attachments as evidence.

    ``outcome``: what becomes of the matter. `scheduled` needs ``until``, a day that you promise: the case comes back on
    the day after it, unless the citizen confirms. `not_possible` needs ``reason`` and may name the ``legal_basis``.
    `not_ours` needs ``to``: the code of an OPD, or the name of the authority that is right.
    ``without_parts``: needed while parts of helpers are missing; why you do not wait for them. The helpers read it.
    """

    answer: Said
    evidence: tuple[Attachment, ...] = Field(default=(), max_length=20)
    outcome: AnswerOutcome = "fixed"
    until: Day | None = None
    reason: Said | None = None
    legal_basis: Annotated[Said, Field(max_length=2000)] | None = None
    to: Short | None = None
    without_parts: Said | None = None


class CalledIn(Body):
    """The word of a citizen whom you have called. ``note``: a text for officers, which the citizen does not read."""

    answer: CallAnswer
    note: Said | None = None


class AssignIn(Body):
    """The request to assign a case.

    ``opd``: the code of the OPD.
    ``reason``: needed if another OPD has the case or the case was referred. The citizen reads it.
    """

    opd: str
    reason: Said | None = None


class TakeBackIn(Body):
    """The request to take a case back to the desk. The citizen reads the reason."""

    reason: Said


class ReferIn(Body):
    """A referral. ``to``: the name of the body. ``next_step``: what the citizen can do next."""

    authority: Authority | Literal["ombudsman"]
    to: Short
    reason: Said
    next_step: Said


class ArchiveIn(Body):
    """The request to end a case without an answer."""

    reason: ArchiveReason
    note: Said | None = None


class CloseIn(Body):
    """The request to close an answered case."""

    reason: Said


class HandleReplyIn(BaseModel):
    """A decision about unread replies.

    ``revision`` is needed, because it says which replies you have read.
    ``outcome``: `ask` asks the citizen again whether the case is solved, `reopen` reopens the case, `read` takes note.
    ``answer``: a text for the citizen.
    """

    model_config = ConfigDict(extra="forbid")
    revision: int
    outcome: Literal["ask", "reopen", "read"]
    answer: Said | None = None


class NewsIn(Body):
    """A decision about a piece of news from SP4N.

    ``number``: the number of the entry in the list.
    ``follow``: do here what was done in SP4N. False leaves the case as it is.
    """

    number: int
    follow: bool = False


class MergeIn(Body):
    """The request to join a case to another. ``into``: the complaint id or the ticket of the other case."""

    into: str


class ReclassifyIn(Body):
    """New values for class, priority, topic or place. A value that is left out stays as it is."""

    reason: Said
    class_: Class | None = Field(default=None, alias="class")
    priority: Priority | None = None
    topic: Short | None = None
    place: Short | None = None


class Moved(BaseModel):
    """The case after a command. ``status`` is ``repeated`` if the same request was carried out before."""

    id: UUID
    ticket: str
    status: Literal["done", "repeated"]
    state: State | None = None
    revision: int | None = None
    opd: str | None = None
    assignment_id: UUID | None = None


class EventOut(BaseModel):
    """One event in the history of a case."""

    type: str
    at: AwareDatetime
    actor: str
    data: dict[str, Any]


class CaseOut(BaseModel):
    """A case.

    Text and replies are masked for everybody but the OPD that has the case and those that help it. Only the former sees
    the reporter's name, and nobody sees it if ``anonim`` is set.
    ``history``: the events of the case, if one case is asked for.
    """

    id: UUID
    ticket: str
    state: State
    revision: int
    class_: Class = Field(serialization_alias="class")
    priority: Priority
    topic: str | None
    place: str | None
    place_code: str | None = Field(description="the official code of the place, as far as it is known")
    application: str | None = Field(description="the number of the application for a permit that the case is about")
    position: Position | None = Field(description="the position that the reporter's phone measured, rounded")
    text: str
    replies: tuple[str, ...]
    reporter_name: str | None
    anonim: bool
    rahasia: bool
    filed_at: AwareDatetime | None
    desk: Desk | None
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    opd: str | None
    assignment_id: UUID | None
    transfers: int
    round: int
    due_decide: AwareDatetime | None
    due_respond: AwareDatetime | None
    due_resolve: AwareDatetime | None
    answer: str | None
    outcome: AnswerOutcome | None
    promised_until: date | None
    extended: bool = Field(description="the OPD has taken the longer time of an information request")
    stars: int | None = Field(description="the citizen's rating of the last answer, from 1 to `scale`")
    scale: int
    call_since: AwareDatetime | None = Field(description="when silence closed the case, if its citizen is to be called")
    unread: int = Field(description="how many of the last replies nobody has dealt with")
    unread_since: AwareDatetime | None
    merged_into: UUID | None
    followed_by: int = Field(description="how many other people follow the complaint, those of joined cases included")
    suspicions: tuple[str, ...] = Field(description="the signs of misuse with which the complaint came")
    held_until: AwareDatetime | None = Field(description="when a held case goes on by itself")
    helpers: list[HelperOut] = Field(description="the OPDs that help, or have given their part")
    referral: Referral | None = Field(description="the standing referral; a `fresh` one waits for a person")
    history: list[EventOut] | None = None


class NewsOut(BaseModel):
    """A piece of news from SP4N about a case.

    ``kind``: what happened in SP4N. ``decide``: a person must choose whether to follow SP4N.
    """

    id: UUID
    ticket: str
    tracking_id: str
    number: int
    kind: str
    decide: bool
    status_text: str
    opd: str | None
    state: State
    at: AwareDatetime


class NewsPage(BaseModel):
    """A page of news from SP4N. ``next``: the cursor of the next page."""

    items: list[NewsOut]
    next: str | None


class CasePage(BaseModel):
    """A page of cases. ``next``: the cursor of the next page."""

    items: list[CaseOut]
    next: str | None
