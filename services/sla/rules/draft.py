"""A case while one fact or tick is folded: the changes of its runs, and the events that report them.

This module does not know which fact came; `facts` and `timers` do. An answer may be read only after a later level was
told. The level is then retracted, and may be told again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, get_args
from uuid import UUID

from services.sla.rules.due_dates import DueDates, pauses
from services.sla.rules.measures import Measure, measure_dispute, measure_run
from services.sla.state import HALTED_BY, UNOWNED, CaseClocks, ClockHalt, ClockRun
from shared.events.catalogue import DEADLINES
from shared.events.deadlines import (
    DeadlineEnded,
    DeadlineMet,
    DeadlineMoved,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineRetracted,
    DeadlineSet,
)
from shared.events.fact import Clock, Fact
from shared.pipeline.change import Change, Out

DEPENDS_ON = attrgetter("class_", "priority", "topic", "opd", "channel")
CLOCKS: tuple[Clock, ...] = get_args(Clock)


class ClockDraft:
    """A case during one fold. It collects the changed state, the events and the ended runs."""

    def __init__(self, case: CaseClocks, due_dates: DueDates) -> None:
        self.before = case
        self.case = case
        self.due_dates = due_dates
        self.said: list[Fact] = []
        # Runs that ended in this fold, for the numbers.
        self.ended: list[ClockRun] = []
        self.disputed_at: datetime | None = None

    def change(self, key: UUID, answer: Any = None) -> Change[CaseClocks]:
        """Return the result of the fold.

        Another class, priority, topic or OPD moves every live run, from its original start.
        """
        if DEPENDS_ON(self.case) != DEPENDS_ON(self.before):
            self.recompute("golongan, prioritas, topik, atau OPD berubah")
        due, deadline = self.due_dates.next_look(self.case), self.due_dates.next_deadline(self.case)
        case = self.set(owner=self.case.opd or UNOWNED, due=due, next_deadline=deadline)
        if not self.said and case == self.before:
            return Change(answer=answer)
        events = tuple(Out(DEADLINES, key, fact, actor="sla") for fact in self.said)
        return Change(states={key: case}, events=events, rows=self._measures(key), answer=answer)

    def _measures(self, key: UUID) -> tuple[Measure, ...]:
        found = [measure_run(self.due_dates.table, key, self.case, run) for run in self.ended if run.clock != "silence"]
        if self.disputed_at is not None:
            found.append(measure_dispute(key, self.case, self.disputed_at))
        return tuple(found)

    def set(self, **values: Any) -> CaseClocks:
        """Set fields of the case and return the new case."""
        self.case = self.case.with_(**values)
        return self.case

    def put(self, run: ClockRun, **values: Any) -> ClockRun:
        """Set fields of a run and return the new run."""
        changed = run.with_(**values)
        self.set(
            runs=tuple(
                [changed if other.run == run.run and other.clock == run.clock else other for other in self.case.runs]
            )
        )
        return changed

    # runs ----------------------------------------------------------------------------------------------------------

    def start(
        self,
        clock: Clock,
        at: datetime,
        after: Literal["resolved", "info_requested"] | None = None,
        goes_on: ClockRun | None = None,
    ) -> None:
        """Start a clock. A live run of the same clock ends as superseded.

        ``goes_on`` is an earlier run that the new one continues: from the same start, with the levels that were told.
        """
        self.end([clock], at, "superseded")
        number = 1 + sum(run.clock == clock for run in self.case.runs)
        at = goes_on.started_at if goes_on is not None else at
        due = self.due_dates.due(self.case, clock, at)
        opd = self.case.opd if clock in {"respond", "resolve"} else None
        fired = goes_on.fired if goes_on is not None else ()
        run = ClockRun(
            clock=clock,
            run=number,
            started_at=at,
            due_at=due,
            opd=opd,
            after=after,
            fired=fired,
            rules=self.due_dates.version,
        )
        self.set(runs=(*self.case.runs, run))
        explanation = self.due_dates.explanation(self.case, run)
        self.said.append(
            DeadlineSet(
                clock=clock,
                run=number,
                started_at=at,
                due_at=due,
                opd=opd,
                explanation=explanation,
                limit=self.due_dates.limit(self.case, run),
                rules=run.rules,
                pauses=self.basis(run)["pauses"] if goes_on is not None else (),
            )
        )

    def meet(self, clock: Clock, at: datetime) -> None:
        """End a run as met at ``at``. That instant may lie before a breach that was told meanwhile."""
        run = self.case.live(clock)
        if run is None:
            return
        counted = self.case.halted(clock)
        due = self.due_dates.due(self.case, clock, run.started_at, until=at) if counted else run.due_at
        run = self.retract(run, at, "dijawab tepat waktu, tetapi baru terbaca kemudian")
        late = at > due or any(fired.level == 0 for fired in run.fired)
        basis = self.basis(run, until=at) if counted else {}
        run = self.put(run, due_at=due, ended_at=at, outcome="met", late=late, rules=basis.get("rules", run.rules))
        self.ended.append(run)
        self.said.append(DeadlineMet(clock=clock, run=run.run, at=at, late=late, **basis))

    def end(self, clocks: Iterable[Clock], at: datetime, why: str) -> None:
        """End the live runs of these clocks, with the outcome ``why``, as not met."""
        for clock in clocks:
            run = self.case.live(clock)
            if run is not None:
                run = self.retract(run, at, "berakhir sebelum tenggat, tetapi baru terbaca kemudian")
                self.ended.append(self.put(run, ended_at=at, outcome=why))
                self.said.append(DeadlineEnded(clock=clock, run=run.run, why=why))

    def retract(self, run: ClockRun, at: datetime, reason: str) -> ClockRun:
        """Take back the breach and the later levels that were told although they were reached only after ``at``."""
        wrong = tuple(fired.level for fired in run.fired if fired.at > at and fired.level >= 0)
        if not wrong:
            return run
        self.said.append(DeadlineRetracted(clock=run.clock, run=run.run, levels=wrong, reason=reason))
        return self.put(run, fired=tuple(fired for fired in run.fired if fired.level not in wrong))

    def recompute(self, reason: str) -> int:
        """Compute every live run anew from its original start, with all its halts. Return how many due times moved."""
        before = {run.name: run.due_at for run in self.case.runs}
        for run in self.case.runs:
            if run.live:
                self.move(run, reason)
        return sum(run.due_at != before[run.name] for run in self.case.runs)

    def move(self, run: ClockRun, reason: str) -> ClockRun:
        """Compute the due time of one run anew. Report an event only if the due time changed."""
        due = self.due_dates.due(self.case, run.clock, run.started_at)
        changed = self.put(run, due_at=due, rules=self.due_dates.version)
        if due != run.due_at:
            self.said.append(
                DeadlineMoved(
                    clock=run.clock,
                    run=run.run,
                    was_due_at=run.due_at,
                    due_at=due,
                    opd=run.opd,
                    reason=reason,
                    **self.basis(run),
                )
            )
        return changed

    def basis(self, run: ClockRun, until: datetime | None = None) -> dict[str, Any]:
        """Return what the due time is computed from now, so that a reader of the event can compute it again."""
        halts = tuple((pause.start, pause.end) for pause in pauses(self.case, run.clock, until))
        return {"limit": self.due_dates.limit(self.case, run), "rules": self.due_dates.version, "pauses": halts}

    # times that do not count ---------------------------------------------------------------------------------------

    def halt(self, kind: Literal["waiting", "put_off"], at: datetime, until: datetime | None = None) -> None:
        """Stop the time from ``at`` on. A halt of the same kind that still lasts continues, to the new date."""
        lasting = [halt for halt in self.case.halts if halt.kind == kind and halt.end is None]
        if lasting:
            self.set(halts=tuple(h.with_(until=until) if h in lasting else h for h in self.case.halts))
            return
        stopping = [run for run in self._affected(kind) if not self.case.halted(run.clock)]
        self.set(halts=(*self.case.halts, ClockHalt(kind=kind, start=at, until=until)))
        for run in stopping:
            self.retract(run, at, "dijeda sebelum tenggat, tetapi baru terbaca kemudian")
            self.said.append(DeadlinePaused(clock=run.clock, run=run.run, at=at))

    def release(self, kind: Literal["waiting", "put_off"], at: datetime) -> None:
        """End a halt at ``at``. The due times move by the time that did not count."""
        if not any(halt.kind == kind and halt.end is None for halt in self.case.halts):
            return
        stopped = [run for run in self._affected(kind) if self.case.halted(run.clock)]
        self.set(
            halts=tuple(
                _ended(halt, at) if halt.kind == kind and halt.end is None else halt for halt in self.case.halts
            )
        )
        for run in stopped:
            if self.case.halted(run.clock):
                self.move(run, "penundaan berakhir, masih menunggu yang lain")
                continue
            due = self.due_dates.due(self.case, run.clock, run.started_at)
            self.put(run, due_at=due, rules=self.due_dates.version)
            self.said.append(DeadlineResumed(clock=run.clock, run=run.run, at=at, due_at=due, **self.basis(run)))

    def settle(self, now: datetime) -> None:
        """End each halt whose ``until`` has come, whether or not a timer has seen the case."""
        for halt in self.case.halts:
            if halt.end is None and halt.until is not None and halt.until <= now:
                self.release(halt.kind, halt.until)

    def _affected(self, kind: str) -> list[ClockRun]:
        return [run for run in self.case.runs if run.live and run.clock in HALTED_BY[kind]]


def _ended(halt: ClockHalt, at: datetime) -> ClockHalt:
    return halt.with_(end=max(at, halt.start))
