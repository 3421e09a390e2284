"""Due times and levels of a case's runs: a pure function of its events so far, the policies and the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.sla.policy import Book, ClockRule, Facts, Level
from services.sla.state import HALTED_BY, Case, Run
from shared.events.fact import Clock
from shared.worktime import Offset, Pause, Timetable, due_time, reminder_time, union
from shared.worktime.table import micros
from shared.worktime.words import summary

REMEMBERED = 20_000
BREACH = Level(0, "0", Offset.parse("0"), ())


class Reckoner:
    """The calendar and the policies, asked about one run at a time.

    Most runs of a day share limit and due time, so rules, levels and sentences are remembered; what is remembered never
    changes an answer.
    """

    def __init__(self, table: Timetable, book: Book, version: int = 0) -> None:
        self.table = table
        self.book = book
        self.version = version
        self._rules: dict[tuple[Any, ...], ClockRule] = {}
        self._levels: dict[tuple[ClockRule, datetime], tuple[tuple[datetime, Level], ...]] = {}
        self._sentences: dict[tuple[ClockRule, int, int, bool], str] = {}

    def rule(self, case: Case, clock: Clock, started_at: datetime) -> ClockRule:
        """The limit of a run: of the policy in force on the local date of its start, for the case as it is now."""
        policy = self.book.policies[0]
        if len(self.book.policies) > 1:
            policy = self.book.on(date.fromordinal(self.table.local_date(micros(started_at))))
        key = (policy.version, clock, case.class_, case.priority, case.topic, case.opd, case.channel)
        found = self._rules.get(key)
        if found is None:
            found = policy.rule(clock, Facts(case.class_, case.priority, case.topic, case.opd, case.channel))
            _remember(self._rules, key, found)
        return found

    def due(self, case: Case, clock: Clock, started_at: datetime, until: datetime | None = None) -> datetime:
        """When a run is due. A halt that still lasts counts up to ``until``, or not at all."""
        limit = self.rule(case, clock, started_at).limit
        return due_time(self.table, started_at, limit, pauses(case, clock, until) if case.halts else ())

    def limit(self, case: Case, run: Run) -> str:
        """The limit of a run as the log says it: `5 working_day`."""
        limit = self.rule(case, run.clock, run.started_at).limit
        return f"{limit.amount:g} {limit.unit.value}"

    def explanation(self, case: Case, run: Run) -> str:
        """How a run's due time came about, in one Indonesian sentence."""
        rule = self.rule(case, run.clock, run.started_at)
        halts = pauses(case, run.clock)
        paused = bool(union(micros(run.started_at), halts))
        key = (rule, self.table.local_date(micros(run.started_at)), self.table.due_date(micros(run.due_at)), paused)
        found = self._sentences.get(key)
        if found is None:
            found = summary(self.table, run.started_at, rule.limit, run.due_at, halts)
            _remember(self._sentences, key, found)
        return found

    def levels(self, rule: ClockRule, due_at: datetime) -> tuple[tuple[datetime, Level], ...]:
        """Every level of a ladder and when it is reached, in order; the breach among them."""
        found = self._levels.get((rule, due_at))
        if found is None:
            ladder = rule.ladder if any(level.number == 0 for level in rule.ladder) else (*rule.ladder, BREACH)
            times = [(reminder_time(self.table, due_at, level.offset), level) for level in ladder]
            found = tuple(sorted(times, key=lambda entry: (entry[0], entry[1].number)))
            _remember(self._levels, (rule, due_at), found)
        return found

    def ahead(self, case: Case, run: Run) -> list[tuple[datetime, Level]]:
        """The levels of a live run that were not told yet, and when, in order; none before the start."""
        found = self.levels(self.rule(case, run.clock, run.started_at), run.due_at)
        return [(at, level) for at, level in found if case.tells(run, at) and not told(run, at, level)]

    def next_level(self, case: Case, run: Run) -> datetime | None:
        """When the next level of a live run is reached; for the citizen's silence its end."""
        if run.clock == "silence":
            return run.due_at
        for at, level in self.levels(self.rule(case, run.clock, run.started_at), run.due_at):
            if case.tells(run, at) and not told(run, at, level):
                return at
        return None

    def next_look(self, case: Case) -> datetime | None:
        """The next instant at which a timer has something to do: a level, or the end of a time put off."""
        looks = [halt.until for halt in case.halts if halt.end is None and halt.until is not None]
        for run in case.runs:
            if run.ended_at is None and not case.halted(run.clock):
                at = self.next_level(case, run)
                if at is not None:
                    looks.append(at)
        return min(looks, default=None)

    def next_deadline(self, case: Case) -> int | None:
        """The earliest due time that somebody in an office has to meet, in microseconds; none while it is halted."""
        dues = [run.due_at for run in case.runs if run.live and run.clock != "silence" and not case.halted(run.clock)]
        return micros(min(dues)) if dues else None


def told(run: Run, at: datetime, level: Level) -> bool:
    """Whether a level needs no telling: it was told, under this ladder or another, or a later one of its side was."""
    for fired in run.fired:
        if fired.offset == level.text:
            return True
        if fired.level == level.number and (level.number <= 0 or fired.offset is None):
            return True
        if level.number and (fired.level > 0) == (level.number > 0) and fired.level and at <= fired.at:
            return True
    return False


def number_of(run: Run, level: Level) -> int:
    """Return the number under which a level is told: its own, or the next one where the ladder told so far has used it."""
    used = max((fired.level for fired in run.fired), default=level.number - 1)
    return max(level.number, used + 1) if level.number > 0 else level.number


def _remember(memory: dict[Any, Any], key: Any, value: Any) -> None:
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[key] = value


def pauses_of(case: Case, run: Run) -> list[Pause]:
    """The times that did not count for one run: none that began after its end, none beyond it."""
    if run.ended_at is None:
        return pauses(case, run.clock)
    found = pauses(case, run.clock, run.ended_at)
    return [Pause(pause.start, min(pause.end, run.ended_at)) for pause in found if pause.start < run.ended_at]


def pauses(case: Case, clock: Clock, until: datetime | None = None) -> list[Pause]:
    """The times that do not count for a clock; one that still lasts is taken to end at ``until``, or left out."""
    found = []
    for halt in case.halts:
        end = halt.end or until
        if clock in HALTED_BY[halt.kind] and end is not None and end > halt.start:
            found.append(Pause(halt.start, end))
    return found
