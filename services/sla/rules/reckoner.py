"""Due times and levels of a case's runs: a pure function of its events so far, the policies and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.sla.policy import Book, ClockRule, Facts, Level
from services.sla.state import HALTED_BY, Case, Run
from shared.events.fact import Clock
from shared.worktime import Offset, Pause, Timetable, due_time, level_time
from shared.worktime.table import micros
from shared.worktime.words import summary

BREACH = Level(0, "0", Offset.parse("0"), ())


@dataclass(frozen=True, slots=True)
class Reckoner:
    """The calendar and the policies, asked about one run at a time."""

    table: Timetable
    book: Book

    def rule(self, case: Case, clock: Clock, started_at: datetime) -> ClockRule:
        """The limit of a run: of the policy in force on the local date of its start, for the case as it is now."""
        day = date.fromordinal(self.table.local_date(micros(started_at)))
        facts = Facts(case.class_, case.priority, case.topic, case.opd, case.channel)
        return self.book.on(day).rule(clock, facts)

    def due(self, case: Case, clock: Clock, started_at: datetime, until: datetime | None = None) -> datetime:
        """When a run is due. A halt that still lasts counts up to ``until``, or not at all."""
        limit = self.rule(case, clock, started_at).limit
        return due_time(self.table, started_at, limit, pauses(case, clock, until))

    def explanation(self, case: Case, run: Run) -> str:
        """How a run's due time came about, in one Indonesian sentence."""
        limit = self.rule(case, run.clock, run.started_at).limit
        return summary(self.table, run.started_at, limit, run.due_at, pauses(case, run.clock))

    def ahead(self, case: Case, run: Run) -> Iterator[tuple[datetime, Level]]:
        """The levels of a live run that were not told yet, and when; the breach among them; none before the start."""
        told = {fired.level for fired in run.fired}
        ladder = self.rule(case, run.clock, run.started_at).ladder
        if not any(level.number == 0 for level in ladder):
            ladder = (*ladder, BREACH)
        for level in ladder:
            if level.number not in told:
                at = level_time(self.table, run.due_at, level.offset)
                if at > run.started_at:
                    yield at, level

    def next_look(self, case: Case) -> datetime | None:
        """The next instant at which a timer has something to do: a level, or the end of a time put off."""
        looks = [halt.until for halt in case.halts if halt.end is None and halt.until is not None]
        for run in case.runs:
            if run.live and not case.halted(run.clock):
                looks += [run.due_at] if run.clock == "silence" else [at for at, _ in self.ahead(case, run)]
        return min(looks, default=None)

    def next_deadline(self, case: Case) -> int | None:
        """The earliest due time that somebody in an office has to meet, in microseconds; none while it is halted."""
        dues = [run.due_at for run in case.runs if run.live and run.clock != "silence" and not case.halted(run.clock)]
        return min(map(micros, dues), default=None)


def pauses(case: Case, clock: Clock, until: datetime | None = None) -> list[Pause]:
    """The times that do not count for a clock; one that still lasts is taken to end at ``until``, or left out."""
    found = []
    for halt in case.halts:
        end = halt.end or until
        if clock in HALTED_BY[halt.kind] and end is not None and end > halt.start:
            found.append(Pause(halt.start, end))
    return found
