"""Due times and levels of a case's runs: a pure function of its events so far, the policies and the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.sla.policy import CaseProperties, ClockRule, Level, PolicyTimeline
from services.sla.rules.levels import already_reported
from services.sla.rules.pauses import pauses_of_clock
from services.sla.state import UNLISTED, CaseClocks, ClockRun
from shared.events.fact import Clock
from shared.worktime import Limit, Offset, Timetable, due_time, reminder_time, union
from shared.worktime.table import micros
from shared.worktime.words import summary

REMEMBERED = 20_000
BREACH = Level(0, "0", Offset.parse("0"), ())


class DueDates:
    """Computes due times and levels of one run at a time from a calendar and policies.

    Most runs of a day share limit and due time, so rules, levels and sentences are cached. The cache never changes a
    result.
    """

    def __init__(self, table: Timetable, policies: PolicyTimeline, version: int = 0) -> None:
        self.table = table
        self.policies = policies
        self.version = version
        self._rules: dict[tuple[Any, ...], ClockRule] = {}
        self._levels: dict[tuple[ClockRule, datetime], tuple[tuple[datetime, Level], ...]] = {}
        self._sentences: dict[tuple[ClockRule, float, int, int, bool], str] = {}

    def rule_of(self, case: CaseClocks, clock: Clock, started_at: datetime) -> ClockRule:
        """Return the limit of a run, for the case as it is now.

        The policy is the one in force on the local date of the run's start.
        """
        policy = self.policies.entries[0]
        if len(self.policies.entries) > 1:
            policy = self.policies.on(date.fromordinal(self.table.local_date(micros(started_at))))
        key = (policy.version, clock, case.class_, case.priority, case.topic, case.opd, case.channel)
        found = self._rules.get(key)
        if found is None:
            found = policy.rule(clock, CaseProperties(case.class_, case.priority, case.topic, case.opd, case.channel))
            _remember(self._rules, key, found)
        return found

    def due_at(self, case: CaseClocks, clock: Clock, started_at: datetime, until: datetime | None = None) -> datetime:
        """Return when a run is due.

        A halt that still lasts counts up to ``until``; without ``until`` it is left out.
        """
        limit = self.limit_of(case, clock, started_at)
        return due_time(self.table, started_at, limit, pauses_of_clock(case, clock, until) if case.halts else ())

    def limit_of(self, case: CaseClocks, clock: Clock, started_at: datetime) -> Limit:
        """Return the limit of a run, with the extension that its OPD has taken."""
        rule = self.rule_of(case, clock, started_at)
        return rule.longer if case.extended and rule.extension else rule.limit

    def limit_text(self, case: CaseClocks, run: ClockRun) -> str:
        """Return the limit of a run as the events write it: `5 working_day`."""
        limit = self.limit_of(case.of_run(run), run.clock, run.started_at)
        return f"{limit.amount:g} {limit.unit.value}"

    def explanation(self, case: CaseClocks, run: ClockRun) -> str:
        """Return one Indonesian sentence that explains a run's due time."""
        case = case.of_run(run)
        rule = self.rule_of(case, run.clock, run.started_at)
        halts = pauses_of_clock(case, run.clock)
        paused = bool(union(micros(run.started_at), halts))
        limit = self.limit_of(case, run.clock, run.started_at)
        key = (
            rule,
            limit.amount,
            self.table.local_date(micros(run.started_at)),
            self.table.due_date(micros(run.due_at)),
            paused,
        )
        found = self._sentences.get(key)
        if found is None:
            found = summary(self.table, run.started_at, limit, run.due_at, halts)
            found = f"{found}. Dasar: {rule.law}." if rule.law else found
            _remember(self._sentences, key, found)
        return found

    def levels(self, rule: ClockRule, due_at: datetime) -> tuple[tuple[datetime, Level], ...]:
        """Return every level of a ladder with the time at which it is reported, in order, including the breach."""
        found = self._levels.get((rule, due_at))
        if found is None:
            ladder = rule.ladder if any(level.number == 0 for level in rule.ladder) else (*rule.ladder, BREACH)
            times = [(reminder_time(self.table, due_at, level.offset), level) for level in ladder]
            found = tuple(sorted(times, key=lambda entry: (entry[0], entry[1].number)))
            _remember(self._levels, (rule, due_at), found)
        return found

    def levels_ahead(self, case: CaseClocks, run: ClockRun) -> list[tuple[datetime, Level]]:
        """Return the levels of a live run that were not reported yet and may be, with their times, in order."""
        found = self.levels(self.rule_of(case.of_run(run), run.clock, run.started_at), run.due_at)
        return [(at, level) for at, level in found if case.may_report(run, at) and not already_reported(run, at, level)]

    def next_level_at(self, case: CaseClocks, run: ClockRun) -> datetime | None:
        """Return when the next level of a live run is reached. For the citizen's silence this is its end."""
        if run.clock == "silence":
            return run.due_at
        for at, level in self.levels(self.rule_of(case.of_run(run), run.clock, run.started_at), run.due_at):
            if case.may_report(run, at) and not already_reported(run, at, level):
                return at
        return None

    def next_timer_at(self, case: CaseClocks) -> datetime | None:
        """Return the next instant at which a timer has work: a level, or the end of a time put off."""
        looks = [halt.until for halt in case.halts if halt.end is None and halt.until is not None]
        for run in case.runs:
            if run.ended_at is None and not case.halts_run(run):
                at = self.next_level_at(case, run)
                if at is not None:
                    looks.append(at)
        return min(looks, default=None)

    def next_deadline(self, case: CaseClocks) -> int | None:
        """Return the earliest due time that the owner of the case has to meet, in microseconds.

        Silence, appeals, halted clocks and those of helpers do not count. Return None if no clock is left.
        """
        dues = [
            run.due_at
            for run in case.runs
            if run.live and run.clock not in UNLISTED and run.helper is None and not case.halted(run.clock)
        ]
        return micros(min(dues)) if dues else None

    def helped_deadlines(self, case: CaseClocks) -> dict[str, int]:
        """Return the earliest due time of each OPD that helps, in microseconds. Halted clocks do not count."""
        found: dict[str, int] = {}
        for run in case.runs:
            if run.live and run.helper is not None and run.opd is not None and not case.halts_run(run):
                due = micros(run.due_at)
                found[run.opd] = min(due, found.get(run.opd, due))
        return found


def _remember(memory: dict[Any, Any], key: Any, value: Any) -> None:
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[key] = value
