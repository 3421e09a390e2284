"""The effect of another calendar or other policies, before they are put into force. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.sla.policy import PolicyTimeline
from services.sla.rules.due_dates import DueDates
from services.sla.rules.pauses import pauses_of_clock, pauses_of_run
from services.sla.state import CaseClocks, ClockRun
from shared.events.fact import Clock
from shared.worktime import Pause, due_time

Effect = Literal["moves", "breaches", "saved", "unknown"]
LevelEffect = Literal["level_added", "level_removed", "level_moved", "level_told_to"]


@dataclass(frozen=True, slots=True)
class DeadlineMove:
    """A deadline whose due time would change.

    ``breaches``: it would be missed, but is not missed now. ``saved``: the reverse. ``moves``: neither. ``unknown``:
    the effect on an ended run is not known, because its stored due time does not follow from the present rules and
    data. The class, topic or OPD changed since, or older rules were in force.
    """

    clock: Clock
    run: int
    opd: str | None
    running: bool
    was: datetime
    due: datetime
    effect: Effect


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A level of a running deadline, not reported yet, that would change. ``was`` and ``at`` are when it is reached."""

    clock: Clock
    run: int
    opd: str | None
    offset: str
    to: tuple[str, ...]
    was: datetime | None
    at: datetime | None
    effect: LevelEffect


def ladders_differ(old: PolicyTimeline, new: PolicyTimeline) -> bool:
    """Return whether any case could fall under another ladder."""
    return _ladders(old) != _ladders(new)


def _ladders(policies: PolicyTimeline) -> list[object]:
    return [
        (policy.first, policy.last, rule.clock, rule.only, [(level.text, level.to) for level in rule.ladder])
        for policy in policies.entries
        for rule in policy.clocks
    ]


def level_changes(case: CaseClocks, old: DueDates, new: DueDates) -> Iterator[LevelChange]:
    """Yield the levels of a case's running deadlines that would change.

    A level may be added, removed, moved in its ladder, or reported to others. A level that only follows its moved due time
    is left out.
    """
    for run in case.runs:
        if not run.live or run.clock == "silence":
            continue
        then = run.with_(due_at=new.due_at(case.of_run(run), run.clock, run.started_at))
        before = {level.text: (at, level) for at, level in old.levels_ahead(case, run)}
        after = {level.text: (at, level) for at, level in new.levels_ahead(case, then)}
        gone = {level.number: (at, level) for text, (at, level) in before.items() if text not in after}
        for text, (at, level) in after.items():
            if text in before:
                if before[text][1].to != level.to:
                    yield LevelChange(run.clock, run.run, run.opd, text, level.to, before[text][0], at, "level_told_to")
            elif level.number in gone:
                was, _ = gone.pop(level.number)
                yield LevelChange(run.clock, run.run, run.opd, text, level.to, was, at, "level_moved")
            else:
                yield LevelChange(run.clock, run.run, run.opd, text, level.to, None, at, "level_added")
        for was, level in gone.values():
            yield LevelChange(run.clock, run.run, run.opd, level.text, level.to, was, None, "level_removed")


def deadline_moves(case: CaseClocks, old: DueDates, new: DueDates, now: datetime) -> Iterator[DeadlineMove]:
    """Yield the deadlines of a case, running and ended, whose due time would change."""
    for run in case.runs:
        as_then = case.of_run(run)
        if run.helper is None and run.opd is not None and run.clock != "resolve":
            as_then = case.with_(opd=run.opd)
        if run.live:
            due = new.due_at(as_then, run.clock, run.started_at)
            if due != run.due_at:
                yield _move(run, due, _effect(run.due_at, due, now))
            continue
        halts = _halts(case, as_then, run, old)
        due = _due(as_then, run, new, pauses_of_run(case, run) if halts is None else halts)
        if due != run.due_at:
            yield _move(run, due, "unknown" if halts is None else _effect(run.due_at, due, run.ended_at or now))


def _due(case: CaseClocks, run: ClockRun, due_dates: DueDates, halts: list[Pause]) -> datetime:
    return due_time(due_dates.table, run.started_at, due_dates.limit_of(case, run.clock, run.started_at), halts)


def _halts(case: CaseClocks, as_then: CaseClocks, run: ClockRun, old: DueDates) -> list[Pause] | None:
    """Return the pauses that counted for a run that ended: with the pause that lasted at its end, or without it.

    Return None if neither gives the stored due time.
    """
    ended = [
        pause for pause in pauses_of_clock(case, run.clock) if run.ended_at is not None and pause.end <= run.ended_at
    ]
    for halts in (pauses_of_run(case, run), ended):
        if _due(as_then, run, old, halts) == run.due_at:
            return halts
    return None


def _move(run: ClockRun, due: datetime, effect: Effect) -> DeadlineMove:
    return DeadlineMove(
        clock=run.clock, run=run.run, opd=run.opd, running=run.live, was=run.due_at, due=due, effect=effect
    )


def _effect(was: datetime, due: datetime, at: datetime) -> Effect:
    if was < at <= due:
        return "saved"
    return "breaches" if due < at <= was else "moves"
