"""The order of the clocks: counted from the same start, no clock may end after the clock that follows it.

Limits in the same unit are compared by their amounts. Limits in different units are compared on the calendar itself,
for every day on which the policy is in force. Ramadan hours, holidays and overrides therefore count, and a limit that
passes holds for any start. Only starts at which the difference can be greatest are tried.

* A limit in days is the same for every start of a date, so one instant of each date is enough.
* Minutes differ most from office hours where the office opens.
* Office hours differ most from minutes just after a due time has jumped over a closing time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product

from services.sla.policy.timeline import CaseProperties, ClockRule, Policy, PolicyTimeline
from shared.events.fact import Clock
from shared.worktime import Limit, OutsideCalendarError, Timetable, Unit, due_time
from shared.worktime.table import HOUR, moment

FOLLOWS: tuple[tuple[Clock, Clock], ...] = (("verify", "respond"), ("redispatch", "respond"), ("respond", "resolve"))
DAYS = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY})
DIMENSIONS = ("class_", "priority", "topic", "opd", "channel")
OTHER = "any other"


def out_of_order(policies: PolicyTimeline, table: Timetable) -> list[str]:
    """Name each pair of limits of which the earlier can end after the later, with a case and a start as example."""
    problems = []
    for policy in policies.entries:
        for earlier, later, case in _pairs(policy):
            start = ends_later(table, earlier.limit, later.limit, policy)
            if start is not None:
                problems.append(
                    f"version {policy.version}: {_named(earlier)} can end after {_named(later)} ({_named_case(case)};"
                    f" for instance from {start.astimezone(table.zone).isoformat(timespec='minutes')})"
                )
    return problems


def _pairs(policy: Policy) -> Iterator[tuple[ClockRule, ClockRule, CaseProperties]]:
    """Yield each pair of limits that some case falls under, once, with the first such case."""
    seen: set[tuple[ClockRule, ClockRule]] = set()
    for case in _cases(policy):
        for earlier, later in FOLLOWS:
            pair = policy.rule(earlier, case), policy.rule(later, case)
            if pair not in seen:
                seen.add(pair)
                yield (*pair, case)


def _cases(policy: Policy) -> Iterator[CaseProperties]:
    """Yield a case for each combination of values that the conditions of a policy tell apart."""
    values: dict[str, set[str]] = {name: set() for name in DIMENSIONS}
    for rule in policy.clocks:
        for name, named in rule.only:
            values[name] |= named
    for combination in product(*([*sorted(values[name]), OTHER] for name in DIMENSIONS)):
        yield CaseProperties(*combination)


def ends_later(table: Timetable, earlier: Limit, later: Limit, policy: Policy) -> datetime | None:
    """Return a start from which ``earlier`` ends after ``later`` while the policy is in force, or None."""
    if earlier.unit is later.unit and earlier.amount <= later.amount:
        return None
    if earlier.unit is Unit.MINUTE and later.unit is Unit.WORKING_HOUR and earlier.amount <= later.amount * 60:
        return None
    for micro in _starts(table, earlier, later, policy):
        start = moment(micro)
        try:
            if due_time(table, start, earlier) > due_time(table, start, later):
                return start
        except OutsideCalendarError:
            continue
    return None


def _starts(table: Timetable, earlier: Limit, later: Limit, policy: Policy) -> Iterator[int]:
    first = max(table.first, policy.first.toordinal())
    last = min(table.last, policy.last.toordinal()) if policy.last else table.last
    if first > last:
        return
    if earlier.unit in DAYS:
        yield from (table.midnight_after(ordinal) for ordinal in range(first, last))
    elif later.unit in DAYS or earlier.unit is later.unit:
        yield from (table.midnight_after(ordinal) - 1 for ordinal in range(first, last + 1))
    else:
        begin, end = table.midnight_after(first) - 24 * HOUR, table.midnight_after(last)
        yield from (micro for micro in _jumps(table, earlier) if begin <= micro < end)


def _jumps(table: Timetable, earlier: Limit) -> Iterator[int]:
    shifts = list(table.shifts())
    if earlier.unit is Unit.MINUTE:
        yield from (opens for opens, _ in shifts)
        return
    wanted = round(earlier.amount * HOUR)
    for _, closes in shifts:
        begun = table.worked(closes) - wanted
        if begun > 0:
            start = table.reaches(begun)
            yield start + 1
            yield table.reaches(begun + 1)


def _named(rule: ClockRule) -> str:
    return f"{rule.clock} ({rule.limit.amount:g} {rule.limit.unit.value})"


def _named_case(case: CaseProperties) -> str:
    named = ((name, getattr(case, name)) for name in DIMENSIONS)
    return ", ".join(f"{name.rstrip('_')} {value}" for name, value in named if value != OTHER) or "any case"
