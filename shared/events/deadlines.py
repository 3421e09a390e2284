"""`complaint.deadlines.v1`: the clocks of a case. Written by sla; read by router, notifier, intake.

``run`` counts the starts of one clock on one complaint from 1. Times are instants (UTC on the wire).

Whoever wants to count again finds what a due time was computed from: ``limit`` (`5 working_day`), ``pauses`` and ``rules``,
the version of calendar and policies (0: those the service was started with). ``limit`` is absent where nothing was computed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.events.fact import Clock, Fact, Instant, Role


class DeadlineSet(Fact):
    """A clock started. ``explanation`` says in Indonesian how the due time came about.

    ``pauses`` are those between ``started_at`` and now, where a clock goes on that a referral had ended.
    """

    TYPE: ClassVar[str] = "deadline.set"
    clock: Clock
    run: int
    started_at: Instant
    due_at: Instant
    opd: str | None = None
    explanation: str
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineMoved(Fact):
    """Recomputed from the original start: the old and the new due time, with the reason."""

    TYPE: ClassVar[str] = "deadline.moved"
    clock: Clock
    run: int
    was_due_at: Instant
    due_at: Instant
    opd: str | None = None
    reason: str
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineMet(Fact):
    """What was due happened at ``at``; ``late`` when that was after the due time."""

    TYPE: ClassVar[str] = "deadline.met"
    clock: Clock
    run: int
    at: Instant
    late: bool
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineEnded(Fact):
    """The clock stopped unmet and silent: declined, referred, archived, merged, closed, erased."""

    TYPE: ClassVar[str] = "deadline.ended"
    clock: Clock
    run: int
    why: str


class DeadlinePaused(Fact):
    """Waiting for the citizen or put off: no breach and no notice while paused."""

    TYPE: ClassVar[str] = "deadline.paused"
    clock: Clock
    run: int
    at: Instant


class DeadlineResumed(Fact):
    """Running again, with the due time moved by the working time between."""

    TYPE: ClassVar[str] = "deadline.resumed"
    clock: Clock
    run: int
    at: Instant
    due_at: Instant
    limit: str | None = None
    rules: int = 0
    pauses: tuple[tuple[Instant, Instant], ...] = ()


class DeadlineApproaching(Fact):
    """A level before the due time was reached: ``to`` is told."""

    TYPE: ClassVar[str] = "deadline.approaching"
    clock: Clock
    run: int
    level: int
    offset: str
    due_at: Instant
    opd: str | None = None
    to: tuple[Role, ...]


class DeadlineBreached(Fact):
    """The due time passed unmet."""

    TYPE: ClassVar[str] = "deadline.breached"
    clock: Clock
    run: int
    due_at: Instant
    opd: str | None = None


class Escalated(Fact):
    """A level at or after the due time was reached: exactly one per complaint, clock, run and level."""

    TYPE: ClassVar[str] = "deadline.escalated"
    clock: Clock
    run: int
    level: int
    offset: str
    due_at: Instant
    opd: str | None = None
    to: tuple[Role, ...]


class DeadlineRetracted(Fact):
    """An answer given in time was read late: the breach and these levels did not happen."""

    TYPE: ClassVar[str] = "deadline.retracted"
    clock: Clock
    run: int
    levels: tuple[int, ...]
    reason: str


class SilenceExpired(Fact):
    """The citizen was silent for the whole limit after ``after``: the router closes or archives the case.

    ``since`` is when that silence began, so that an answer or dispute said before the end can be told from a late one.
    """

    TYPE: ClassVar[str] = "deadline.silence_expired"
    run: int
    after: Literal["resolved", "info_requested"]
    since: Instant
    due_at: Instant
