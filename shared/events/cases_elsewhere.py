"""Facts of `complaint.cases.v1` about what another system records of the same complaint."""

from __future__ import annotations

from typing import ClassVar

from shared.events.fact import Fact, State


class ExternalStatusSeen(Fact):
    """Another system shows a status that differs from ours. Our status stands, and triage sees the difference."""

    TYPE: ClassVar[str] = "case.external_status_changed"
    system: str
    status_text: str
    status: State | None = None


class SourceAmended(Fact):
    """Another system changed the complaint.

    ``changed`` names the changed fields; the flags are the values from now on.
    """

    TYPE: ClassVar[str] = "case.source_amended"
    system: str
    changed: tuple[str, ...]
    anonim: bool
    rahasia: bool
