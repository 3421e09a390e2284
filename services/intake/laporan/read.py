"""Reading one export: the sheet, its header row found by the cell `Tracking ID`, then row by row."""

import io
import zipfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from . import cells
from .model import BadRow, Laporan, NotALaporan, Row

Line = tuple[int, Sequence[Any]]
_DAMAGE: Final = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
)
_HEADER_CELL: Final = "Tracking ID"
_FLAGS: Final = "Tipe Laporan (Anonim/Rahasia)"
REQUIRED: Final = (
    _HEADER_CELL,
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Isi Laporan Awal",
    _FLAGS,
    "Status Laporan",
)
# As long as a complaint may be anywhere (shared.events.fact.Text).
_MAX_TEXT: Final = 20_000
# A header stands within the first rows, whatever preamble the export has.
_HEADER_WITHIN: Final = 100
# An .xlsx unpacks to more than it weighs: a small file must not fill the memory.
_MAX_UNPACKED: Final = 400 * 1024 * 1024


def read(content: bytes) -> Laporan:
    """The rows of an export and its bad rows.

    Raises NotALaporan, with a message in Indonesian, for a file that is no `.xlsx`, has no header row or lacks a column.
    """
    with closing(_lines(content)) as lines:
        return _laporan(lines, _columns(lines))


def _laporan(lines: Iterator[Line], columns: Mapping[str, int]) -> Laporan:
    rows: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        if all(cells.text(value) is None for value in line):
            continue
        named = {name: line[index] for name, index in columns.items() if index < len(line)}
        try:
            row = _row(number, named, seen)
        except cells.BadCell as error:
            bad.append(BadRow(number, cells.text(named.get(_HEADER_CELL.casefold())), str(error)))
            continue
        seen[row.tracking_id] = number
        rows.append(row)
    return Laporan(tuple(rows), tuple(bad))


def _lines(content: bytes) -> Generator[Line, None, None]:
    """(row number, cells) of the first sheet; any damage to the file says so in our words."""
    book = _book(content)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    except _DAMAGE as error:
        raise NotALaporan("Berkas .xlsx ini rusak di tengahnya. Tidak ada baris yang diimpor.") from error
    finally:
        book.close()


def _book(content: bytes) -> Any:
    # Only an import needs it: a service that serves pages all day stays small.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked <= _MAX_UNPACKED:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            if book.worksheets:
                return book
    except (InvalidFileException, *_DAMAGE) as error:
        raise NotALaporan("Berkas ini bukan berkas .xlsx (Excel). Tidak ada baris yang diimpor.") from error
    raise NotALaporan("Berkas .xlsx ini terlalu besar atau tidak berisi lembar kerja. Tidak ada baris yang diimpor.")


def _columns(lines: Iterator[Line]) -> dict[str, int]:
    """Column name -> index from the row whose first cell is `Tracking ID`; the first of two equal names counts."""
    for number, line in lines:
        if line and (cells.text(line[0]) or "").casefold() == _HEADER_CELL.casefold():
            columns: dict[str, int] = {}
            for index, value in enumerate(line):
                name = cells.text(value)
                if name is not None:
                    columns.setdefault(" ".join(name.split()).casefold(), index)
            return _complete(columns)
        if number >= _HEADER_WITHIN:
            break
    raise NotALaporan(
        'Baris judul kolom tidak ditemukan: tidak ada baris yang sel pertamanya "Tracking ID". Tidak ada baris yang diimpor.'
    )


def _complete(columns: dict[str, int]) -> dict[str, int]:
    missing = [name for name in REQUIRED if name.casefold() not in columns]
    if missing:
        names = ", ".join(f'"{name}"' for name in missing)
        raise NotALaporan(f"Kolom wajib tidak ada: {names}. Tidak ada baris yang diimpor.")
    return columns


def _row(number: int, named: Mapping[str, Any], seen: Mapping[str, int]) -> Row:
    def cell(name: str) -> str | None:
        return cells.text(named.get(name.casefold()))

    tracking_id = cells.tracking_id(named.get(_HEADER_CELL.casefold()))
    filed_at = cells.instant(named.get("tanggal laporan masuk"), named.get("waktu laporan masuk"))
    word, state, by = cells.status(named.get("status laporan"))
    anonim, rahasia = cells.flags(named.get(_FLAGS.casefold()))
    told = cell("Isi Laporan Awal") or cell("Isi Laporan Akhir")
    if told is None:
        raise cells.BadCell("Isi Laporan Awal kosong.")
    if len(told) > _MAX_TEXT:
        raise cells.BadCell("Isi Laporan Awal lebih dari 20.000 huruf.")
    if tracking_id in seen:
        raise cells.BadCell(f"Tracking ID {tracking_id} sudah ada di baris {seen[tracking_id]}.")
    parts = [part for part in (cell("Kelurahan"), cell("Kecamatan"), cell("Kota/Kabupaten"), cell("Provinsi")) if part]
    return Row(
        number=number,
        tracking_id=tracking_id,
        filed_at=filed_at,
        text=told,
        status=word,
        state=state,
        by=by,
        anonim=anonim,
        rahasia=rahasia,
        title=cell("Judul Laporan"),
        reporter=cell("Nama Pelapor"),
        classification=cell("Klasifikasi Laporan"),
        category=cell("Kategori"),
        source=cell("Sumber Laporan"),
        opd_name=cell("Instansi Terdisposisi"),
        reason=cell("Alasan Tunda/Arsip"),
        place=", ".join(parts) or None,
        rating=cell("Rating"),
    )
