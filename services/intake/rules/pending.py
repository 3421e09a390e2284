"""The reporter's act that the router has not answered yet. Until then the complaint's state is older than the act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.intake.rules.citizen import OPEN_STATES
from services.intake.state import Complaint

# The states that an act leads out of, by the name of its line in the timeline.
_LEADS_OUT_OF: Final[Mapping[str, frozenset[str]]] = {
    "replied": frozenset({"awaiting_citizen", "resolved"}),
    "confirmed": frozenset({"resolved", "closed"}),
    "disputed": frozenset({"resolved", "closed"}),
    "appealed": frozenset({"closed"}),
    "withdrew": OPEN_STATES | {"resolved"},
    "objected": frozenset({"referred"}),
}
# Lines after which no earlier act waits any more. Any other line may come between an act and the answer to it.
_ANSWERS: Final = frozenset(
    {
        "appeal_rejected",
        "appeal_upheld",
        "appeal_waits",
        "closed_citizen",
        "goes_on",
        "heard_again",
        "info_requested",
        "noted",
        "promise_passed",
        "reopened",
        "reply_asked",
        "reply_closed",
        "reply_read",
        "reply_reopened",
        "reply_waits",
        "resolved",
        "resolved_explained",
        "resolved_not_ours",
        "resolved_not_possible",
        "resolved_scheduled",
        "taken_back_objected",
        "taken_back_referral",
        "unmerged",
    }
)


def pending_act(complaint: Complaint) -> str | None:
    """Return the line of the reporter's last act that still waits for the router's answer, or None.

    A reply to a case that has an unread reply already gets no answer of its own.
    """
    if complaint.erased:
        return None
    for entry in reversed(complaint.timeline):
        if entry.what in _ANSWERS:
            return None
        leaves = _LEADS_OUT_OF.get(entry.what)
        answered = complaint.state in {"resolved", "closed", "referred"}
        said = entry.quote is not None or entry.what == "objected"
        joins_a_reply = answered and complaint.unread and said and entry.what != "withdrew"
        if leaves is not None and complaint.state in leaves and not joins_a_reply:
            return entry.what
    return None
