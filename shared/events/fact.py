"""What every event's data is made of."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

State = Literal[
    "verification", "assigned", "in_progress", "awaiting_citizen", "resolved", "closed", "referred", "archived", "merged"
]
"""The states of a case (docs/architecture/ordering.md); only the router moves a case."""

Class = Literal["oversight", "no_oversight", "information", "aspiration", "permit"]
"""Complaint with oversight (berkadar pengawasan), without, request for information, aspiration, permit correspondence."""

Priority = Literal["normal", "urgent"]
Desk = Literal["triage", "arbiter"]
Authority = Literal["province", "regency_or_city", "centre", "ikn"]
Outcome = Literal["assign", "triage", "refer"]
Clock = Literal["verify", "redispatch", "respond", "resolve", "silence"]
Role = Literal["officer", "head", "inspektorat", "sekda", "governor", "citizen", "triage"]
"""Who an escalation is told to: the OPD's officer and head, the supervisors, the governor's list, the reporter, triage."""

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Instant = AwareDatetime


class Fact(BaseModel):
    """The data of one event: a fact in the past tense. Writers may not add fields; readers ignore those they do not know.

    ``TYPE`` is the CloudEvents type. ``ERASES`` marks the fact that blanks all that is kept of its key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)
    TYPE: ClassVar[str]
    ERASES: ClassVar[bool] = False


class Part(BaseModel):
    """A piece of a fact: not an event by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Attachment(Part):
    """A file named by id; whoever may see it fetches it from the service that keeps it. ``size`` is in bytes."""

    id: str
    sha256: str
    type: str
    size: int


class Candidate(Part):
    """An agency or authority the text may belong to, with how sure the rules are (0 to 1)."""

    authority: Authority
    opd: str | None = None
    confidence: float


class Unknown(Fact):
    """A type this reader does not know: counted as read, changes nothing."""

    TYPE: ClassVar[str] = "unknown"


class Blank(Fact):
    """A fact whose content was erased on request: counted as read, changes nothing."""

    TYPE: ClassVar[str] = "blank"
