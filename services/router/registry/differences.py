"""The difference between two registries, in Indonesian words, a sentence for each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.router.labels import PHOTO_RULES
from shared.reference.registry import Period, Registry
from shared.words import day_words

NAMES: Final[Mapping[str, str]] = {
    "short_name": "nama singkat",
    "name": "nama",
    "kind": "jenis",
    "confidence": "kepastian",
    "parent": "induk",
    "head": "kepala",
    "successor": "penerus",
    "label": "sebutan",
    "opd": "OPD",
    "photo": "foto bukti",
    "valid_from": "hari pertama",
    "valid_to": "hari terakhir",
}


def differences(old: Registry, new: Registry) -> tuple[str, ...]:
    """Return what is new, changed or gone, first the OPDs, then the topics."""
    return (*_of_rows("OPD", old.opds, new.opds), *_of_rows("Topik", old.topics, new.topics))


def _of_rows(what: str, old: Sequence[Period], new: Sequence[Period]) -> Iterator[str]:
    before, after = _by_period(old), _by_period(new)
    known = {code for code, _ in before}
    for key, row in after.items():
        code, first = key
        was = before.get(key)
        if was is None:
            begins = "" if first == date.min else f" mulai {day_words(first)}"
            told = "; ".join(f"{NAMES[name]} {_value(value)}" for name, value in _values(row) if value)
            yield f"{what} {code}{' baru' if code not in known else ''}{begins}: {told}."
            continue
        changed = [
            f"{NAMES[name]} dari {_value(value)} menjadi {_value(getattr(row, name))}"
            for name, value in _values(was)
            if value != getattr(row, name)
        ]
        if changed:
            yield f"{what} {code}: {'; '.join(changed)}."
    for code, first in before.keys() - after.keys():
        begins = "tanpa tanggal mulai" if first == date.min else f"mulai {day_words(first)}"
        yield f"{what} {code}: masa {begins} dihapus."


def _by_period(rows: Sequence[Period]) -> dict[tuple[str, date], Period]:
    return {(row.code, row.first): row for row in rows}


def _values(row: Period) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(row, name)) for name in type(row).model_fields if name in NAMES and name != "valid_from")


def _value(value: Any) -> str:
    if isinstance(value, date):
        return day_words(value)
    value = PHOTO_RULES.get(value, value)
    return f"“{value}”" if value else "kosong"
