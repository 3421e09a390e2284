"""The rule for doubted evidence: the router hears of the doubts, and the reporter sees that the photo is examined."""

from __future__ import annotations

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
    entry = TimelineEntry(at=context.item.at, what="evidence_doubted")
    # Several photos of one answer share a line.
    again = bool(complaint.timeline) and complaint.timeline[-1].what == entry.what
    after = complaint if again else complaint.with_(timeline=lengthen(complaint.timeline, entry))
    return Change(states={key: after}, events=(Out(SUBMISSIONS, key, fact),))
