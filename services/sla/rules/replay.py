"""Due times of a case computed again from what its log says they were computed from. Pure."""

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

    Yield also each level that was told more than once.
    """
    told = _read_log(log)
    stored = {run.name: run for run in case.runs}
    for name in sorted(told.keys() - stored.keys()):
        yield ReplayDifference(*name, "run", "none", "a deadline was set")
    for run in case.runs:
        heard = told.get(run.name)
        if heard is None:
            yield ReplayDifference(*run.name, "run", "a deadline", "none was set")
            continue
        amount, _, unit = heard.limit.partition(" ")
        due = due_time(tables[heard.rules], heard.started_at, Limit(float(amount), Unit(unit)), heard.pauses)
        if due != run.due_at:
            yield ReplayDifference(*run.name, "due_at", run.due_at.isoformat(), due.isoformat())
        if heard.started_at != run.started_at:
            yield ReplayDifference(*run.name, "started_at", run.started_at.isoformat(), heard.started_at.isoformat())
        fired = Counter(entry.level for entry in run.fired if run.clock != "silence")
        for level in sorted(
            level for level in fired.keys() | heard.levels.keys() if max(fired[level], heard.levels[level]) > 1
        ):
            yield ReplayDifference(
                *run.name, f"level {level}", f"told {fired[level]} times", f"told {heard.levels[level]} times"
            )


def _read_log(log: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[tuple[str, int], _LoggedRun]:
    told: dict[tuple[str, int], _LoggedRun] = {}
    for kind, data in log:
        if "clock" not in data:
            continue
        name = (str(data["clock"]), int(data["run"]))
        if kind == "deadline.set":
            told[name] = _LoggedRun(_at(data["started_at"]), _at(data["due_at"]))
        heard = told.get(name)
        if heard is None:
            continue
        if data.get("limit"):
            heard.limit, heard.rules = str(data["limit"]), int(data["rules"])
            heard.pauses = [Pause(_at(start), _at(end)) for start, end in data.get("pauses", ())]
        if kind in {"deadline.escalated", "deadline.approaching"}:
            heard.levels[int(data["level"])] += 1
        if kind == "deadline.retracted":
            heard.levels.subtract(data["levels"])
    return told


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
