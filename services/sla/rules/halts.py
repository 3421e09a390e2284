"""The halts of a case while one input is folded: times that do not count begin, continue and end. Pure."""

from __future__ import annotations

from datetime import datetime

from services.sla.rules.draft import ClockDraft
from services.sla.state import HALTED_BY, ClockHalt, ClockRun, HaltKind
from shared.events.deadlines import DeadlinePaused, DeadlineResumed


def halt(draft: ClockDraft, kind: HaltKind, until: datetime | None = None) -> None:
    """Stop the time from the draft's time on. A halt of the same kind that still lasts continues, to the new date."""
    case = draft.case
    if any(_lasts(entry, kind) for entry in case.halts):
        draft.set(halts=tuple(entry.with_(until=until) if _lasts(entry, kind) else entry for entry in case.halts))
        return
    stopping = [run for run in _affected_runs(draft, kind) if not case.halts_run(run)]
    draft.set(halts=(*case.halts, ClockHalt(kind=kind, start=draft.at, until=until)))
    for run in stopping:
        draft.retract(run, "dijeda sebelum tenggat, tetapi baru terbaca kemudian")
        draft.facts.append(DeadlinePaused(clock=run.clock, run=run.run, helper=run.helper, at=draft.at))


def release(draft: ClockDraft, kind: HaltKind, at: datetime | None = None) -> None:
    """End a halt, at the draft's time unless ``at`` is given. The due times move by the time that did not count."""
    case = draft.case
    if not any(_lasts(entry, kind) for entry in case.halts):
        return
    at = at or draft.at
    stopped = [run for run in _affected_runs(draft, kind) if case.halts_run(run)]
    draft.set(
        halts=tuple(entry.with_(end=max(at, entry.start)) if _lasts(entry, kind) else entry for entry in case.halts)
    )
    for run in stopped:
        if draft.case.halts_run(run):
            draft.move(run, "penundaan berakhir, masih menunggu yang lain")
            continue
        due = draft.due_dates.due_at(draft.case.of_run(run), run.clock, run.started_at)
        draft.put(run, due_at=due, rules=draft.due_dates.version)
        draft.facts.append(
            DeadlineResumed(clock=run.clock, run=run.run, helper=run.helper, at=at, due_at=due, **draft.basis(run))
        )


def release_all(draft: ClockDraft) -> None:
    """End every halt of the case."""
    release(draft, "waiting")
    release(draft, "put_off")


def settle(draft: ClockDraft) -> None:
    """End each halt whose ``until`` has come, whether or not a timer has seen the case."""
    for entry in draft.case.halts:
        if entry.end is None and entry.until is not None and entry.until <= draft.at:
            release(draft, entry.kind, entry.until)


def _lasts(entry: ClockHalt, kind: HaltKind) -> bool:
    return entry.kind == kind and entry.end is None


def _affected_runs(draft: ClockDraft, kind: HaltKind) -> list[ClockRun]:
    return [
        run
        for run in draft.case.runs
        if run.live and run.clock in HALTED_BY[kind] and (run.helper is None or kind == "waiting")
    ]
