"""The effect of time on a case: levels are reached, deadlines are breached, the citizen's silence runs out."""

from __future__ import annotations

from datetime import datetime

from services.sla.policy import Level
from services.sla.rules.context import Context
from services.sla.rules.draft import ClockDraft
from services.sla.rules.levels import level_number
from services.sla.state import CaseClocks, ClockRun, ReachedLevel
from shared.events.deadlines import DeadlineApproaching, DeadlineBreached, Escalated, SilenceExpired
from shared.pipeline import Change, Tick


def reach_levels(context: Context, _tick: Tick) -> Change[CaseClocks]:
    """Report every level that is due by the tick's time and not halted, oldest first, once per run and level."""
    draft, until = context.draft(), context.item.at
    case = draft.case
    reached: list[tuple[datetime, str, int, ClockRun, Level]] = []
    for run in case.runs:
        if run.ended_at is not None or case.halts_run(run):
            continue
        for at, level in context.due_dates.levels_ahead(case, run):
            if at > until:
                break
            if run.clock != "silence" or level.number == 0:
                reached.append((at, run.clock, level.number, run, level))
    for at, _, _, run, level in sorted(reached, key=lambda entry: entry[:3]):
        if run.clock == "silence":
            _expire(draft, run)
        else:
            _report(draft, run, level, at)
    return draft.change()


def _expire(draft: ClockDraft, run: ClockRun) -> None:
    """End a run of `silence`: its whole limit passed without an answer of the citizen."""
    draft.put(run, ended_at=draft.at, outcome="expired")
    draft.facts.append(
        SilenceExpired(run=run.run, after=run.after or "resolved", since=run.started_at, due_at=run.due_at)
    )


def _report(draft: ClockDraft, run: ClockRun, level: Level, at: datetime) -> None:
    """Report that a level was reached, to the level's roles, and remember it on the run."""
    run = next(other for other in draft.case.runs if other.run == run.run and other.clock == run.clock)
    number = level_number(run, level)
    # The citizen waits for the lead alone, and does not hear of a helper's lateness.
    to = level.to if run.helper is None else tuple(role for role in level.to if role != "citizen")
    draft.put(run, fired=(*run.fired, ReachedLevel(level=number, at=at, offset=level.text, to=to)))
    opd = run.opd if run.opd is not None else draft.case.opd
    if level.number == 0:
        draft.facts.append(
            DeadlineBreached(clock=run.clock, run=run.run, helper=run.helper, due_at=run.due_at, opd=opd)
        )
    if not to:
        return
    kind = DeadlineApproaching if level.number < 0 else Escalated
    draft.facts.append(
        kind(
            clock=run.clock,
            run=run.run,
            helper=run.helper,
            level=number,
            offset=level.text,
            due_at=run.due_at,
            opd=opd,
            to=to,
        )
    )
