"""The state row of a case: the runs of its clocks, the values they depend on, and the levels reported already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, TypeAdapter

from shared.events.fact import Class, Clock, Priority, Role
from shared.frozen import Frozen

# The owner of a case that no OPD has: the triage desk.
UNOWNED = "triage"


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


# An instant in UTC, always with the standard library's UTC object: such instants compare and hash much faster than
# others.
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]


HaltKind = Literal["waiting", "put_off"]


class ClockHalt(Frozen):
    """A time that does not count for some clocks. ``end`` is None while it lasts.

    A halt of kind ``put_off`` ends by itself at ``until``.
    """

    kind: HaltKind
    start: Moment
    end: Moment | None = None
    until: Moment | None = None


class ReachedLevel(Frozen):
    """A level that was reported and not retracted. ``at`` is the instant at which the level was reached.

    ``offset`` and ``to`` come from the ladder in force at that time; older rows do not have them.
    """

    level: int
    at: Moment
    offset: str | None = None
    to: tuple[Role, ...] = ()


class ClockRun(Frozen):
    """One start of a clock. ``outcome`` says how the run ended.

    ``due_at`` does not yet include a halt that still lasts. ``rules`` is the version of calendar and policies under
    which ``due_at`` was computed last. ``helper``: the assignment of the helping OPD ``opd`` whose clock it is.
    """

    clock: Clock
    run: int
    started_at: Moment
    due_at: Moment
    opd: str | None = None
    after: Literal["resolved", "info_requested"] | None = None
    fired: tuple[ReachedLevel, ...] = ()
    ended_at: Moment | None = None
    outcome: str | None = None
    late: bool = False
    rules: int = 0
    helper: UUID | None = None

    @property
    def live(self) -> bool:
        return self.ended_at is None

    @property
    def name(self) -> tuple[str, int]:
        return self.clock, self.run


class Question(Frozen):
    """The question that an answer puts to the citizen: is it solved? ``number`` counts the answers of the case.

    ``heard`` says what came back: nothing yet, a word, or the confirmation. ``stars`` is the citizen's rating, from 1
    to ``scale``.

    ``late``: the answer came after its due time. ``promised``: it says "not yet" and names a day. ``broken``: that day
    passed without another answer. ``unanswered``: the case was closed without an answer of an OPD. ``silent``: silence
    closed the case. ``disputed``, ``reopened``: what happened after the answer.
    ``honest``: the answer does not say that it is done, but why not: it explains, promises, or says that it cannot be.
    """

    number: int
    asked_at: Moment
    opd: str
    heard: Literal["asked", "answered", "confirmed"] = "asked"
    stars: int | None = None
    scale: int = 5
    late: bool = False
    promised: bool = False
    honest: bool = False
    broken: bool = False
    unanswered: bool = False
    silent: bool = False
    disputed: bool = False
    reopened: bool = False


class CaseClocks(Frozen):
    """The state row. ``due`` is the next time at which the timer must look at the case.

    ``promised``: the day that the standing answer promises. ``question``: the question of the last answer.
    ``region``: the code of the regency or city in which the place of the complaint lies.
    ``extended``: the OPD has taken the longer time that the law gives once for an information request.

    ``next_deadline`` is the earliest live due time in microseconds. ``helping`` is that of each OPD that helps.
    ``told_from`` is set for an imported case: no level reached at or before this instant is reported. With ``history``,
    no later level of a run that began at or before this instant is reported either.
    """

    ticket: str | None = None
    class_: Class = "no_oversight"
    priority: Priority = "normal"
    topic: str | None = None
    channel: str | None = None
    region: str | None = None
    opd: str | None = None
    owner: str = UNOWNED
    halts: tuple[ClockHalt, ...] = ()
    runs: tuple[ClockRun, ...] = ()
    due: Moment | None = None
    next_deadline: int | None = None
    helping: Mapping[str, int] = {}
    disputes: int = 0
    promised: date | None = None
    question: Question | None = None
    extended: bool = False
    erased: bool = False
    told_from: Moment | None = None
    history: bool = False

    def live(self, clock: Clock, helper: UUID | None = None) -> ClockRun | None:
        """Return the live run of a clock of the case, or of a helper's clock, or None."""
        return next((run for run in self.runs if run.live and run.clock == clock and run.helper == helper), None)

    def own_runs(self, clock: Clock) -> list[ClockRun]:
        """Return the runs of a clock that are no helper's, the oldest first."""
        return [run for run in self.runs if run.clock == clock and run.helper is None]

    def as_helper(self, opd: str | None) -> CaseClocks:
        """Return the case as the clocks of a helping OPD see it.

        They follow the policies for this OPD. They wait for the citizen, but not for what the lead puts off.
        """
        return self.with_(opd=opd, extended=False, halts=tuple(halt for halt in self.halts if halt.kind == "waiting"))

    def of_run(self, run: ClockRun) -> CaseClocks:
        """Return the case as the rules see it for this run."""
        return self if run.helper is None else self.as_helper(run.opd)

    def seen_by(self, owner: str) -> CaseClocks:
        """Return the case with the clocks that one owner has to meet: the case's own, or those of a helper."""
        if owner == self.owner:
            return self.with_(runs=tuple(run for run in self.runs if run.helper is None))
        runs = tuple(run for run in self.runs if run.helper is not None and run.opd == owner)
        return self.as_helper(owner).with_(owner=owner, runs=runs, next_deadline=self.helping.get(owner))

    def halts_run(self, run: ClockRun) -> bool:
        """Return whether a halt of this run lasts now."""
        return self.of_run(run).halted(run.clock)

    def may_report(self, run: ClockRun, at: datetime) -> bool:
        """Return whether a level of this run that is reached at ``at`` may be reported."""
        if at <= run.started_at:
            return False
        if self.told_from is None or run.started_at > self.told_from:
            return True
        return not self.history and at > self.told_from

    def halted(self, clock: Clock) -> bool:
        """Return whether a halt of this clock lasts now."""
        return bool(self.halts) and any(halt.end is None and clock in HALTED_BY[halt.kind] for halt in self.halts)


# The clocks that stand still while the citizen is asked (`waiting`) and while the OPD has put the case off (`put_off`).
HALTED_BY: dict[HaltKind, frozenset[Clock]] = {
    "waiting": frozenset({"verify", "redispatch", "respond", "resolve"}),
    "put_off": frozenset({"respond", "resolve"}),
}

# The clocks that no list of an OPD or desk shows: the citizen's own time, and the appeals, which have a list of their own.
UNLISTED: frozenset[Clock] = frozenset({"silence", "appeal"})

# Reads a case from its row.
STORED: TypeAdapter[CaseClocks] = TypeAdapter(CaseClocks)

__all__ = [
    "HALTED_BY",
    "STORED",
    "UNLISTED",
    "UNOWNED",
    "CaseClocks",
    "ClockHalt",
    "ClockRun",
    "HaltKind",
    "Question",
    "ReachedLevel",
]
