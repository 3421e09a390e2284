"""Answers about clocks and deadlines, made from a case's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from services.sla.api.models import CaseOut, ClockOut, DueOut, LevelOut
from services.sla.policy import ClockRule
from services.sla.rules.due_dates import DueDates, number_of, pauses_of
from services.sla.state import CaseClocks, ClockRun, ReachedLevel
from services.sla.store import FOREVER, StoredClocks
from services.sla.versions import RuleVersions
from shared.errors import Invalid
from shared.postgres.pool import Pool
from shared.worktime.table import micros
from shared.worktime.words import explain

START = UUID(int=0)


async def due_dates_of(pool: Pool, versions: RuleVersions, case: CaseClocks) -> Mapping[int, DueDates]:
    """Return the calendar and policies of each version under which a due time of the case was computed."""
    await versions.fresh(pool)
    return {number: (await versions.of(pool, number)).rules.due_dates for number in {run.rules for run in case.runs}}


def case_out(found: StoredClocks, due_dates_of: Mapping[int, DueDates], in_force: DueDates) -> CaseOut:
    """Return a case with every run of its clocks."""
    case = found.case
    return CaseOut(
        complaint_id=str(found.key),
        ticket=case.ticket,
        opd=case.opd,
        class_=case.class_,
        priority=case.priority,
        clocks=[clock_out(case, run, due_dates_of[run.rules], in_force) for run in case.runs],
    )


def clock_out(case: CaseClocks, run: ClockRun, due_dates: DueDates, in_force: DueDates) -> ClockOut:
    """Return one run, with its ladder and the explanation of its due time.

    ``reckoner`` has the rules that gave the due time. ``in_force`` has the rules in force now; their ladder gives the
    levels ahead.
    """
    rule = due_dates.rule(case, run.clock, run.started_at)
    halts = pauses_of(case, run)
    told = [
        LevelOut(level=one.level, offset=offset, at=one.at, told=True, to=to)
        for one in run.fired
        for offset, to in notified_as(one, rule)
    ]
    ahead = [
        LevelOut(level=number_of(run, level), offset=level.text, at=at, told=False, to=level.to)
        for at, level in (in_force.ahead(case, run) if run.live else ())
        if level.to
    ]
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
        summary=due_dates.explanation(case, run),
        explanation=explain(due_dates.table, run.started_at, rule.limit, run.due_at, halts),
        levels=sorted([*told, *ahead], key=lambda level: (level.at, level.level)),
    )


def notified_as(fired: ReachedLevel, rule: ClockRule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the offset and the recipients of a level that was told.

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


def cursor_of(found: StoredClocks) -> str:
    """Return the cursor after this case."""
    return f"{found.case.next_deadline}_{found.key}"


def read_cursor(text: str | None, start: datetime | None) -> tuple[int, UUID]:
    """Parse a cursor. Without one return the first position: at ``start``, or before all deadlines.

    Raise Invalid for a text that is no cursor.
    """
    if text is None:
        return (micros(start) if start else 0), START
    due, _, key = text.partition("_")
    try:
        found = int(due), UUID(key)
    except ValueError:
        raise Invalid("after is not a cursor that a list gave", field="after") from None
    if not due.isascii() or not 0 <= found[0] <= FOREVER:
        raise Invalid("after is not a cursor that a list gave", field="after")
    return found
