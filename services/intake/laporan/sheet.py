"""The reader of one sheet's rows. It keeps only filled cells, up to a bound, and ignores columns beyond the 256th."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from .model import NotALaporan
from .package import DAMAGED, TOO_LARGE, Package, local
from .workbook import MAX_CELL, MAX_CHARACTERS, Workbook, unescape

# An export has about 25 columns. A cell far to the right, such as in column XFD, is not part of its table.
MAX_COLUMNS: Final = 256
# In rows. A sheet that was formatted to its last row has a million rows without content below its table.
MAX_EMPTY_RUN: Final = 1_000
MAX_CELLS: Final = 3_000_000
_MAX_MERGES: Final = 100_000
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")

Line = dict[int, Any]
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that Excel shows in place of a value, such as `#NAME?`."""

    word: str


@dataclass(slots=True)
class SheetLines:
    """The filled rows of one sheet by row number.

    ``stopped_at`` is the row after which a long run of empty rows ended the reading, or None.
    """

    rows: dict[int, Line] = field(default_factory=dict)
    stopped_at: int | None = None


def reference(row: int, column: int) -> str:
    """Return the name of a cell in Excel: row 3 and column 5 (counted from 0) give F3."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def place(text: str) -> tuple[int, int]:
    """Return (row, column) of a reference such as F3. Columns count from 0. Raise NotALaporan for any other text."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise NotALaporan(DAMAGED)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def read_lines(package: Package, book: Workbook, part: str) -> SheetLines:
    """Read a sheet to its end or to a long run of empty rows. Each row of a merged area gets the area's value."""
    reader = _SheetReader(book)
    lines = SheetLines()
    last = empty = 0
    for _ in package.parsed(part, reader.start, reader.end, reader.characters):
        for number, cells in reader.take():
            if number - last > MAX_EMPTY_RUN or empty > MAX_EMPTY_RUN:
                lines.stopped_at = last
                return lines
            empty = 0 if cells else empty + 1
            if cells:
                lines.rows[number] = lines.rows.get(number, {}) | cells
                last = number
    for area in reader.merged:
        _spread(lines.rows, area)
    return lines


def _spread(rows: dict[int, Line], area: Area) -> None:
    """Copy a merged area's value into its first column in every filled row, as a person sees it beside each row."""
    top, left, bottom, _ = area
    value = rows.get(top, {}).get(left)
    if value is None:
        return
    for number in range(top + 1, min(bottom, top + MAX_EMPTY_RUN) + 1):
        if number in rows:
            rows[number].setdefault(left, value)


class _SheetReader:
    """The parser's handlers, which assemble rows."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._ready: list[tuple[int, Line]] = []
        self.merged: list[Area] = []
        self._row = 0
        self._column = -1
        self._line: Line = {}
        self._kind = self._style = ""
        self._value: list[str] = []
        self._length = 0
        self._hearing = self._phonetic = False
        self._cells = self._characters = 0

    def take(self) -> Iterator[tuple[int, Line]]:
        """Yield the complete rows and forget them."""
        ready, self._ready = self._ready, []
        yield from ready

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            reference_text = attributes.get("r")
            self._column = place(reference_text)[1] if reference_text else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value, self._length = [], 0
        elif name == "row":
            self._row = _count(attributes["r"]) if "r" in attributes else self._row + 1
            self._line, self._column = {}, -1
        elif name == "rPh":
            self._phonetic = True
        elif name in {"v", "t"}:
            self._hearing = self._column < MAX_COLUMNS and not self._phonetic
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def characters(self, text: str) -> None:
        # We keep one character more than Excel allows, so that the row can be refused as too long.
        if self._hearing and self._length <= MAX_CELL:
            piece = text[: MAX_CELL + 1 - self._length]
            self._length += len(piece)
            self._value.append(piece)

    def end(self, name: str) -> None:
        name = local(name)
        if name in {"v", "t"}:
            self._hearing = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            if self._value and self._column < MAX_COLUMNS:
                self._keep(self._convert("".join(self._value)))
                self._value = []
        elif name == "row":
            self._ready.append((self._row, self._line))

    def _keep(self, value: Any) -> None:
        if isinstance(value, str) and not value.strip():
            return
        self._cells += 1
        self._characters += len(value) if isinstance(value, str) else 1
        if self._cells > MAX_CELLS or self._characters > MAX_CHARACTERS:
            raise NotALaporan(TOO_LARGE)
        self._line[self._column] = value

    def _convert(self, written: str) -> Any:
        if self._kind == "s":
            number = _count(written)
            if number >= len(self._book.strings):
                raise NotALaporan(DAMAGED)
            return self._book.strings[number]
        if self._kind == "e":
            return CellError(written.strip())
        if self._kind in {"inlineStr", "str", "d"}:
            return unescape(written)
        if self._kind == "b":
            return "TRUE" if written.strip() == "1" else "FALSE"
        return self._numeric(written)

    def _numeric(self, written: str) -> Any:
        try:
            number = float(written)
        except ValueError:
            raise NotALaporan(DAMAGED) from None
        if self._style and _count(self._style) in self._book.dates:
            moment = self._book.moment(number)
            if moment is not None:
                return moment
        return number

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        (top, left), (bottom, right) = place(first), place(last or first)
        if len(self.merged) >= _MAX_MERGES:
            raise NotALaporan(TOO_LARGE)
        if bottom > top and left < MAX_COLUMNS:
            self.merged.append((top, left, bottom, right))


def _count(written: str) -> int:
    try:
        number = int(written)
    except ValueError:
        raise NotALaporan(DAMAGED) from None
    if number < 0:
        raise NotALaporan(DAMAGED)
    return number
