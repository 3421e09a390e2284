"""The forms of the registry's pages, read as the text of the table that would follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.router.labels import PHOTO_RULES
from services.router.registry.checking import ONE_DAY
from services.router.registry.editing import change_from, end_with
from services.router.registry.texts import LONGEST, TableName, write_table
from shared.bounds import FIRST_DAY, LAST_DAY, OutOfBounds, checked
from shared.reference.registry import OpdRow, Period, Registry, TopicRow

SHORTEST_WHY, LONGEST_WHY = 3, 500
# The fields of an OPD and of a topic, by their names in the form.
_OPD = {"nama": "name", "singkat": "short_name", "jenis": "kind", "induk": "parent", "kepala": "head"}
_TOPIC = {"sebutan": "label", "opd": "opd", "foto": "photo"}
_NEEDED = {
    "nama": "Tulis nama lengkap OPD.",
    "singkat": "Tulis nama singkatnya, misalnya DKP.",
    "jenis": "Tulis jenisnya, misalnya dinas atau badan.",
    "sebutan": "Tulis sebutan topik seperti yang dibaca warga.",
}
_DATE = "Pilih tanggalnya."


class RegistryFormErrors(Exception):
    """A form with wrong fields. ``errors`` has a message for each of them."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


def table_of_form(base: Registry, table: TableName, typed: Mapping[str, str], today: date) -> str:
    """Return the table as the form wants it. Raise RegistryFormErrors with every wrong field."""
    rows: list[Any] = list(base.opds if table == "opd" else base.topics)
    errors = why_errors(typed, why_field(typed))
    act, code = typed.get("tindakan"), typed.get("kode", "").strip()
    match act:
        case "tambah":
            rows = [*rows, *_added(rows, table, code, typed, errors)]
        case "ubah":
            day, values = _day(typed, "mulai", errors, today), _values(table, typed, errors)
            if not errors:
                rows = change_from(rows, code, day, values)
        case "akhiri":
            first = _day(typed, "mulai-akhir", errors, None)
            ends = {"successor": typed.get("penerus") or None} if table == "opd" else {}
            if not errors:
                rows = end_with(rows, code, first - ONE_DAY, ends)
        case _:
            errors["kode"] = "Pilih salah satu tindakan."
    if errors:
        raise RegistryFormErrors(errors)
    return write_table(rows, table)


def why_field(typed: Mapping[str, str]) -> str:
    """Return the name of the field with the reason. A page with two forms names each its own."""
    return "alasan-akhir" if typed.get("tindakan") == "akhiri" else "alasan"


def why_errors(typed: Mapping[str, str], name: str = "alasan") -> dict[str, str]:
    """Return the error of a reason that is missing or too long."""
    fits = SHORTEST_WHY <= len(typed.get(name, "")) <= LONGEST_WHY
    return {} if fits else {name: "Tulis alasannya, misalnya nomor peraturan."}


def _added(
    rows: list[Period], table: TableName, code: str, typed: Mapping[str, str], errors: dict[str, str]
) -> list[Period]:
    """Return the new row, or nothing if a field is wrong."""
    values = _values(table, typed, errors)
    if not code:
        errors["kode"] = "Tulis kodenya, misalnya dkp: huruf kecil, angka dan tanda hubung."
    elif any(row.code == code for row in rows):
        errors["kode"] = "Kode ini sudah dipakai. Kode yang pernah dipakai tidak dapat dipakai lagi."
    first = _day(typed, "mulai", errors, None) if typed.get("mulai") else None
    if errors:
        return []
    kind: type[OpdRow | TopicRow] = OpdRow if table == "opd" else TopicRow
    return [kind.model_validate({"code": code, "valid_from": first, **values})]


def _values(table: TableName, typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    names = _OPD if table == "opd" else _TOPIC
    for name in names:
        if name in _NEEDED and not typed.get(name):
            errors[name] = _NEEDED[name]
        elif len(typed.get(name, "")) > LONGEST:
            errors[name] = f"Paling banyak {LONGEST} huruf."
    if table == "topik" and typed.get("foto", "none") not in PHOTO_RULES:
        errors["foto"] = "Pilih salah satu."
    empty = {"parent": None, "opd": None, "photo": "none"}
    return {field: typed.get(name) or empty.get(field, "") for name, field in names.items()}


def _day(typed: Mapping[str, str], name: str, errors: dict[str, str], today: date | None) -> date:
    """Return the day of a field. An empty one is today, if that is allowed."""
    text = typed.get(name, "")
    try:
        return checked(date.fromisoformat(text), FIRST_DAY + ONE_DAY, LAST_DAY) if text or today is None else today
    except OutOfBounds:
        errors[name] = "Tanggal itu terlalu jauh."
    except ValueError:
        errors[name] = _DATE
    return LAST_DAY
