"""The values of the pages of the registry. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.router.actions.registry import MadeChange
from services.router.labels import PHOTO_RULES
from services.router.registry.differences import NAMES
from shared.labels import heading
from shared.reference.registry import Period, Table
from shared.words import day_words, instant_words


def opd_rows(table: Table) -> list[dict[str, Any]]:
    """Return the OPDs for the list: those that exist first, by name."""
    counted = dict.fromkeys(table.opds, 0)
    for code in table.offices.values():
        if code is not None:
            counted[code] += 1
    rows = sorted(table.opds.values(), key=lambda row: (row.code not in table.open_opds, row.name))
    return [
        {
            "code": row.code,
            "name": row.name,
            "short": row.short_name,
            "kind": heading(row.kind),
            "topics": counted[row.code],
            "unsure": row.confidence != "seen",
            **_standing(table, row),
        }
        for row in rows
    ]


def topic_rows(table: Table, alone: Sequence[str]) -> list[dict[str, Any]]:
    """Return the topics for the list: those without an OPD first, then by their words. ``alone``: the codes without."""
    rows = sorted(table.topics.values(), key=lambda row: (row.code not in alone, row.label.casefold()))
    return [
        {
            "code": row.code,
            "label": heading(row.label),
            "opd": _name(table, table.offices.get(row.code)),
            "alone": row.code in alone,
            "photo": PHOTO_RULES[row.photo],
            **_standing(table, row),
        }
        for row in rows
    ]


def opd_page(table: Table, code: str) -> dict[str, Any]:
    """Return one OPD: its values of today, its periods, its topics, and what may be chosen."""
    row = table.opds[code]
    return {
        "row": row,
        "topics": sorted(heading(table.topics[topic].label) for topic, opd in table.offices.items() if opd == code),
        "periods": _periods(table, [one for one in table.registry.opds if one.code == code]),
        "opds": opd_choices(table, without=code),
        **_standing(table, row),
    }


def topic_page(table: Table, code: str) -> dict[str, Any]:
    """Return one topic: its values of today, its periods, and the OPDs that may be chosen."""
    row = table.topics[code]
    return {
        "row": row,
        "office": _name(table, table.offices.get(code)),
        "periods": _periods(table, [one for one in table.registry.topics if one.code == code]),
        "opds": opd_choices(table),
        **_standing(table, row),
    }


def opd_choices(table: Table, without: str | None = None) -> list[tuple[str, str]]:
    """Return the OPDs that have not ended, for a list to choose from. The first choice is none."""
    rows = (row for row in table.opds.values() if row.last >= table.day and row.code != without)
    named = sorted((row.code, row.name) for row in rows)
    return [("", "Tidak ada"), *sorted(named, key=lambda pair: pair[1])]


def history_rows(found: Sequence[MadeChange]) -> list[dict[str, Any]]:
    """Return the changes with their times as words."""
    return [
        {"number": one.version, "changes": one.changes, "who": one.who, "at": instant_words(one.at), "why": one.why}
        for one in found
    ]


def history_of(found: Sequence[MadeChange], what: str, code: str) -> list[dict[str, Any]]:
    """Return the changes that name one OPD or topic."""
    starts = (f"{what} {code}:", f"{what} {code} ")
    own = [(one, tuple(words for words in one.changes if words.startswith(starts))) for one in found]
    return history_rows([MadeChange(one.version, words, one.who, one.at, one.why) for one, words in own if words])


def _standing(table: Table, row: Period) -> dict[str, Any]:
    """Return whether a row holds, in words."""
    if row.first > table.day:
        return {"holds": False, "state": f"mulai {_date(row.first)}"}
    if row.last < table.day:
        heir = table.heir.get(row.code)
        after = f", dilanjutkan {table.opds[heir].name}" if heir else ""
        return {"holds": False, "state": f"berakhir {_date(row.last)}{after}"}
    return {"holds": True, "state": f"berlaku sampai {_date(row.last)}" if row.valid_to else "berlaku"}


def _periods(table: Table, rows: Sequence[Period]) -> list[dict[str, Any]]:
    """Return the periods of a code, the newest first, with their values in words."""
    return [
        {
            "when": _span(row),
            "now": row.holds_on(table.day),
            "values": [
                (
                    heading(NAMES[name]),
                    _name(table, value) if name in ("opd", "parent", "successor") else PHOTO_RULES.get(value, value),
                )
                for name, value in row
                if name in NAMES and not name.startswith("valid") and name != "confidence" and value
            ],
        }
        for row in sorted(rows, key=lambda one: one.first, reverse=True)
    ]


def _span(row: Period) -> str:
    begins = f"mulai {_date(row.first)}" if row.valid_from else "sejak awal"
    return f"{begins} sampai {_date(row.last)}" if row.valid_to else begins


def _name(table: Table, code: str | None) -> str:
    return table.opds[code].name if code in table.opds else code or ""


def _date(day: date) -> str:
    return day_words(day).partition(", ")[2]
