"""A case while one fact or tick is folded: the changes of its runs, and the events that report them.

This module does not know which fact came; the handlers do. An answer may be read only after a later level was reported.
The level is then retracted, and may be reported again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, get_args
from uuid import UUID

from services.sla.rules.due_dates import DueDates
from services.sla.rules.measures import Measure, measure_dispute, measure_question, measure_run
from services.sla.rules.pauses import pauses_of_clock
from services.sla.state import UNOWNED, CaseClocks, ClockRun, Question
from shared.events.catalogue import DEADLINES
from shared.events.deadlines import (
    DeadlineEnded,
    DeadlineMet,
    DeadlineMoved,
    DeadlineRetracted,
    DeadlineSet,
)
from shared.events.fact import Clock, Fact
from shared.pipeline import Change, Out

DEPENDS_ON = attrgetter("class_", "priority", "topic", "opd", "channel")
CLOCKS: tuple[Clock, ...] = get_args(Clock)


class ClockDraft:
    """A case during one fold. It collects the changed state, the events and the ended runs.

    ``at`` is the time of the fact, or the time up to which a tick looks.
    """

    def __init__(self, key: UUID, case: CaseClocks, at: datetime, due_dates: DueDates) -> None:
        self.key = key
        self.before = case
        self.case = case
        self.at = at
        self.due_dates = due_dates
        self.facts: list[Fact] = []
        # Runs that ended in this fold, for the statistics.
        self.ended: list[ClockRun] = []
        self.disputed = False

    def change(self, answer: Any = None) -> Change[CaseClocks]:
        """Return the result of the fold.

        Another class, priority, topic or OPD moves every live run, from its original start.
        """
        if DEPENDS_ON(self.case) != DEPENDS_ON(self.before):
            self.recompute("golongan, prioritas, topik, atau OPD berubah")
        due, deadline = self.due_dates.next_timer_at(self.case), self.due_dates.next_deadline(self.case)
        case, owner, helping = self.case, self.case.opd or UNOWNED, self.due_dates.helped_deadlines(self.case)
        if (owner, due, deadline, helping) != (case.owner, case.due, case.next_deadline, case.helping):
            case = self.set(owner=owner, due=due, next_deadline=deadline, helping=helping)
        if not self.facts and (case is self.before or case == self.before):
            return Change(answer=answer)
        events = tuple([Out(DEADLINES, self.key, fact, actor="sla") for fact in self.facts])
        return Change(states={self.key: case}, events=events, rows=self._measures(), answer=answer)

    def _measures(self) -> tuple[Measure, ...]:
        table, key, case = self.due_dates.table, self.key, self.case
        found = [measure_run(table, key, case, run) for run in self.ended if run.clock != "silence"]
        if self.disputed:
            found.append(measure_dispute(key, case, self.at))
        if case.question is not None and case.question != self.before.question:
            found.append(measure_question(key, case, case.question))
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

    def start(
        self,
        clock: Clock,
        after: Literal["resolved", "info_requested"] | None = None,
        goes_on: ClockRun | None = None,
        since: datetime | None = None,
        helper: UUID | None = None,
        opd: str | None = None,
    ) -> None:
        """Start a clock, at the draft's time or ``since``. A live run of the same clock ends as superseded.

        ``goes_on`` is an earlier run that the new one continues: from the same start, with the levels that were
        reported. ``helper``: the assignment of the helping OPD ``opd`` whose clock it is.
        """
        self.end([clock], "superseded", helper)
        number = 1 + sum(run.clock == clock for run in self.case.runs)
        at = goes_on.started_at if goes_on is not None else since or self.at
        seen = self.case if helper is None else self.case.as_helper(opd)
        due = self.due_dates.due_at(seen, clock, at)
        opd = seen.opd if clock in {"respond", "resolve"} else None
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
            helper=helper,
        )
        self.set(runs=(*self.case.runs, run))
        explanation = self.due_dates.explanation(self.case, run)
        self.facts.append(
            DeadlineSet(
                clock=clock,
                run=number,
                helper=helper,
                started_at=at,
                due_at=due,
                opd=opd,
                explanation=explanation,
                limit=self.due_dates.limit_text(self.case, run),
                rules=run.rules,
                pauses=self.basis(run)["pauses"] if goes_on is not None else (),
            )
        )

    def meet(self, clock: Clock, helper: UUID | None = None) -> None:
        """End a run as met. The time of the fact may lie before a breach that was reported meanwhile."""
        run = self.case.live(clock, helper)
        if run is None:
            return
        counted = self.case.halts_run(run)
        due = self.due_until_now(run)
        late = self.is_late(clock, helper)
        run = self.retract(run, "dijawab tepat waktu, tetapi baru terbaca kemudian")
        basis = self.basis(run, until=self.at) if counted else {}
        rules = basis.get("rules", run.rules)
        run = self.put(run, due_at=due, ended_at=self.at, outcome="met", late=late, rules=rules)
        self.ended.append(run)
        self.facts.append(DeadlineMet(clock=clock, run=run.run, helper=helper, at=self.at, late=late, **basis))

    def due_until_now(self, run: ClockRun) -> datetime:
        """Return the due time of a run, with a halt that still lasts counted until the draft's time."""
        if not self.case.halts_run(run):
            return run.due_at
        return self.due_dates.due_at(self.case.of_run(run), run.clock, run.started_at, until=self.at)

    def is_late(self, clock: Clock, helper: UUID | None = None) -> bool:
        """Return whether an answer at the draft's time is too late for a clock. Without a live run it is not."""
        run = self.case.live(clock, helper)
        if run is None:
            return False
        breached = any(fired.level == 0 and fired.at <= self.at for fired in run.fired)
        return breached or self.at > self.due_until_now(run)

    def end(self, clocks: Iterable[Clock], why: str, helper: UUID | None = None, *, late: bool = False) -> None:
        """End the live runs of these clocks of the case, or of a helper, with the outcome ``why``, as not met."""
        for clock in clocks:
            run = self.case.live(clock, helper)
            if run is not None:
                run = self.retract(run, "berakhir sebelum tenggat, tetapi baru terbaca kemudian")
                self.ended.append(self.put(run, ended_at=self.at, outcome=why, late=late))
                self.facts.append(DeadlineEnded(clock=clock, run=run.run, helper=helper, why=why))

    def count_answer(self, opd: str) -> None:
        """End the `respond` clock of that OPD as met. Later messages do not replace the first answer."""
        run = self.case.live("respond")
        if run is not None and run.opd == opd:
            self.meet("respond")

    def count_dispute(self) -> None:
        """Count one more dispute against the OPD that had answered."""
        self.set(disputes=self.case.disputes + 1)
        self.disputed = True

    def ask(
        self, opd: str, *, late: bool = False, promised: bool = False, honest: bool = False, unanswered: bool = False
    ) -> None:
        """Begin the question of one more answer: is it solved, and how was the handling?"""
        asked = self.case.question
        question = Question(
            number=asked.number + 1 if asked else 1,
            asked_at=self.at,
            opd=opd,
            late=late,
            promised=promised,
            honest=honest,
            unanswered=unanswered,
        )
        self.set(question=question)

    def note_after(self, **marks: bool) -> None:
        """Note on the last answer what happened after it."""
        if self.case.question is not None:
            self.set(question=self.case.question.with_(**marks))

    def hear(self, heard: Literal["answered", "confirmed"]) -> None:
        """Keep what came back to the last question. A confirmation stays, whatever is said after it."""
        question = self.case.question
        if question is not None and question.heard != "confirmed":
            self.set(question=question.with_(heard=heard))

    def rate(self, stars: int, scale: int) -> None:
        """Keep the rating of the last answer. It is a word of the citizen too."""
        self.hear("answered")
        if self.case.question is not None:
            self.set(question=self.case.question.with_(stars=stars, scale=scale))

    def retract(self, run: ClockRun, reason: str) -> ClockRun:
        """Take back the breach and the later levels that were reported although they were reached only after ``at``."""
        wrong = tuple([fired.level for fired in run.fired if fired.at > self.at and fired.level >= 0])
        if not wrong:
            return run
        self.facts.append(
            DeadlineRetracted(clock=run.clock, run=run.run, helper=run.helper, levels=wrong, reason=reason)
        )
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
        due = self.due_dates.due_at(self.case.of_run(run), run.clock, run.started_at)
        changed = self.put(run, due_at=due, rules=self.due_dates.version)
        if due != run.due_at:
            self.facts.append(
                DeadlineMoved(
                    clock=run.clock,
                    run=run.run,
                    helper=run.helper,
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
        halts = tuple((pause.start, pause.end) for pause in pauses_of_clock(self.case.of_run(run), run.clock, until))
        return {"limit": self.due_dates.limit_text(self.case, run), "rules": self.due_dates.version, "pauses": halts}
