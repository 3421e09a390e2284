"""The clocks as the citizen sees them: the due times, and the escalations of a late case."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from services.intake.rules.limits import longer
from services.intake.state import ClockShown, Complaint, TimelineEntry
from shared.events import deadlines as d
from shared.events.fact import Fact


def clocked(complaint: Complaint, fact: Fact, at: datetime) -> Complaint:
    """Return the complaint after one fact about its clocks."""
    return complaint if complaint.erased else _clocked(fact, complaint, at)


@singledispatch
def _clocked(fact: Fact, complaint: Complaint, at: datetime) -> Complaint:
    """Return the complaint unchanged: the citizen sees nothing of this fact."""
    del fact, at
    return complaint


def _set(complaint: Complaint, clock: str, shown: ClockShown) -> Complaint:
    before = complaint.clocks.get(clock)
    if before is not None and before.run > shown.run:
        return complaint
    if before is not None and before.run == shown.run:
        shown = before.with_(due_at=shown.due_at, paused=shown.paused, late=shown.late)
    return complaint.with_(clocks={**complaint.clocks, clock: shown})


def _line(complaint: Complaint, at: datetime, what: str, **params: str) -> Complaint:
    return complaint.with_(timeline=longer(complaint.timeline, TimelineEntry(at=at, what=what, params=params)))


@_clocked.register
def on_deadline_set(fact: d.DeadlineSet, complaint: Complaint, at: datetime) -> Complaint:
    del at
    return _set(complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at))


@_clocked.register
def on_deadline_moved(fact: d.DeadlineMoved, complaint: Complaint, at: datetime) -> Complaint:
    before = complaint.clocks.get(fact.clock)
    same = before if before is not None and before.run == fact.run else ClockShown(run=fact.run)
    shown = ClockShown(run=fact.run, due_at=fact.due_at, paused=same.paused, late=same.late and fact.due_at <= at)
    moved = _set(complaint, fact.clock, shown)
    return _line(moved, at, "deadline_moved", clock=fact.clock, due=fact.due_at.isoformat())


@_clocked.register
def on_deadline_paused(fact: d.DeadlinePaused, complaint: Complaint, at: datetime) -> Complaint:
    del at
    before = complaint.clocks.get(fact.clock)
    return _set(complaint, fact.clock, ClockShown(run=fact.run, due_at=before.due_at if before else None, paused=True))


@_clocked.register
def on_deadline_resumed(fact: d.DeadlineResumed, complaint: Complaint, at: datetime) -> Complaint:
    """Start the clock again and end any put-off."""
    del at
    complaint = complaint.with_(put_off_until=None)
    return _set(complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at))


@_clocked.register(d.DeadlineMet)
@_clocked.register(d.DeadlineEnded)
@_clocked.register(d.SilenceExpired)
def on_deadline_stopped(
    fact: d.DeadlineMet | d.DeadlineEnded | d.SilenceExpired, complaint: Complaint, at: datetime
) -> Complaint:
    del at
    return _set(complaint, "silence" if isinstance(fact, d.SilenceExpired) else fact.clock, ClockShown(run=fact.run))


@_clocked.register
def on_deadline_breached(fact: d.DeadlineBreached, complaint: Complaint, at: datetime) -> Complaint:
    late = _set(complaint, fact.clock, ClockShown(run=fact.run, due_at=fact.due_at, late=True))
    return _line(late, at, "deadline_breached", clock=fact.clock, due=fact.due_at.isoformat())


@_clocked.register
def on_escalated(fact: d.Escalated, complaint: Complaint, at: datetime) -> Complaint:
    roles = [role for role in fact.to if role != "citizen"]
    return _line(complaint, at, "escalated", clock=fact.clock, to=",".join(roles)) if roles else complaint


@_clocked.register
def on_deadline_retracted(fact: d.DeadlineRetracted, complaint: Complaint, at: datetime) -> Complaint:
    retracted = _set(complaint, fact.clock, ClockShown(run=fact.run))
    return _line(retracted, at, "deadline_retracted", clock=fact.clock)
