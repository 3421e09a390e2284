"""What callers send and get."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.router.rules.commands import ArchiveReason
from shared.events.fact import Attachment, Authority, Candidate, Class, Desk, Priority, State
from shared.web.clean import clean_text
from shared.web.inputs import Day

Words = Annotated[str, BeforeValidator(lambda value: clean_text(value).strip() if isinstance(value, str) else value)]
Said = Annotated[Words, Field(min_length=1, max_length=5000)]
Short = Annotated[Words, Field(min_length=1, max_length=300)]


class Body(BaseModel):
    """``revision``: the one you have read; left out, the case is taken as it is now."""

    model_config = ConfigDict(extra="forbid")
    revision: int | None = None


class OpdBody(Body):
    """``assignment_id``: the assignment you mean; left out, the current one."""

    assignment_id: UUID | None = None


class AcceptIn(OpdBody):
    """Nothing more is needed."""


class DeclineIn(OpdBody):
    reason: Said
    suggestion: str | None = None


class ProgressIn(OpdBody):
    text: Said
    public: bool = True


class AskIn(OpdBody):
    question: Said


class PutOffIn(OpdBody):
    until: Day
    reason: Said


class ResolveIn(OpdBody):
    answer: Said
    evidence: tuple[Attachment, ...] = Field(default=(), max_length=20)


class AssignIn(Body):
    """``reason``: needed where another OPD has the case or it was referred; the citizen reads it."""

    opd: str
    reason: Said | None = None


class TakeBackIn(Body):
    reason: Said


class ReferIn(Body):
    authority: Authority | Literal["ombudsman"]
    to: Short
    reason: Said
    next_step: Said


class ArchiveIn(Body):
    reason: ArchiveReason
    note: Said | None = None


class CloseIn(Body):
    reason: Said


class HandleReplyIn(BaseModel):
    """``revision`` is needed: it says which words you have read. ``answer`` goes to the citizen."""

    model_config = ConfigDict(extra="forbid")
    revision: int
    outcome: Literal["ask", "reopen", "read"]
    answer: Said | None = None


class NewsIn(Body):
    """``number``: which entry of the list. ``follow``: do here what was done in SP4N; False leaves ours as it is."""

    number: int
    follow: bool = False


class MergeIn(Body):
    into: str


class ReclassifyIn(Body):
    reason: Said
    class_: Class | None = Field(default=None, alias="class")
    priority: Priority | None = None
    topic: Short | None = None
    place: Short | None = None


class Moved(BaseModel):
    """What the case is now. ``status`` is ``repeated`` where the same request had been carried out before."""

    id: UUID
    ticket: str
    status: Literal["done", "repeated"]
    state: State | None = None
    revision: int | None = None
    opd: str | None = None
    assignment_id: UUID | None = None


class EventOut(BaseModel):
    """One event of the case's life."""

    type: str
    at: AwareDatetime
    actor: str
    data: dict[str, Any]


class CaseOut(BaseModel):
    """A case. Text and replies are masked for everybody but the OPD that handles it; a name is never in it where anonim."""

    id: UUID
    ticket: str
    state: State
    revision: int
    class_: Class = Field(serialization_alias="class")
    priority: Priority
    topic: str | None
    place: str | None
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
    unread: int = Field(description="how many of the last replies nobody has dealt with")
    unread_since: AwareDatetime | None
    merged_into: UUID | None
    history: list[EventOut] | None = None


class NewsOut(BaseModel):
    """Something SP4N tells of a case; ``kind`` says what, ``decide`` whether a person must choose between following and not."""

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
    """A page of what SP4N tells; ``next`` is the cursor of the following one."""

    items: list[NewsOut]
    next: str | None


class CasePage(BaseModel):
    """A page of cases; ``next`` is the cursor of the following one."""

    items: list[CaseOut]
    next: str | None
