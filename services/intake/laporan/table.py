"""The table within a sheet: its header row found by the cell `Tracking ID`, wherever it stands, and its columns by name."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from shared.text import tidy

from .dates import Order, order_of
from .model import NotALaporan
from .sheet import Line

HEADER: Final = "Tracking ID"
FLAGS: Final = "Tipe Laporan (Anonim/Rahasia)"
FILED_DAY, FILED_TIME = "Tanggal Laporan Masuk", "Waktu Laporan Masuk"
TEXT, STATUS = "Isi Laporan Awal", "Status Laporan"
REQUIRED: Final = (HEADER, FILED_DAY, FILED_TIME, TEXT, FLAGS, STATUS)
# Columns that some exports have: when SP4N gave it to an agency, and when that agency last acted.
DISPOSED: Final = ("Tanggal Disposisi", "Tanggal Terdisposisi", "Tanggal Laporan Terdisposisi")
FOLLOWED_UP: Final = ("Tanggal Tindak Lanjut", "Tanggal Tindak Lanjut Terakhir", "Tanggal Tanggapan Terakhir")
# A header stands within the first rows, whatever preamble the export has.
_HEADER_WITHIN: Final = 200


@dataclass(slots=True)
class Table:
    """One table: column name (folded) -> column, and its rows in order."""

    columns: dict[str, int]
    rows: list[tuple[int, Line]] = field(default_factory=list)

    def cell(self, line: Line, name: str) -> Any:
        """The value of a column in a row."""
        column = self.columns.get(folded(name))
        return None if column is None else line.get(column)

    def order(self, name: str) -> Order:
        """The order of day and month in a column of dates."""
        return order_of(self.cell(line, name) for _, line in self.rows)


@lru_cache(maxsize=2048)
def folded(value: Any) -> str:
    """A column's name as it is compared: no case, no accents of width, one blank between words, no mark at its end."""
    name = unicodedata.normalize("NFKC", tidy(str(value))).replace("\u200b", "").replace("\ufeff", "")
    return " ".join(name.split()).rstrip(" :*").casefold()


def tables(rows: dict[int, Line]) -> Iterator[Table]:
    """Yield every table of a sheet; one that follows another has a header row of its own."""
    current: Table | None = None
    for place, number in enumerate(sorted(rows)):
        line = rows[number]
        starts = [column for column, value in line.items() if isinstance(value, str) and folded(value) == folded(HEADER)]
        if len(starts) > 1:
            raise NotALaporan(
                f'Baris {number} memuat dua kolom "Tracking ID": ada dua tabel berdampingan. Simpan setiap tabel di berkas '
                "sendiri, lalu impor satu per satu. Tidak ada baris yang diimpor."
            )
        if starts and (current is not None or place < _HEADER_WITHIN):
            if current is not None:
                yield current
            current = Table(_columns(line))
        elif current is not None:
            current.rows.append((number, line))
    if current is not None:
        yield current


def _columns(line: Line) -> dict[str, int]:
    """Column by name; the first of two equal names counts."""
    columns: dict[str, int] = {}
    for column in sorted(line):
        columns.setdefault(folded(line[column]), column)
    return columns


def missing(table: Table) -> list[str]:
    """The required columns that a table lacks."""
    return [name for name in REQUIRED if folded(name) not in table.columns]
