"""The reading of tables of complaints: CSV, spreadsheets, lines of JSON. Each row comes as a mapping by column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

Row = Mapping[str, Any]
# The header of a Laporan Ringkas stands below a preamble, and is known by this cell.
TRACKING: Final = "Tracking ID"
# The header is one of so many first rows.
_PREAMBLE: Final = 40
_ENCODINGS: Final = ("utf-8-sig", "cp1252")


class UnreadableTable(ValueError):
    """The file is no table that we can read. The message says why."""


def read_rows(path: Path, wanted: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of a table. ``wanted``: columns of which the header must have one, to find it under a preamble."""
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson", ".json"):
        return _json_rows(path)
    if kind in (".xlsx", ".xlsm"):
        return _with_header(_sheet_cells(path), wanted, path)
    return _with_header(_csv_cells(path), wanted, path)


def _json_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of lines of JSON, or of one list. A line that is no object is an empty row."""
    text = _text(path)
    if text.lstrip().startswith("["):
        try:
            whole = json.loads(text)
        except ValueError as error:
            raise UnreadableTable(f"{path.name}: {error}") from None
        yield from (one if isinstance(one, dict) else {} for one in whole)
        return
    for line in text.splitlines():
        if line.strip():
            try:
                one = json.loads(line)
            except ValueError:
                one = {}
            yield one if isinstance(one, dict) else {}


def _text(path: Path) -> str:
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


def _csv_cells(path: Path) -> Iterator[Sequence[Any]]:
    """Yield the rows of cells. The delimiter is the one that the first lines use most alike."""
    text = _text(path).replace("\0", "")
    first = text[:20_000]
    try:
        delimiter = csv.Sniffer().sniff(first, delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = max(",;\t|", key=first.partition("\n")[0].count)
    head = first.partition("\n")[0]
    if delimiter not in head:
        delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(10_000_000)
    return csv.reader(text.splitlines(keepends=True), delimiter=delimiter)


def _sheet_cells(path: Path) -> Iterator[Sequence[Any]]:
    """Yield the rows of the first sheet. The training extra brings the library."""
    from zipfile import BadZipFile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableTable(f"{path.name}: no spreadsheet ({type(error).__name__})") from None
    sheet = book.worksheets[0]
    # Some writers give wrong dimensions, which would cut the sheet off.
    sheet.reset_dimensions()
    yield from sheet.iter_rows(values_only=True)
    book.close()


def _with_header(cells: Iterator[Sequence[Any]], wanted: Sequence[str], path: Path) -> Iterator[Row]:
    first = list(islice(cells, _PREAMBLE))
    names = {name.casefold() for name in (TRACKING, *wanted)}
    at = next((n for n, row in enumerate(first) if names & {_name(cell).casefold() for cell in row}), None)
    if at is None:
        # Without a known name, the header is the first row that is not empty.
        at = next((n for n, row in enumerate(first) if any(_name(cell) for cell in row)), None)
    if at is None:
        raise UnreadableTable(f"{path.name}: has no row")
    columns = [_name(cell) for cell in first[at]]
    for row in chain(first[at + 1 :], cells):
        if any(cell not in (None, "") for cell in row):
            yield dict(zip(columns, row, strict=False))


def _name(cell: object) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""
