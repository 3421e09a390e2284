"""The models of intake's JSON answers. A field without a value is left out of an answer unless it may be null."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

InstantText = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
DayText = Annotated[str, Field(json_schema_extra={"format": "date"})]
LinkText = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Count = Annotated[int, Field(ge=0)]
_RECEIPT: Any = {
    "status": "accepted",
    "ticket": "KT-7F3K-9Q2M-X",
    "link": "https://aduan.contoh.id/aduan/KT-7F3K-9Q2M-X/0c5e7f6d1b2a39485766a5b4c3d2e1f0",
}


class ReceiptOut(BaseModel):
    """The ticket and the secret link of a filed complaint."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RECEIPT]})
    status: Literal["accepted", "repeated"]
    ticket: str
    link: LinkText


class FieldError(BaseModel):
    """A wrong field and the reason."""

    field: str
    reason: str


class ItemProblem(BaseModel):
    """RFC 9457: why an item was refused."""

    type: str
    title: str
    status: int
    code: str
    detail: str | SkipJsonSchema[None] = None
    message: str | SkipJsonSchema[None] = None
    errors: list[FieldError] | SkipJsonSchema[None] = None


class ItemOut(BaseModel):
    """The answer to one item of a list."""

    index: int
    status: Literal["accepted", "repeated", "refused"]
    ticket: str | SkipJsonSchema[None] = None
    link: LinkText | SkipJsonSchema[None] = None
    problem: ItemProblem | SkipJsonSchema[None] = None


class ItemsOut(BaseModel):
    """The answers to the items of a list, with their counts."""

    accepted: Count
    repeated: Count
    refused: Count
    items: list[ItemOut]


class AwaitedDeadlineOut(BaseModel):
    """The deadline for which the citizen waits."""

    clock: str
    at: InstantText


class TimelineLineOut(BaseModel):
    """One line of the timeline."""

    at: InstantText
    what: str
    text: str
    quote: str | SkipJsonSchema[None] = None


class PublicComplaintOut(BaseModel):
    """The state and dates of a complaint, for anyone with its ticket.

    ``public_files``: the photos that a person released. The tracking page shows them, with links that last minutes.
    """

    ticket: str
    state: str
    state_text: str
    standing: str
    channel: str
    filed_at: InstantText | None
    due: AwaitedDeadlineOut | None
    put_off_until: DayText | None
    opd: str | None
    anonim: bool
    rahasia: bool
    erased: bool
    followers: int
    timeline: list[TimelineLineOut]
    public_files: list[str] | SkipJsonSchema[None] = None


class ContentOut(BaseModel):
    """The part of a complaint's content that its reporter reads, with numbers masked."""

    title: str | None = None
    text: str | None = None
    place: str | None = None


class ComplaintOut(ContentOut, PublicComplaintOut):
    """The ticket alone shows state and dates. The secret adds text, place, quotes and the `allowed` acts.

    ``area``: the place that we know by its official code, in words.

    ``stars``: the reporter's rating of the last answer, from 1 to ``scale``.
    """

    area: str | SkipJsonSchema[None] = None
    stars: int | None = None
    scale: int = 5
    allowed: list[str] | SkipJsonSchema[None] = None


class SimilarOut(BaseModel):
    """An open complaint about what seems to be the same matter at the same place."""

    ticket: str
    state: str
    state_text: str
    filed_at: InstantText
    age: str
    topic: str | None
    topic_text: str


class SimilarListOut(BaseModel):
    """The complaints most alike, the most similar first."""

    items: list[SimilarOut]


class ActOut(BaseModel):
    """The answer to a citizen's act."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ticket": "KT-7F3K-9Q2M-X", "status": "accepted"}]})
    ticket: str
    status: Literal["accepted", "repeated"]


class BadRowOut(BaseModel):
    """A row that was not imported."""

    row: int
    tracking_id: str | None
    reason: str


class ChangedRowOut(BaseModel):
    """A row whose complaint changed, with the names of the changed columns."""

    row: int
    tracking_id: str
    ticket: str
    columns: list[str]


class ImportOut(BaseModel):
    """The report of an import."""

    accepted: Count
    already_closed: Count
    history: Count
    updated: Count
    unchanged: Count
    changes: dict[str, Count]
    changed_rows: list[ChangedRowOut]
    unmapped_categories: dict[str, Count]
    notes: list[str]
    bad: list[BadRowOut]
    tickets: dict[str, str]
