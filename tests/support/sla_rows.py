"""Many live cases, written by COPY. Each was warned, and its next timer is the breach of its `respond` clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from services.sla.policy import shipped_policies
from services.sla.rules import DueDates
from services.sla.state import CaseClocks, ClockRun, ReachedLevel
from shared.ids import new_id
from shared.worktime import Timetable
from shared.worktime.reading import shipped_calendar
from shared.worktime.table import micros

COLUMNS = ["key", "version", "read", "written", "waiting", "due_at", "data"]


async def seed(connection: asyncpg.Connection[Any], count: int, first: datetime, span: timedelta) -> None:
    """Insert live cases by COPY, with their next timers spread evenly over a span."""
    await connection.copy_records_to_table("state", records=_rows(count, first, span), columns=COLUMNS)


def _rows(count: int, first: datetime, span: timedelta) -> Iterator[tuple[Any, ...]]:
    due_dates = DueDates(Timetable(shipped_calendar()), shipped_policies())
    mark = datetime(2040, 1, 5, 8, 0, 0, 123456, tzinfo=UTC)
    template = _case(due_dates, mark, first - timedelta(days=7), first + span + timedelta(days=60)).model_dump_json()
    at_mark, micros_mark = "2040-01-05T08:00:00.123456Z", str(micros(mark))
    for number in range(count):
        due = first + span * number / max(count, 1)
        data = template.replace(at_mark, due.isoformat().replace("+00:00", "Z")).replace(micros_mark, str(micros(due)))
        yield (new_id(), 1, "{}", "{}", False, due, data.replace("KT-MARK", f"KT-B{number}-{int(due.timestamp())}"))


def _case(due_dates: DueDates, due: datetime, start: datetime, later: datetime) -> CaseClocks:
    """Return a case that was warned, and whose next timer is the breach at ``due``."""
    runs = (
        ClockRun(
            clock="verify", run=1, started_at=start, due_at=start + timedelta(days=3), ended_at=start, outcome="met"
        ),
        ClockRun(
            clock="respond",
            run=1,
            started_at=start,
            due_at=due,
            opd="dishub",
            fired=(ReachedLevel(level=-1, at=start),),
        ),
        ClockRun(clock="resolve", run=1, started_at=start, due_at=later, opd="dishub"),
    )
    case = CaseClocks(ticket="KT-MARK", opd="dishub", owner="dishub", runs=runs, due=due, next_deadline=micros(due))
    if due not in {at for at, _ in due_dates.levels_ahead(case, case.runs[1])}:
        raise RuntimeError("the seeded case is not due when it should be")
    return case
