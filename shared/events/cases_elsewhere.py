"""Facts of `complaint.cases.v1` about what another system records of the same complaint."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Fact, State


class ExternalStatusSeen(Fact):
    """Another system says something else than we do: ours stands, triage sees it."""

    TYPE: ClassVar[str] = "case.external_status_changed"
    system: str
    status_text: str
    status: State | None = None


class SourceAmended(Fact):
    """Another system tells the complaint otherwise: ``changed`` names what is another there; the flags are those from now on."""

    TYPE: ClassVar[str] = "case.source_amended"
    system: str
    changed: tuple[str, ...]
    anonim: bool
    rahasia: bool
