"""Reads of deadlines for routes and pages: the clocks of one case, the list of one owner, and the counts per owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from services.sla.rules import DueDates
from services.sla.state import UNOWNED
from services.sla.store import (
    FOREVER,
    START,
    Cursor,
    StoredClocks,
    count_deadlines,
    find_clocks,
    list_deadlines,
)
from services.sla.versions import RuleVersions
from shared.errors import NotFound
from shared.reference import opds
from shared.worktime import Timetable
from shared.worktime.table import micros

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

Status = Literal["overdue", "due", "all"]
Window = Literal["all", "overdue", "today", "week"]
# A key after every complaint id.
LAST_KEY = UUID(int=2**128 - 1)
# The number of deadlines in a calendar feed.
FEED_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class ExplainedClocks:
    """The clocks of a case, with the due times under each version that computed one, and under the version in force."""

    stored: StoredClocks
    by_version: Mapping[int, DueDates]
    in_force: DueDates


@dataclass(frozen=True, slots=True)
class OwnerCounts:
    """The deadlines of every owner that are overdue, due today and due later this week.

    ``rows`` has an entry per owner. ``week_end`` is this week's Sunday.
    """

    rows: list[Any]
    week_end: date


async def explain_clocks(running: Running[CaseClocks], versions: RuleVersions, name: str) -> ExplainedClocks:
    """Return a case's clocks by complaint id or ticket. Raise NotFound when there is none, or it was erased."""
    pool = running.pool
    stored = await find_clocks(pool, name)
    if stored is None or stored.case.erased:
        raise NotFound
    in_force = await versions.current(pool)
    numbers = {run.rules for run in stored.case.runs}
    by_version = {number: (await versions.by_number(pool, number)).due_dates for number in numbers}
    return ExplainedClocks(stored, by_version, in_force.due_dates)


async def list_by_status(
    running: Running[CaseClocks], owner: str, status: Status, *, days: int | None, after: Cursor | None, limit: int
) -> list[StoredClocks]:
    """Return the cases of one owner whose earliest deadline has this status, earliest first.

    With ``days``, deadlines that are due later than so many days from now are left out.
    """
    now = running.clock.now()
    start = (micros(now), START[1]) if status == "due" else START
    before = FOREVER
    if status == "overdue":
        before = micros(now)
    elif days is not None:
        before = micros(now + timedelta(days=days))
    return await list_deadlines(running.pool, owner, after or start, before, limit)


async def list_in_window(
    running: Running[CaseClocks],
    versions: RuleVersions,
    owner: str,
    window: Window,
    *,
    after: Cursor | None,
    limit: int,
) -> tuple[list[StoredClocks], DueDates]:
    """Return the cases of one owner whose earliest deadline lies in a window, and the due times in force."""
    due_dates = (await versions.current(running.pool)).due_dates
    first, before = window_bounds(window, due_dates.table, micros(running.clock.now()))
    return await list_deadlines(running.pool, owner, max(after or START, first), before, limit), due_dates


async def list_feed(
    running: Running[CaseClocks], versions: RuleVersions, owner: str
) -> tuple[list[StoredClocks], DueDates]:
    """Return the cases of a calendar feed, earliest deadline first, and the due times in force."""
    due_dates = (await versions.current(running.pool)).due_dates
    return await list_deadlines(running.pool, owner, START, FOREVER, FEED_SIZE), due_dates


async def count_per_owner(running: Running[CaseClocks], versions: RuleVersions) -> OwnerCounts:
    """Count the deadlines of the triage desk and of every OPD."""
    table = (await versions.current(running.pool)).due_dates.table
    now = micros(running.clock.now())
    midnight, week_end = day_and_week_end(table, now)
    rows = await count_deadlines(running.pool, [UNOWNED, *opds()], now, midnight, week_end)
    return OwnerCounts(rows, date.fromordinal(table.due_date(week_end - 1)))


def window_bounds(window: Window, table: Timetable, now: int) -> tuple[Cursor, int]:
    """Return the cursor before a window and the instant at which it ends, in microseconds.

    The week begins tomorrow and ends on Sunday. No deadline lies in two of the windows overdue, today and week.
    """
    midnight, week_end = day_and_week_end(table, now)
    start, end = {
        "all": (0, FOREVER),
        "overdue": (0, now),
        "today": (now, midnight),
        "week": (midnight, week_end),
    }[window]
    return (start - 1, LAST_KEY), end


def day_and_week_end(table: Timetable, now: int) -> tuple[int, int]:
    """Return the ends of today and of this week's Sunday in local time, in microseconds.

    Each is one microsecond after 24:00, so that a deadline at 24:00 still belongs to the day.
    """
    today = table.local_date(now)
    sunday = today + 6 - date.fromordinal(today).weekday()
    return table.midnight_after(today) + 1, table.midnight_after(sunday) + 1
