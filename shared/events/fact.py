"""The base of every event's data, and the values that events share."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

# The states of a case (docs/architecture/ordering.md). Only the router moves a case.
State = Literal[
    "verification",
    "assigned",
    "in_progress",
    "awaiting_citizen",
    "resolved",
    "closed",
    "referred",
    "archived",
    "merged",
]

# Complaint with oversight (berkadar pengawasan), complaint without oversight, request for information, aspiration,
# permit correspondence.
Class = Literal["oversight", "no_oversight", "information", "aspiration", "permit"]

Priority = Literal["normal", "urgent"]
Desk = Literal["triage", "arbiter"]
Authority = Literal["province", "regency_or_city", "centre", "ikn"]
Outcome = Literal["assign", "triage", "refer"]
# `appeal`: a person above the closer must decide on the citizen's appeal. Only sla writes it, and only after an appeal.
Clock = Literal["verify", "redispatch", "respond", "resolve", "silence", "appeal"]
# The recipients of an escalation: the OPD's officer and head, the supervisors, the governor's list, the reporter,
# triage.
Role = Literal["officer", "head", "inspektorat", "sekda", "governor", "citizen", "triage"]

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Instant = AwareDatetime


class Fact(BaseModel):
    """The data of one event: a fact in the past tense.

    Writers may not add fields; readers ignore those they do not know.

    ``TYPE`` is the CloudEvents type. ``ERASES`` marks a fact that makes readers blank everything they keep of its key.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
    TYPE: ClassVar[str]
    ERASES: ClassVar[bool] = False


class Part(BaseModel):
    """A piece of a fact. It is no event by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Attachment(Part):
    """A file, named by its id.

    Whoever may see the file fetches it from the service that keeps it. ``size`` is in bytes.
    """

    id: str
    sha256: str
    type: str
    size: int


class Candidate(Part):
    """An agency or authority that the text may belong to, with the confidence of the rules (0 to 1)."""

    authority: Authority
    opd: str | None = None
    confidence: float


class OfferedChoice(Part):
    """One of the sentences among which a citizen may say what a complaint is about: a topic with one authority."""

    topic: str
    authority: Authority
    sentence: str


class Unknown(Fact):
    """A fact of a type that this reader does not know. It counts as read and changes nothing."""

    TYPE: ClassVar[str] = "unknown"


class Blank(Fact):
    """A fact whose content was erased on request. It counts as read and changes nothing."""

    TYPE: ClassVar[str] = "blank"
