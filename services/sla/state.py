"""What is remembered of a complaint: its clocks' runs, what they depend on, and what was already told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, TypeAdapter

from shared.events.fact import Class, Clock, Priority, Role
from shared.frozen import Frozen

UNOWNED = "triage"
"""Owner of a case that no OPD has: the triage desk."""


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""An instant in the one UTC of the standard library: such instants compare and hash at a fraction of the cost of others."""


class Halt(Frozen):
    """A time that does not count. ``end`` None: it still lasts, or (put off) ends at ``until`` by itself."""

    kind: Literal["waiting", "put_off"]
    start: Moment
    end: Moment | None = None
    until: Moment | None = None


class Fired(Frozen):
    """A level that was told and not retracted, and the instant at which it was reached.

    ``offset`` and ``to`` are those of the ladder that was in force then; older rows do not have them.
    """

    level: int
    at: Moment
    offset: str | None = None
    to: tuple[Role, ...] = ()


class Run(Frozen):
    """One start of a clock. ``due_at`` leaves out a halt that still lasts; ``outcome`` says how it ended.

    ``rules``: the version of calendar and policies under which ``due_at`` was computed last.
    """

    clock: Clock
    run: int
    started_at: Moment
    due_at: Moment
    opd: str | None = None
    after: Literal["resolved", "info_requested"] | None = None
    fired: tuple[Fired, ...] = ()
    ended_at: Moment | None = None
    outcome: str | None = None
    late: bool = False
    rules: int = 0

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def name(self) -> tuple[str, int]:
        return self.clock, self.run


class Case(Frozen):
    """The state row. ``due`` is when a timer must look next; ``next_deadline`` the earliest live due time, in microseconds.

    ``told_from``: the case was imported at this instant, and no level that was reached before it is told. ``history``: nor is any
    later level of a run that began before it.
    """

    ticket: str | None = None
    class_: Class = "no_oversight"
    priority: Priority = "normal"
    topic: str | None = None
    channel: str | None = None
    opd: str | None = None
    owner: str = UNOWNED
    halts: tuple[Halt, ...] = ()
    runs: tuple[Run, ...] = ()
    due: Moment | None = None
    next_deadline: int | None = None
    disputes: int = 0
    erased: bool = False
    told_from: Moment | None = None
    history: bool = False

    def live(self, clock: Clock) -> Run | None:
        """The running start of a clock, if there is one."""
        return next((run for run in self.runs if run.live and run.clock == clock), None)

    def tells(self, run: Run, at: datetime) -> bool:
        """Whether a level of this run that is reached at ``at`` may be told."""
        if at <= run.started_at:
            return False
        if self.told_from is None or run.started_at > self.told_from:
            return True
        return not self.history and at > self.told_from

    def halted(self, clock: Clock) -> bool:
        """Whether a time that does not count for this clock lasts now."""
        return bool(self.halts) and any(halt.end is None and clock in HALTED_BY[halt.kind] for halt in self.halts)


HALTED_BY: dict[str, frozenset[str]] = {
    "waiting": frozenset({"verify", "redispatch", "respond", "resolve"}),
    "put_off": frozenset({"respond", "resolve"}),
}
"""Which clocks wait while the citizen is asked, and which while the OPD has put the case off."""

STORED: TypeAdapter[Case] = TypeAdapter(Case)
"""A case as its row holds it."""

__all__ = ["HALTED_BY", "STORED", "UNOWNED", "Case", "Fired", "Halt", "Run"]
