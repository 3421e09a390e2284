"""The clocks as the citizen sees them: the due times, the put-offs, and the escalations of a late case."""

from __future__ import annotations

from datetime import date, datetime

from services.intake.rules.cases import RIGHTS
from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import lengthen
from services.intake.state import ClockShown, Complaint, TimelineEntry
from shared.events import deadlines as d

# The clocks for which a citizen waits in each state, the one that matters first.
_AWAITED = {
    "verification": ("redispatch", "verify"),
    "assigned": ("respond", "resolve"),
    "in_progress": ("respond", "resolve"),
    "awaiting_citizen": ("silence",),
    "resolved": ("silence",),
    "closed": ("appeal",),
}


def awaited_deadline(complaint: Complaint) -> tuple[str, datetime] | None:
    """Return the deadline for which the citizen waits now as (clock, due time), or None."""
    for clock in _AWAITED.get(complaint.state, ()):
        shown = complaint.clocks.get(clock, ClockShown(run=0))
        if shown.due_at is not None and not shown.paused:
            return clock, shown.due_at
    return None


def put_off_until(complaint: Complaint) -> date | None:
    """Return the date to which an OPD has put the case off, or None if no clock is paused for it."""
    if complaint.state not in {"assigned", "in_progress"} or complaint.put_off_until is None:
        return None
    paused = any(complaint.clocks[clock].paused for clock in ("respond", "resolve") if clock in complaint.clocks)
    return complaint.put_off_until if paused else None


def _with_clock(complaint: Complaint, clock: str, shown: ClockShown) -> Complaint:
    """Return the complaint with this clock. An earlier run of the clock changes nothing."""
    before = complaint.clocks.get(clock)
    if before is not None and before.run > shown.run:
        return complaint
    if before is not None and before.run == shown.run:
        shown = before.with_(due_at=shown.due_at, paused=shown.paused, late=shown.late)
    return complaint.with_(clocks={**complaint.clocks, clock: shown})


def _with_line(complaint: Complaint, at: datetime, what: str, **params: str) -> Complaint:
    return complaint.with_(timeline=lengthen(complaint.timeline, TimelineEntry(at=at, what=what, params=params)))


def set_deadline(context: Context, fact: d.DeadlineSet) -> StateChange:
    """Show the due time of a clock that has started."""
    return context.changed_to(_with_clock(context.complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at)))


def move_deadline(context: Context, fact: d.DeadlineMoved) -> StateChange:
    """Show another due time. A paused clock stays paused; a late clock stays late unless the new time lies ahead."""
    complaint, at = context.complaint, context.item.at
    before = complaint.clocks.get(fact.clock)
    same = before if before is not None and before.run == fact.run else ClockShown(run=fact.run)
    shown = ClockShown(run=fact.run, due_at=fact.due_at, paused=same.paused, late=same.late and fact.due_at <= at)
    moved = _with_clock(complaint, fact.clock, shown)
    return context.changed_to(_with_line(moved, at, "deadline_moved", clock=fact.clock, due=fact.due_at.isoformat()))


def pause_deadline(context: Context, fact: d.DeadlinePaused) -> StateChange:
    """Show that a clock does not count now."""
    before = context.complaint.clocks.get(fact.clock)
    shown = ClockShown(run=fact.run, due_at=before.due_at if before else None, paused=True)
    return context.changed_to(_with_clock(context.complaint, fact.clock, shown))


def resume_deadline(context: Context, fact: d.DeadlineResumed) -> StateChange:
    """Start the clock again and end any put-off."""
    complaint = context.complaint.with_(put_off_until=None)
    return context.changed_to(_with_clock(complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at)))


def stop_deadline(context: Context, fact: d.DeadlineMet | d.DeadlineEnded) -> StateChange:
    """Show no due time for a clock that has stopped."""
    return context.changed_to(_with_clock(context.complaint, fact.clock, ClockShown(run=fact.run)))


def stop_silence(context: Context, fact: d.SilenceExpired) -> StateChange:
    """Show no due time after the time for the citizen's answer has passed."""
    return context.changed_to(_with_clock(context.complaint, "silence", ClockShown(run=fact.run)))


def breach_deadline(context: Context, fact: d.DeadlineBreached) -> StateChange:
    """Show that a due time passed without an answer, and the citizen's rights if it was an information request."""
    late = _with_clock(context.complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at, late=True))
    due = fact.due_at.isoformat()
    shown = _with_line(late, context.item.at, "deadline_breached", clock=fact.clock, due=due)
    if fact.clock == "resolve" and shown.class_ == "information":
        shown = _with_line(shown, context.item.at, RIGHTS)
    return context.changed_to(shown)


def show_escalation(context: Context, fact: d.Escalated) -> StateChange:
    """Show to which roles the delay was reported. A notice to the citizen alone adds no line."""
    roles = [role for role in fact.to if role != "citizen"]
    complaint = context.complaint
    if roles:
        complaint = _with_line(complaint, context.item.at, "escalated", clock=fact.clock, to=",".join(roles))
    return context.changed_to(complaint)


def retract_deadline(context: Context, fact: d.DeadlineRetracted) -> StateChange:
    """Show that a breach did not happen after all."""
    retracted = _with_clock(context.complaint, fact.clock, ClockShown(run=fact.run))
    return context.changed_to(_with_line(retracted, context.item.at, "deadline_retracted", clock=fact.clock))
