"""The handlers that turn facts of the other services into the timeline that a citizen follows.

Every fact is accepted. A fact that is not for citizens adds no line.
"""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from services.intake.rules.limits import longer
from services.intake.state import Complaint, TimelineEntry
from shared.events import cases as c
from shared.events import notifications as n
from shared.events.fact import Fact, State


def told(complaint: Complaint, fact: Fact, at: datetime) -> Complaint:
    """Return the complaint after one fact about its case or about a notice."""
    return complaint if complaint.erased else _told(fact, complaint, at)


@singledispatch
def _told(fact: Fact, complaint: Complaint, at: datetime) -> Complaint:
    """Return the complaint unchanged. The citizen's acts are on the timeline already; other facts are for officers."""
    del fact, at
    return complaint


def _add(
    complaint: Complaint,
    at: datetime,
    what: str,
    quote: str | None = None,
    /,
    *,
    state: State | None = None,
    **params: str | None,
) -> Complaint:
    entry = TimelineEntry(at=at, what=what, params={key: value for key, value in params.items() if value}, quote=quote)
    after = complaint.with_(timeline=longer(complaint.timeline, entry))
    if state is None:
        return after
    standing = (
        complaint.put_off_until if state == "in_progress" and complaint.state in {"assigned", "in_progress"} else None
    )
    if state == "awaiting_citizen":
        # A put-off stays valid while the citizen is asked for information.
        standing = complaint.put_off_until
    ended_at = at if state in {"closed", "referred", "archived", "merged"} else None
    return after.with_(state=state, ended_at=ended_at, put_off_until=standing)


@_told.register
def on_opened(fact: c.Opened, complaint: Complaint, at: datetime) -> Complaint:
    if fact.state == "verification":
        return complaint.with_(state=fact.state)
    return _add(complaint, at, f"opened_{fact.state}", fact.reason, state=fact.state, system=fact.external_system)


@_told.register
def on_triaged(fact: c.Triaged, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, f"triaged_{fact.desk}", state="verification").with_(opd=None)


@_told.register
def on_assigned(fact: c.Assigned, complaint: Complaint, at: datetime) -> Complaint:
    reasons = "\n".join(fact.reasons) or None
    return _add(complaint, at, "assigned", reasons, state="assigned", opd=fact.opd).with_(opd=fact.opd)


@_told.register
def on_accepted(fact: c.Accepted, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "accepted", state="in_progress", opd=fact.opd)


@_told.register
def on_declined(fact: c.Declined, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "declined", fact.reason, state="verification", opd=fact.opd).with_(opd=None)


@_told.register
def on_taken_back(fact: c.TakenBack, complaint: Complaint, at: datetime) -> Complaint:
    """Show that a wrong decision was undone, with the reason. A later fact names the new OPD."""
    what = "taken_back_referral" if fact.state == "referred" else "taken_back" if fact.opd else "taken_back_question"
    return _add(complaint, at, what, fact.reason, state="verification", opd=fact.opd).with_(opd=None)


@_told.register
def on_progressed(fact: c.Progressed, complaint: Complaint, at: datetime) -> Complaint:
    if not fact.public:
        return complaint.with_(state="in_progress")
    return _add(complaint, at, "progressed", fact.text, state="in_progress", opd=fact.opd)


@_told.register
def on_info_requested(fact: c.InfoRequested, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "info_requested", fact.question, state="awaiting_citizen", opd=fact.opd)


@_told.register
def on_info_received(fact: c.InfoReceived, complaint: Complaint, at: datetime) -> Complaint:
    if fact.again:
        return _add(complaint, at, "goes_on", state=fact.state).with_(unread=False)
    return complaint.with_(state=fact.state)


@_told.register
def on_replied(fact: c.Replied, complaint: Complaint, at: datetime) -> Complaint:
    after = complaint.with_(unread=True)
    if fact.state != complaint.state:
        return _add(after, at, "heard_again", state=fact.state)
    return _add(after, at, "reply_waits") if fact.waiting == 1 else after


@_told.register
def on_reply_handled(fact: c.ReplyHandled, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, f"reply_{fact.outcome}", fact.answer).with_(unread=False)


@_told.register
def on_put_off(fact: c.PutOff, complaint: Complaint, at: datetime) -> Complaint:
    """Show that the case was put off, or that the put-off was shortened or ended, always with its date."""
    shorter = fact.was_until is not None and fact.until < fact.was_until
    what = "put_off_ended" if fact.ended else "put_off_shortened" if shorter else "put_off"
    standing = None if fact.ended else fact.until
    return _add(complaint, at, what, fact.reason, opd=fact.opd, until=fact.until.isoformat()).with_(
        put_off_until=standing
    )


@_told.register
def on_resolved(fact: c.Resolved, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "resolved", fact.answer, state="resolved", opd=fact.opd)


@_told.register
def on_closed(fact: c.Closed, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, f"closed_{fact.by}", state="closed").with_(unread=False)


@_told.register
def on_reopened(fact: c.Reopened, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "reopened", state="in_progress", opd=fact.opd, round=str(fact.round)).with_(
        opd=fact.opd, unread=False
    )


@_told.register
def on_referred(fact: c.Referred, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "referred", f"{fact.reason}\n{fact.next_step}", state="referred", to=fact.to).with_(
        opd=None
    )


@_told.register
def on_archived(fact: c.Archived, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, f"archived_{fact.reason}", state="archived")


@_told.register
def on_merged(fact: c.Merged, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "merged", state="merged", into=fact.into_ticket).with_(merged_into=fact.into_ticket)


@_told.register
def on_unmerged(fact: c.Unmerged, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "unmerged", state=fact.state).with_(merged_into=None, opd=fact.opd)


@_told.register
def on_merged_from(fact: c.MergedFrom, complaint: Complaint, at: datetime) -> Complaint:
    del fact
    return _add(complaint, at, "merged_from")


@_told.register
def on_reclassified(fact: c.Reclassified, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "reclassified", fact.reason)


@_told.register
def on_noted(fact: c.Noted, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "noted") if fact.what.startswith("submission.") else complaint


@_told.register
def on_given_up(fact: n.GivenUp, complaint: Complaint, at: datetime) -> Complaint:
    return _add(complaint, at, "notice_given_up", channel=fact.channel) if fact.recipient == "citizen" else complaint
