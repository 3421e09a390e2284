"""Facts of `complaint.cases.v1` about OPDs that help the one that has the case: each has an assignment of its own."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.cases_answer import WithOutcome
from shared.events.fact import Attachment, Fact, Text

# Why a helper has nothing more to do: it declined, a person removed it, the lead answered without its part, it became
# the lead itself, or the case ended.
HelpEnd = Literal["declined", "removed", "answered", "lead", "ended"]


class HelperAdded(Fact):
    """Another OPD was asked to help. ``task``: what it should contribute. ``lead``: the OPD that has the case, if any."""

    TYPE: ClassVar[str] = "case.helper_added"
    assignment_id: UUID
    opd: str
    lead: str | None = None
    task: Annotated[Text, Field(max_length=5_000)]


class HelperAccepted(Fact):
    """A helper said that it works on its part."""

    TYPE: ClassVar[str] = "case.helper_accepted"
    assignment_id: UUID
    opd: str


class HelperContributed(WithOutcome):
    """A helper gave its part. The lead reads it; the citizen does not."""

    TYPE: ClassVar[str] = "case.helper_contributed"
    assignment_id: UUID
    opd: str
    text: Text
    evidence: tuple[Attachment, ...] = ()


class HelperEnded(Fact):
    """A helper that had not given its part has nothing more to do. ``reason`` is for officers."""

    TYPE: ClassVar[str] = "case.helper_ended"
    assignment_id: UUID
    opd: str
    why: HelpEnd
    reason: Text | None = None
