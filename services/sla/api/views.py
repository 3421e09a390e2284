"""From a case's state to what callers read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from services.sla.api.models import CaseOut, ClockOut, DueOut, LevelOut
from services.sla.rulebook import Rulebook
from services.sla.rules.reckoner import Reckoner, pauses_of
from services.sla.state import Case, Run
from services.sla.store import Found
from shared.errors import Invalid
from shared.postgres.pool import Pool
from shared.worktime.table import micros
from shared.worktime.words import explain

START = UUID(int=0)
LAST = 2**62  # beyond every instant in microseconds, and inside of what Postgres holds


async def reckoners(pool: Pool, rulebook: Rulebook, case: Case) -> Mapping[int, Reckoner]:
    """The calendar and policies of each version that a case's due times were computed under."""
    await rulebook.fresh(pool)
    return {number: (await rulebook.of(pool, number)).rules.reckoner for number in {run.rules for run in case.runs}}


def case_out(found: Found, reckoners: Mapping[int, Reckoner]) -> CaseOut:
    """A case with every run of its clocks."""
    case = found.case
    return CaseOut(
        complaint_id=str(found.key),
        ticket=case.ticket,
        opd=case.opd,
        class_=case.class_,
        priority=case.priority,
        clocks=[clock_out(case, run, reckoners[run.rules]) for run in case.runs],
    )


def clock_out(case: Case, run: Run, reckoner: Reckoner) -> ClockOut:
    """One run, with its ladder and the account of its due time."""
    rule = reckoner.rule(case, run.clock, run.started_at)
    halts = pauses_of(case, run)
    told = [(fired.level, fired.at, True) for fired in run.fired]
    ahead = [(level.number, at, False) for at, level in reckoner.ahead(case, run)] if run.live else []
    by_number = {level.number: level for level in rule.ladder}
    return ClockOut(
        clock=run.clock,
        run=run.run,
        opd=run.opd,
        state=_state(case, run),
        started_at=run.started_at,
        due_at=run.due_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
        late=run.late,
        summary=reckoner.explanation(case, run),
        explanation=explain(reckoner.table, run.started_at, rule.limit, run.due_at, halts),
        levels=[
            LevelOut(level=number, offset=by_number[number].text, at=at, told=was_told, to=by_number[number].to)
            for number, at, was_told in sorted(told + ahead)
            if number in by_number
        ],
    )


def _state(case: Case, run: Run) -> Literal["running", "paused", "met", "ended"]:
    if run.live:
        return "paused" if case.halted(run.clock) else "running"
    return "met" if run.outcome == "met" else "ended"


def due_out(found: Found, now: datetime) -> DueOut:
    """A case's earliest deadline as it stands in the list."""
    case = found.case
    running = [run for run in case.runs if run.live and run.clock != "silence" and not case.halted(run.clock)]
    first = min(running, key=lambda run: run.due_at)
    return DueOut(
        complaint_id=str(found.key),
        ticket=case.ticket,
        opd=case.opd,
        clock=first.clock,
        run=first.run,
        due_at=first.due_at.astimezone(UTC),
        overdue=first.due_at < now,
    )


def cursor_of(found: Found) -> str:
    """Where the next page begins."""
    return f"{found.case.next_deadline}_{found.key}"


def read_cursor(text: str | None, start: datetime | None) -> tuple[int, UUID]:
    """A cursor, or the beginning: from ``start`` on, or of all."""
    if text is None:
        return (micros(start) if start else 0), START
    due, _, key = text.partition("_")
    try:
        found = int(due), UUID(key)
    except ValueError:
        found = LAST, START
    if abs(found[0]) >= LAST:
        raise Invalid("after is not a cursor that a list gave", field="after")
    return found
