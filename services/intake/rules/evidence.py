"""The rule for doubted evidence: the router hears of the doubts, and the reporter sees that the photo is examined."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from services.intake.rules.commands import DoubtEvidence
from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import lengthen
from services.intake.state import Complaint, TimelineEntry
from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions_evidence import EvidenceDoubted
from shared.pipeline import Change, Out


def doubt_evidence(context: Context, command: DoubtEvidence) -> StateChange:
    """Say what speaks against a photo. An erased complaint says nothing."""
    key = context.item.key
    complaint = context.states[key]
    if not isinstance(complaint, Complaint) or complaint.erased:
        return Change()
    fact = EvidenceDoubted(file=str(command.media), doubts=command.doubts)
    told: StateChange = Change(states={key: complaint}, events=(Out(SUBMISSIONS, key, fact),))
    entry = TimelineEntry(at=context.item.at, what="evidence_doubted")
    # Several photos of one answer share a line. A photo of a helper's part was never shown.
    if (complaint.timeline[-1:] and complaint.timeline[-1].what == entry.what) or not shows_file(
        complaint, command.media
    ):
        return told
    return replace(told, states={key: complaint.with_(timeline=lengthen(complaint.timeline, entry))})


def shows_file(complaint: Complaint, file: UUID | None) -> bool:
    """Return whether the reporter sees a file as the evidence of an answer."""
    return any(file in entry.files for entry in complaint.timeline)
