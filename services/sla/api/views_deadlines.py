"""The values of the pages of deadlines, made from states. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.sla.actions.deadlines import ExplainedClocks
from services.sla.api.views_clocks import clock_out, earliest_run, offset_and_recipients
from services.sla.labels import RUN_STATES, owner_name, roles_label, time_left, topic_name
from services.sla.rules import DueDates
from services.sla.rules.measures import NO_TOPIC
from services.sla.store import StoredClocks
from shared.labels import CLOCKS, heading
from shared.words import instant_words
from shared.worktime.deadlines import Offset
from shared.worktime.words import offset_words

# The number at which the query stops counting.
MOST = 1_000


def owner_rows(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the owners that have deadlines to meet, most overdue first."""
    rows = [
        {"code": row["owner"], "name": owner_name(row["owner"])}
        | {name: _count(row[name]) for name in ("overdue", "today", "week")}
        for row in found
        if row["overdue"] or row["today"] or row["week"]
    ]
    return sorted(rows, key=lambda row: (-row["overdue"]["number"], -row["today"]["number"], row["name"]))


def _count(number: int) -> dict[str, Any]:
    return {"number": number, "words": f"{number} atau lebih" if number >= MOST else str(number)}


def deadline_row(found: StoredClocks, due_dates: DueDates, now: datetime) -> dict[str, Any]:
    """Return a case for the list: its earliest deadline, the recipients so far and the next level."""
    case = found.case
    run = earliest_run(case)
    rule = due_dates.rule_of(case, run.clock, run.started_at)
    recipients = dict.fromkeys(
        role for fired in run.fired for _, roles in offset_and_recipients(fired, rule) for role in roles
    )
    ahead = [(at, level) for at, level in due_dates.levels_ahead(case, run) if level.to and at > now]
    return {
        "ticket": case.ticket or str(found.key),
        "clock": heading(CLOCKS[run.clock]),
        "due": instant_words(run.due_at),
        "left": time_left(due_dates.table, run.due_at, now),
        "overdue": run.due_at < now,
        "soon": run.due_at < now + timedelta(days=1),
        "urgent": case.priority == "urgent",
        "topic": topic_name(case.topic or NO_TOPIC),
        "told": roles_label(tuple(recipients)) if recipients else "",
        "next": f"{roles_label(ahead[0][1].to)}, {instant_words(ahead[0][0])}" if ahead else "",
    }


def case_page(clocks: ExplainedClocks, now: datetime) -> dict[str, Any]:
    """Return a case's clocks, the running ones first."""
    stored, case = clocks.stored, clocks.stored.case
    runs = []
    for run in sorted(case.runs, key=lambda one: (not one.live, -one.started_at.timestamp())):
        due_dates = clocks.by_version[run.rules]
        out = clock_out(case, run, due_dates, clocks.in_force)
        running = out.state == "running"
        runs.append(
            {
                "name": heading(CLOCKS[run.clock]) + (f", bantuan {owner_name(run.opd)}" if run.helper else ""),
                "run": run.run,
                "state": out.state,
                "words": RUN_STATES[out.state],
                "late": run.late or (running and run.due_at < now),
                "summary": out.summary,
                "started": instant_words(run.started_at),
                "due": instant_words(run.due_at),
                "left": time_left(due_dates.table, run.due_at, now) if running else "",
                "ended": instant_words(run.ended_at) if run.ended_at else "",
                "explanation": out.explanation,
                "levels": [
                    {
                        "offset": offset_words(Offset.parse(level.offset)),
                        "at": instant_words(level.at),
                        "to": roles_label(level.to),
                        "told": level.told,
                    }
                    for level in out.levels
                    if level.to
                ],
            }
        )
    return {
        "ticket": case.ticket or str(stored.key),
        "owner": owner_name(case.opd),
        "urgent": case.priority == "urgent",
        "clocks": runs,
    }
