"""The tables of the registry as CSV: what an administrator downloads, edits and uploads. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from services.router.labels import PHOTO_RULES
from shared.bounds import FIRST_DAY, LAST_DAY, checked
from shared.reference.registry import OpdRow, Period, TopicRow

P = TypeVar("P", bound=Period)
TableName = Literal["opd", "topik"]
_DATES: Final = ("valid_from", "valid_to")
COLUMNS: Final[Mapping[TableName, tuple[str, ...]]] = {
    "opd": ("code", "short_name", "name", "kind", "confidence", "parent", "head", *_DATES, "successor"),
    "topik": ("code", "label", "opd", "photo", *_DATES),
}
_NEEDED: Final[Mapping[TableName, tuple[str, ...]]] = {
    "opd": ("code", "short_name", "name", "kind"),
    "topik": ("code", "label"),
}
# A cell that may stay empty has no value then.
_NONE: Final = frozenset({*_DATES, "parent", "successor", "opd"})
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,29}")
LONGEST: Final = 200
MOST_ROWS: Final = 1_000


class Problem(NamedTuple):
    """A problem of a table, at a line of its text. Line 1 has the names of the columns."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Lined(Generic[P]):
    """A row and the line on which it stands."""

    line: int
    row: P


def write_table(rows: Sequence[Period], name: TableName) -> str:
    """Return rows as CSV, sorted by code and first day."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[name])
    for row in sorted(rows, key=lambda one: (one.code, one.first)):
        cells = row.model_dump(mode="json")
        writer.writerow(["" if cells[column] is None else cells[column] for column in COLUMNS[name]])
    return out.getvalue()


def read_opds(text: str) -> tuple[list[Lined[OpdRow]], list[Problem]]:
    """Return the rows of a table of OPDs that can be read, and the problems of the others."""
    return _read(text, "opd", OpdRow)


def read_topics(text: str) -> tuple[list[Lined[TopicRow]], list[Problem]]:
    """Return the rows of a table of topics that can be read, and the problems of the others."""
    return _read(text, "topik", TopicRow)


def _read(text: str, name: TableName, kind: type[P]) -> tuple[list[Lined[P]], list[Problem]]:
    rows: list[Lined[P]] = []
    problems: list[Problem] = []
    lines = _lines(text)
    line, header = next(lines, (1, []))
    header = [cell.strip() for cell in header]
    if missing := [column for column in _NEEDED[name] if column not in header]:
        return [], [Problem(line, f"Kolom ini tidak ada: {', '.join(missing)}. Unduh tabelnya untuk contoh.")]
    unknown = [column for column in header if column not in COLUMNS[name]]
    problems += [Problem(line, f"Kolom “{column[:40]}” tidak dikenal.") for column in unknown]
    if len(set(header)) < len(header):
        problems.append(Problem(line, "Satu kolom ditulis dua kali."))
    for line, values in lines:
        if len(values) != len(header):
            problems.append(Problem(line, f"Baris ini punya {len(values)} sel; kepala tabel {len(header)}."))
            continue
        cells = {column: value.strip() for column, value in zip(header, values, strict=True)}
        found, wrong = _row({column: cells.get(column, "") for column in COLUMNS[name]}, name)
        problems += [Problem(line, words) for words in wrong]
        if not wrong:
            rows.append(Lined(line, kind.model_validate(found)))
    if not rows and not problems:
        problems.append(Problem(1, "Tabelnya kosong."))
    if len(rows) > MOST_ROWS:
        problems.append(Problem(1, f"Tabelnya lebih dari {MOST_ROWS} baris."))
    return rows, problems


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins. Blank lines and lines with `#` are passed over.

    A spreadsheet in Indonesian separates cells with semicolons.
    """
    text = text.removeprefix("﻿")
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    kept = "\n".join("" if line.startswith("#") else line for line in text.splitlines())
    reader = csv.reader(io.StringIO(kept), delimiter=";" if ";" in head else ",")
    begins = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield begins, values
            begins = reader.line_num + 1
    except csv.Error:
        # A cell that never ends, or one that is longer than any name.
        yield begins, []


def _row(cells: Mapping[str, str], name: TableName) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a row, and what is wrong with it."""
    wrong = [f"Kolom {column} kosong." for column in _NEEDED[name] if not cells[column]]
    wrong += [f"Kolom {column} lebih dari {LONGEST} huruf." for column in cells if len(cells[column]) > LONGEST]
    if cells["code"] and not _CODE.fullmatch(cells["code"]):
        wrong.append(f"Kode “{cells['code'][:40]}” tidak sah: pakai huruf kecil, angka dan tanda hubung, 2–30 huruf.")
    found: dict[str, Any] = {column: value or None if column in _NONE else value for column, value in cells.items()}
    if "confidence" in found:
        found["confidence"] = found["confidence"] or "seen"
    if "photo" in found:
        found["photo"] = found["photo"] or "none"
        if found["photo"] not in PHOTO_RULES:
            wrong.append(f"“{cells['photo'][:40]}” pada photo tidak dikenal; tulis {', '.join(PHOTO_RULES)}.")
    for column in _DATES:
        try:
            found[column] = _day(cells[column])
        except ValueError:
            wrong.append(f"Tanggal “{cells[column][:40]}” pada {column} tidak sah; tulis seperti 2027-01-31.")
    return found, wrong


def _day(text: str) -> date | None:
    if not text:
        return None
    return checked(date.fromisoformat(text), FIRST_DAY, LAST_DAY)
