"""Answers about clocks and deadlines, made from a case's state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from services.sla.actions.deadlines import ExplainedClocks
from services.sla.api.models import CaseOut, ClockOut, DueOut, LevelOut
from services.sla.policy import ClockRule
from services.sla.rules import DueDates
from services.sla.rules.levels import level_number
from services.sla.rules.pauses import pauses_of_run
from services.sla.state import UNLISTED, CaseClocks, ClockRun, ReachedLevel
from services.sla.store import FOREVER, Cursor, StoredClocks
from shared.errors import Invalid
from shared.worktime.words import explain


def case_out(clocks: ExplainedClocks) -> CaseOut:
    """Return a case with every run of its clocks."""
    case = clocks.stored.case
    return CaseOut(
        complaint_id=str(clocks.stored.key),
        ticket=case.ticket,
        opd=case.opd,
        class_=case.class_,
        priority=case.priority,
        clocks=[clock_out(case, run, clocks.by_version[run.rules], clocks.in_force) for run in case.runs],
    )


def clock_out(case: CaseClocks, run: ClockRun, due_dates: DueDates, in_force: DueDates) -> ClockOut:
    """Return one run, with its ladder and the explanation of its due time.

    ``reckoner`` has the rules that gave the due time. ``in_force`` has the rules in force now; their ladder gives the
    levels ahead.
    """
    case = case.of_run(run)
    rule = due_dates.rule_of(case, run.clock, run.started_at)
    halts = pauses_of_run(case, run)
    reported = [
        LevelOut(level=fired.level, offset=offset, at=fired.at, told=True, to=to)
        for fired in run.fired
        for offset, to in offset_and_recipients(fired, rule)
    ]
    ahead = [
        LevelOut(level=level_number(run, level), offset=level.text, at=at, told=False, to=level.to)
        for at, level in (in_force.levels_ahead(case, run) if run.live else ())
        if level.to
    ]
    return ClockOut(
        clock=run.clock,
        run=run.run,
        opd=run.opd,
        helper=run.helper,
        state=_state(case, run),
        started_at=run.started_at,
        due_at=run.due_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
        late=run.late,
        summary=due_dates.explanation(case, run),
        explanation=explain(
            due_dates.table, run.started_at, due_dates.limit_of(case, run.clock, run.started_at), run.due_at, halts
        ),
        levels=sorted([*reported, *ahead], key=lambda level: (level.at, level.level)),
    )


def offset_and_recipients(fired: ReachedLevel, rule: ClockRule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the offset and the recipients of a level that was reported.

    Older rows do not have them; the level of the same number in the ladder of ``rule`` stands in.
    """
    if fired.offset is not None:
        if fired.to:
            yield fired.offset, fired.to
        return
    yield from ((level.text, level.to) for level in rule.ladder if level.number == fired.level and level.to)


def _state(case: CaseClocks, run: ClockRun) -> Literal["running", "paused", "met", "ended"]:
    if run.live:
        return "paused" if case.halted(run.clock) else "running"
    return "met" if run.outcome == "met" else "ended"


def due_out(found: StoredClocks, now: datetime) -> DueOut:
    """Return a case's earliest deadline for the list."""
    case = found.case
    first = earliest_run(case)
    return DueOut(
        complaint_id=str(found.key),
        ticket=case.ticket,
        opd=case.opd,
        clock=first.clock,
        run=first.run,
        due_at=first.due_at.astimezone(UTC),
        overdue=first.due_at < now,
    )


def earliest_run(case: CaseClocks) -> ClockRun:
    """Return the run whose deadline the case stands in a list for. The case must have one."""
    running = [run for run in case.runs if run.live and run.clock not in UNLISTED and not case.halted(run.clock)]
    return min(running, key=lambda run: run.due_at)


def cursor_of(found: StoredClocks) -> str:
    """Return the cursor after this case."""
    return f"{found.case.next_deadline}_{found.key}"


def read_cursor(text: str) -> Cursor:
    """Parse a cursor. Raise Invalid for a text that is no cursor."""
    due, _, key = text.partition("_")
    try:
        found = int(due), UUID(key)
    except ValueError:
        raise Invalid("after is not a cursor that a list gave", field="after") from None
    if not due.isascii() or not 0 <= found[0] <= FOREVER:
        raise Invalid("after is not a cursor that a list gave", field="after")
    return found
