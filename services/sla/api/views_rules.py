"""Answers about calendar and policies, made from a version of the rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby

from services.sla.api.models_rules import CalendarOut, DayOut, LimitOut, PeriodOut, PoliciesOut, PolicyOut
from services.sla.policy import ClockRule, Policy
from services.sla.versions import RuleVersion
from shared.errors import Invalid
from shared.worktime import Calendar, Shift
from shared.worktime.calendar import Week
from shared.worktime.reading import DAYS


def calendar_out(version: RuleVersion, year: int, differs: Mapping[str, int] | None = None) -> CalendarOut:
    """Return the calendar with the holidays and declared days of one year.

    Raise Invalid for a year outside the calendar.
    """
    table = version.due_dates.table
    calendar = table.calendar
    if not calendar.first_year <= year <= calendar.last_year:
        raise Invalid(f"the calendar covers {calendar.first_year} to {calendar.last_year}", field="year")
    return CalendarOut(
        version=version.number,
        changed_at=version.changed_at,
        why=version.why,
        name=calendar.name,
        source=calendar.source,
        zone=calendar.zone.key,
        zone_label=calendar.zone_label,
        years=(calendar.first_year, calendar.last_year),
        hours=_hours(calendar.week),
        year=year,
        days=days_of(calendar, year),
        text=version.texts.calendar,
        library=version.taken.source,
        digest=version.taken.digest,
        differs=dict(differs or {}),
        periods=[PeriodOut(name=p.name, first=p.first, last=p.last, hours=_hours(p.week)) for p in calendar.periods],
    )


def days_of(calendar: Calendar, year: int) -> list[DayOut]:
    """Return the holidays and declared days of a year, in order."""
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        declared = day in calendar.overrides
        if declared or day in calendar.holidays:
            plan = calendar.plan(day)
            hours = [_span(shift) for shift in plan.shifts]
            found.append(DayOut(date=day, working=plan.working, hours=hours, name=plan.note or "", declared=declared))
        day += timedelta(days=1)
    return found


def _hours(week: Week) -> dict[str, list[str]]:
    """Group neighbouring weekdays with the same hours, such as mon-thu."""
    found = {}
    for shifts, days in groupby(zip(DAYS, week, strict=True), key=lambda pair: pair[1]):
        names = [name for name, _ in days]
        if shifts:
            found[names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"] = [_span(shift) for shift in shifts]
    return found


def _span(shift: Shift) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (shift.start, shift.end))


def policies_out(version: RuleVersion) -> PoliciesOut:
    """Return all policies."""
    policies = [_policy(policy) for policy in version.due_dates.policies.entries]
    return PoliciesOut(
        version=version.number,
        changed_at=version.changed_at,
        why=version.why,
        policies=policies,
        text=version.texts.policies,
    )


def _policy(policy: Policy) -> PolicyOut:
    limits = [_limit(rule) for rule in policy.clocks]
    return PolicyOut(version=policy.version, first=policy.first, last=policy.last, source=policy.source, limits=limits)


def _limit(rule: ClockRule) -> LimitOut:
    return LimitOut(
        clock=rule.clock,
        limit=rule.limit.amount,
        unit=rule.limit.unit.value,
        only={name.rstrip("_"): sorted(values) for name, values in rule.only},
        ladder=[{"level": level.number, "offset": level.text, "to": list(level.to)} for level in rule.ladder],
        extension=rule.extension,
        law=rule.law,
    )
