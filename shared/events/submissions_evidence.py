"""The doubts about the photos that an OPD gave as evidence. Part of `complaint.submissions.v1`."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.events.fact import Fact

DoubtKind = Literal["own_photo", "earlier_evidence", "before_complaint", "far_away", "not_compared"]


class Doubt(Fact):
    """One finding that speaks against a photo.

    ``own_photo``, ``earlier_evidence``: it stems from the photo ``earlier`` of the citizen, or of an earlier answer.
    ``covered`` is the share of it that does, ``changed`` the share of that part whose content differs.
    ``before_complaint``, ``far_away``: its metadata name a time before the complaint, or a place ``metres`` away.
    ``not_compared``: the comparison needs more time or memory than it may take.
    """

    kind: DoubtKind
    earlier: str | None = None
    mirrored: bool = False
    covered: float = 0.0
    changed: float = 0.0
    metres: int | None = None


class EvidenceDoubted(Fact):
    """The comparison found something that speaks against a photo in an answer."""

    TYPE: ClassVar[str] = "submission.evidence_doubted"
    file: str
    doubts: tuple[Doubt, ...]
