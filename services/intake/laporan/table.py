"""The table within a sheet. The cell `Tracking ID` marks its header row, and columns are found by name."""

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
# Optional columns: the date on which SP4N gave the report to an agency, and the date of that agency's last action.
DISPOSED: Final = ("Tanggal Disposisi", "Tanggal Terdisposisi", "Tanggal Laporan Terdisposisi")
FOLLOWED_UP: Final = ("Tanggal Tindak Lanjut", "Tanggal Tindak Lanjut Terakhir", "Tanggal Tanggapan Terakhir")
# The header stands within this many filled rows, whatever preamble the export has.
_HEADER_WITHIN: Final = 200


@dataclass(slots=True)
class Table:
    """One table: the column numbers by fold_name name, and the rows in order."""

    columns: dict[str, int]
    rows: list[tuple[int, Line]] = field(default_factory=list)

    def cell(self, line: Line, name: str) -> Any:
        """Return the value of a column in a row, or None."""
        column = self.columns.get(fold_name(name))
        return None if column is None else line.get(column)

    def order(self, name: str) -> Order:
        """Return the order of day and month in a column of dates."""
        return order_of(self.cell(line, name) for _, line in self.rows)


@lru_cache(maxsize=2048)
def fold_name(value: Any) -> str:
    """Return a column's name for comparison: lower case, plain width, single blanks, no `:` or `*` at the end."""
    name = unicodedata.normalize("NFKC", tidy(str(value))).replace("\u200b", "").replace("\ufeff", "")
    return " ".join(name.split()).rstrip(" :*").casefold()


def tables(rows: dict[int, Line]) -> Iterator[Table]:
    """Yield every table of a sheet. Each has its own header row. Raise NotALaporan for two tables side by side."""
    current: Table | None = None
    for place, number in enumerate(sorted(rows)):
        line = rows[number]
        starts = [
            column for column, value in line.items() if isinstance(value, str) and fold_name(value) == fold_name(HEADER)
        ]
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
    """Return the column numbers by name. Of two equal names the first counts."""
    columns: dict[str, int] = {}
    for column in sorted(line):
        columns.setdefault(fold_name(line[column]), column)
    return columns


def missing(table: Table) -> list[str]:
    """Return the required columns that a table lacks."""
    return [name for name in REQUIRED if fold_name(name) not in table.columns]
