"""The decision of a second person on doubted evidence. Part of `complaint.cases.v1`."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.events.fact import Fact, Text

Verdict = Literal["confirmed", "cleared"]


class EvidenceReviewed(Fact):
    """A second person decided on the doubts about a photo.

    ``confirmed``: the photo proves nothing, and the case was reopened if it was answered. The citizen reads ``reason``.
    """

    TYPE: ClassVar[str] = "case.evidence_reviewed"
    file: str
    verdict: Verdict
    reason: Text
