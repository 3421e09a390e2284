"""`complaint.deadlines.v1`: the clocks of a case. Written by sla; read by router, notifier, intake.

``run`` counts the starts of one clock on one complaint from 1. Times are instants (UTC on the wire).

A reader can recompute a due time from ``limit`` (`5 working_day`), ``pauses`` and ``rules``. ``rules`` is the version
of calendar and policies; 0 stands for those with which the service was started. ``limit`` is absent where nothing was
computed.
"""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.fact import Clock, Fact, Instant, Role


class ClockFact(Fact):
    """The fields of every fact about one clock. ``helper``: the assignment of the helping OPD whose clock it is.

    Without it, the clock is that of the case: of its desk, of the OPD that has it, or of its citizen.
    """

    TYPE: ClassVar[str] = "deadline"
    clock: Clock
    run: int
    helper: UUID | None = None


class DeadlineSet(ClockFact):
    """A clock started. ``explanation`` says in Indonesian how the due time came about.

    ``pauses`` are those between ``started_at`` and now, for a clock that a referral had ended and that now goes on.
    """

    TYPE: ClassVar[str] = "deadline.set"
    started_at: Instant
    due_at: Instant
    opd: str | None = None
    explanation: str
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineMoved(ClockFact):
    """The due time was recomputed from the original start: the old and the new due time, with the reason."""

    TYPE: ClassVar[str] = "deadline.moved"
    was_due_at: Instant
    due_at: Instant
    opd: str | None = None
    reason: str
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineMet(ClockFact):
    """The act that was due happened at ``at``. ``late`` says that this was after the due time."""

    TYPE: ClassVar[str] = "deadline.met"
    at: Instant
    late: bool
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineEnded(ClockFact):
    """The clock stopped unmet, and nobody is told.

    The case was declined, referred, archived, merged, closed or erased.
    """

    TYPE: ClassVar[str] = "deadline.ended"
    why: str


class DeadlinePaused(ClockFact):
    """The clock paused: it waits for the citizen, or the work was put off.

    A paused clock has no breach and no notice.
    """

    TYPE: ClassVar[str] = "deadline.paused"
    at: Instant


class DeadlineResumed(ClockFact):
    """The clock runs again. The due time was moved by the working time of the pause."""

    TYPE: ClassVar[str] = "deadline.resumed"
    at: Instant
    due_at: Instant
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineApproaching(ClockFact):
    """A level before the due time was reached, and ``to`` is told."""

    TYPE: ClassVar[str] = "deadline.approaching"
    level: int
    offset: str
    due_at: Instant
    opd: str | None = None
    to: tuple[Role, ...]


class DeadlineBreached(ClockFact):
    """The due time passed unmet."""

    TYPE: ClassVar[str] = "deadline.breached"
    due_at: Instant
    opd: str | None = None


class Escalated(ClockFact):
    """A level at or after the due time was reached. There is exactly one per complaint, clock, run and level."""

    TYPE: ClassVar[str] = "deadline.escalated"
    level: int
    offset: str
    due_at: Instant
    opd: str | None = None
    to: tuple[Role, ...]


class DeadlineRetracted(ClockFact):
    """An answer given in time was read late. The breach and these levels did not happen."""

    TYPE: ClassVar[str] = "deadline.retracted"
    levels: tuple[int, ...]
    reason: str


class SilenceExpired(Fact):
    """The citizen was silent for the whole limit after ``after``. The router closes or archives the case.

    ``since`` is when that silence began. With it, an answer or dispute from before the end can be told from a late one.
    """

    TYPE: ClassVar[str] = "deadline.silence_expired"
    run: int
    after: Literal["resolved", "info_requested"]
    since: Instant
    due_at: Instant
