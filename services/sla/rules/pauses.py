"""The times that do not count for a clock or for one run, taken from the halts of a case. Pure."""

from __future__ import annotations

from datetime import datetime

from services.sla.state import HALTED_BY, CaseClocks, ClockRun
from shared.events.fact import Clock
from shared.worktime import Pause


def pauses_of_run(case: CaseClocks, run: ClockRun) -> list[Pause]:
    """Return the halts that counted for one run, cut at the run's end. A halt that began after the end is left out."""
    case = case.of_run(run)
    if run.ended_at is None:
        return pauses_of_clock(case, run.clock)
    found = pauses_of_clock(case, run.clock, run.ended_at)
    return [Pause(pause.start, min(pause.end, run.ended_at)) for pause in found if pause.start < run.ended_at]


def pauses_of_clock(case: CaseClocks, clock: Clock, until: datetime | None = None) -> list[Pause]:
    """Return the halts of a clock. A halt that still lasts ends at ``until``; without ``until`` it is left out."""
    found = []
    for halt in case.halts:
        end = halt.end or until
        if clock in HALTED_BY[halt.kind] and end is not None and end > halt.start:
            found.append(Pause(halt.start, end))
    return found
