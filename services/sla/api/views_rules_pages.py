"""The values of the pages of calendar and policies, and of the preview of a change. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.sla.actions.rules import EffectPreview
from services.sla.api.models_rules import LimitOut
from services.sla.api.views_rules import calendar_out, policies_out
from services.sla.labels import CONDITIONS, EFFECTS, join_words, owner_name, roles_label, topic_name
from services.sla.versions import RuleVersion
from shared.labels import CHANNELS, CLASSES, CLOCKS, PRIORITIES, heading
from shared.words import day_words, instant_words
from shared.worktime.deadlines import Limit, Offset, Unit
from shared.worktime.words import limit_words, offset_words

WEEKDAYS = {
    "mon": "Senin",
    "tue": "Selasa",
    "wed": "Rabu",
    "thu": "Kamis",
    "fri": "Jumat",
    "sat": "Sabtu",
    "sun": "Minggu",
}


def calendar_page(version: RuleVersion, year: int) -> dict[str, Any]:
    """Return the values of the page of one year. A year outside the calendar gives the nearest year."""
    calendar = version.due_dates.table.calendar
    out = calendar_out(version, min(max(year, calendar.first_year), calendar.last_year))
    return {
        **_changed(version),
        "year": out.year,
        "first_year": out.years[0],
        "last_year": out.years[1],
        "library": version.taken.source,
        "zone": f"Waktu {out.zone_label} ({out.zone})",
        "source": out.source or "Tanpa keterangan sumber",
        "hours": _hours(out.hours),
        "periods": [
            {"name": one.name, "first": _day(one.first), "last": _day(one.last), "hours": _hours(one.hours)}
            for one in out.periods
            if one.first.year <= out.year <= one.last.year
        ],
        "days": [
            {
                "iso": day.date.isoformat(),
                "words": day_words(day.date),
                "name": day.name,
                "working": day.working,
                "declared": day.declared,
                "hours": join_words(_span(span) for span in day.hours),
            }
            for day in out.days
        ],
    }


def _limit_words(limit: LimitOut) -> str:
    """Return a limit with its extension and its own regulation, as words."""
    words = [limit_words(Limit(limit.limit, Unit(limit.unit)))]
    if limit.extension:
        words.append(f"dapat diperpanjang satu kali {limit_words(Limit(limit.extension, Unit(limit.unit)))}")
    return ", ".join(words) + (f" ({limit.law})" if limit.law else "")


def policies_page(version: RuleVersion) -> dict[str, Any]:
    """Return the values of the page of policies, the newest first."""
    policies = [
        {
            "first": _day(policy.first),
            "last": _day(policy.last) if policy.last else "",
            "source": policy.source,
            "limits": [
                {
                    "clock": heading(CLOCKS[limit.clock]),
                    "only": _conditions(limit.only, sum(other.clock == limit.clock for other in policy.limits) == 1),
                    "limit": _limit_words(limit),
                    "ladder": [_level(level) for level in limit.ladder],
                }
                for limit in policy.limits
            ],
        }
        for policy in reversed(policies_out(version).policies)
    ]
    return {**_changed(version), "policies": policies, "text": version.texts.policies}


def confirm_page(preview: EffectPreview) -> dict[str, Any]:
    """Return the deadlines that would move and the levels that would change."""
    moves = [
        {
            "ticket": entry.found.case.ticket or str(entry.found.key),
            "clock": heading(CLOCKS[entry.move.clock]),
            "was": instant_words(entry.move.was),
            "due": instant_words(entry.move.due),
            "effect": EFFECTS[entry.move.effect],
        }
        for entry in preview.moves
    ]
    levels = [
        {
            "ticket": entry.found.case.ticket or str(entry.found.key),
            "clock": heading(CLOCKS[entry.change.clock]),
            "level": offset_words(Offset.parse(entry.change.offset)),
            "to": roles_label(entry.change.to),
            "was": instant_words(entry.change.was) if entry.change.was else "–",
            "at": instant_words(entry.change.at) if entry.change.at else "–",
            "effect": EFFECTS[entry.change.effect],
        }
        for entry in preview.levels
    ]
    counts = preview.counts
    return {
        "counts": dict(counts),
        "cases": counts["cases"],
        "total": counts["moves"] + counts["breaches"] + counts["saved"],
        "moves": moves,
        "levels": levels,
        "retold": sum(counts[effect] for effect in EFFECTS if effect.startswith("level_")),
        "complete": preview.complete,
    }


def _changed(version: RuleVersion) -> dict[str, Any]:
    at = instant_words(version.changed_at) if version.changed_at else ""
    return {"version": version.number, "changed": at, "why": version.why or ""}


def _day(day: date) -> str:
    return day_words(day).partition(", ")[2]


def _hours(hours: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [
        ("–".join(WEEKDAYS[name] for name in days.split("-")), join_words(map(_span, spans)))
        for days, spans in hours.items()
    ]


def _span(span: str) -> str:
    return span.replace(":", ".").replace("-", "–")


def _conditions(only: Mapping[str, Sequence[str]], alone: bool) -> str:
    names = {name.rstrip("_"): words for name, words in CONDITIONS.items()}
    shown = {"opd": owner_name, "topic": topic_name}
    parts = [
        f"{names[name]} {join_words(shown.get(name, _value)(value) for value in values)}"
        for name, values in only.items()
    ]
    return "; ".join(parts) or ("semua aduan" if alone else "semua yang lain")


def _value(value: str) -> str:
    return CLASSES.get(value) or PRIORITIES.get(value) or CHANNELS.get(value, value)


def _level(level: Mapping[str, Any]) -> str:
    return f"{offset_words(Offset.parse(level['offset']))}: {roles_label(tuple(level['to']))}"
