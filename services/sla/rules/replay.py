"""The comparison of a case's stored due times with those computed again from its log. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.sla.state import CaseClocks
from shared.worktime import Limit, Pause, Timetable, Unit, due_time


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """A difference between what is ``stored`` and what the ``log`` gives."""

    clock: str
    run: int
    what: str
    stored: str
    log: str


@dataclass(slots=True)
class _LoggedRun:
    started_at: datetime
    due_at: datetime
    limit: str = ""
    rules: int = 0
    pauses: list[Pause] = field(default_factory=list)
    levels: Counter[int] = field(default_factory=Counter)


def compare_with_log(
    case: CaseClocks, log: Sequence[tuple[str, Mapping[str, Any]]], tables: Mapping[int, Timetable]
) -> Iterator[ReplayDifference]:
    """Yield each stored run, due time or start that differs from the log, which is read from its beginning.

    Yield also each level that was reported more than once.
    """
    logged = _read_log(log)
    stored = {run.name: run for run in case.runs}
    for name in sorted(logged.keys() - stored.keys()):
        yield ReplayDifference(*name, "run", "none", "a deadline was set")
    for run in case.runs:
        entry = logged.get(run.name)
        if entry is None:
            yield ReplayDifference(*run.name, "run", "a deadline", "none was set")
            continue
        amount, _, unit = entry.limit.partition(" ")
        due = due_time(tables[entry.rules], entry.started_at, Limit(float(amount), Unit(unit)), entry.pauses)
        if due != run.due_at:
            yield ReplayDifference(*run.name, "due_at", run.due_at.isoformat(), due.isoformat())
        if entry.started_at != run.started_at:
            yield ReplayDifference(*run.name, "started_at", run.started_at.isoformat(), entry.started_at.isoformat())
        reached = Counter(fired.level for fired in run.fired if run.clock != "silence")
        for level in sorted(
            level for level in reached.keys() | entry.levels.keys() if max(reached[level], entry.levels[level]) > 1
        ):
            yield ReplayDifference(
                *run.name, f"level {level}", f"told {reached[level]} times", f"told {entry.levels[level]} times"
            )


def _read_log(log: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[tuple[str, int], _LoggedRun]:
    found: dict[tuple[str, int], _LoggedRun] = {}
    for kind, data in log:
        if "clock" not in data:
            continue
        name = (str(data["clock"]), int(data["run"]))
        if kind == "deadline.set":
            found[name] = _LoggedRun(_at(data["started_at"]), _at(data["due_at"]))
        run = found.get(name)
        if run is None:
            continue
        if data.get("limit"):
            run.limit, run.rules = str(data["limit"]), int(data["rules"])
            run.pauses = [Pause(_at(start), _at(end)) for start, end in data.get("pauses", ())]
        if kind in {"deadline.escalated", "deadline.approaching"}:
            run.levels[int(data["level"])] += 1
        if kind == "deadline.retracted":
            run.levels.subtract(data["levels"])
    return found


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
