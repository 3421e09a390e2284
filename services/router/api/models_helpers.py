"""The request bodies and answers about OPDs that help a case."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.router.api.models_base import Body, OpdBody, Said, Short
from shared.events.cases_answer import AnswerOutcome
from shared.events.fact import Attachment
from shared.web.inputs import Day


class ContributeIn(OpdBody):
    """The part of an OPD that helps, with at most 20 attachments as evidence. Its lead reads it; no citizen does.

    The other fields are those of an answer.
    """

    text: Said
    evidence: tuple[Attachment, ...] = Field(default=(), max_length=20)
    outcome: AnswerOutcome = "fixed"
    until: Day | None = None
    reason: Said | None = None
    legal_basis: Annotated[Said, Field(max_length=2000)] | None = None
    to: Short | None = None


class AddHelperIn(Body):
    """The request that an OPD helps. ``helper``: its code. ``task``: what it should contribute."""

    helper: str
    task: Annotated[Said, Field(max_length=5_000)]


class RemoveHelperIn(Body):
    """The request to go on without a helper whose part is missing. The helper reads the reason."""

    helper: str
    reason: Said


class HelperOut(BaseModel):
    """An OPD that helps a case. ``state``: where its part stands; it is `resolved` once ``part`` is there."""

    model_config = ConfigDict(from_attributes=True)
    opd: str
    assignment_id: UUID
    task: str
    round: int
    state: Literal["assigned", "in_progress", "resolved"]
    due_respond: AwareDatetime | None
    due_resolve: AwareDatetime | None
    part: str | None
    outcome: AnswerOutcome | None
    until: date | None
    reason: str | None
    legal_basis: str | None
    to: str | None
    evidence: tuple[Attachment, ...]
