"""Page values, made from states and numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.sla.api.views_clocks import clock_out, notified_as
from services.sla.labels import (
    CLOCKS,
    STATES,
    office_hours,
    owner_name,
    roles_label,
    short_name,
    time_left,
    topic_name,
)
from services.sla.rules.due_dates import DueDates
from services.sla.rules.measures import NO_TOPIC
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine
from services.sla.statistics.charts import BarPair, draw_bars
from services.sla.store import StoredClocks
from shared.words import instant_words
from shared.worktime.deadlines import Offset
from shared.worktime.words import offset_words

MOST, DRAWN = 1_000, 12
MET = "Tanggapan pertama: tepat waktu dan terlambat, per OPD"
TIME = "Lama sampai tanggapan pertama: median dan p90 dalam jam kerja, per OPD"


def standing_rows(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
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


def row_of(found: StoredClocks, due_dates: DueDates, now: datetime) -> dict[str, Any]:
    """Return a case for the list: its earliest deadline, the levels told and the next level."""
    case = found.case
    running = [run for run in case.runs if run.live and run.clock != "silence" and not case.halted(run.clock)]
    run = min(running, key=lambda one: one.due_at)
    rule = due_dates.rule(case, run.clock, run.started_at)
    told = [to for fired in run.fired for _, to in notified_as(fired, rule)]
    ahead = [(at, level) for at, level in due_dates.ahead(case, run) if level.to and at > now]
    return {
        "ticket": case.ticket or str(found.key),
        "clock": CLOCKS[run.clock],
        "due": instant_words(run.due_at),
        "left": time_left(due_dates.table, run.due_at, now),
        "overdue": run.due_at < now,
        "soon": run.due_at < now + timedelta(days=1),
        "urgent": case.priority == "urgent",
        "topic": topic_name(case.topic or NO_TOPIC),
        "told": roles_label(tuple(dict.fromkeys(role for roles in told for role in roles))) if told else "",
        "next": f"{roles_label(ahead[0][1].to)}, {instant_words(ahead[0][0])}" if ahead else "",
    }


def case_page(
    found: StoredClocks, due_dates_of: Mapping[int, DueDates], in_force: DueDates, now: datetime
) -> dict[str, Any]:
    """Return a case's clocks, the running ones first."""
    case = found.case
    clocks = []
    for run in sorted(case.runs, key=lambda one: (not one.live, -one.started_at.timestamp())):
        due_dates = due_dates_of[run.rules]
        out = clock_out(case, run, due_dates, in_force)
        running = out.state == "running"
        clocks.append(
            {
                "name": CLOCKS[run.clock],
                "run": run.run,
                "state": out.state,
                "words": STATES[out.state],
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
        "ticket": case.ticket or str(found.key),
        "owner": owner_name(case.opd),
        "urgent": case.priority == "urgent",
        "clocks": clocks,
    }


def statistics_page(lines: Sequence[StatisticsLine]) -> dict[str, Any]:
    """Return two plots of the OPDs with the most deadlines, and the table of all."""
    everybody = next((line for line in lines if line.opd is None), None)
    each = sorted((line for line in lines if line.opd and line.topic is None), key=_size, reverse=True)
    drawn = each[:DRAWN]
    met = [
        BarPair(
            short_name(line.opd or ""),
            line.respond.on_time,
            line.respond.late,
            str(line.respond.on_time),
            str(line.respond.late),
        )
        for line in drawn
    ]
    time = [
        BarPair(
            short_name(line.opd or ""),
            line.respond.median or 0,
            line.respond.p90 or 0,
            _hours(line.respond.median),
            _hours(line.respond.p90),
        )
        for line in drawn
    ]
    table = [_line(line) for line in lines if line.opd]
    return {
        "all": _line(everybody) if everybody and table else None,
        "lines": table,
        "more": len(each) > DRAWN,
        "shown": DRAWN,
        "plot_met": draw_bars(MET, ("tepat waktu", "terlambat"), met, "gambar-tepat"),
        "plot_time": draw_bars(TIME, ("median", "p90"), time, "gambar-lama"),
    }


def _size(line: StatisticsLine) -> int:
    return line.respond.on_time + line.respond.late + line.resolve.on_time + line.resolve.late


def _line(line: StatisticsLine) -> dict[str, Any]:
    opd = owner_name(line.opd) if line.opd else "Semua OPD"
    topic = topic_name(line.topic) if line.topic else "semua"
    return {
        "opd": opd,
        "topic": topic,
        "respond": _told(line.respond),
        "resolve": _told(line.resolve),
        "pauses": line.pauses,
        "transfers": line.transfers,
        "disputes": line.disputes,
    }


def _told(told: ClockStatistics) -> dict[str, Any]:
    return {
        "on_time": told.on_time,
        "late": told.late,
        "median": office_hours(told.median),
        "p90": office_hours(told.p90),
    }


def _hours(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 3600:.1f} jam".replace(".", ",")
