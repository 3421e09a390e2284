"""The reader of one export. It searches every visible sheet for tables; each row is then a good or a bad row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from . import cells
from .dates import BadDate, Order, instant, read_date, read_time
from .model import BadRow, Laporan, LaporanRow, NotALaporan
from .package import Package
from .sheet import Line, SheetLines, read_lines, reference
from .table import (
    DISPOSED,
    FILED_DAY,
    FILED_TIME,
    FLAGS,
    FOLLOWED_UP,
    HEADER,
    STATUS,
    TEXT,
    Table,
    fold_name,
    missing,
    tables,
)
from .workbook import Sheet, Workbook, open_workbook

MAX_ROWS: Final = 100_000
# All columns that are read. An Excel error in one of them makes the row bad.
READ: Final = (
    HEADER,
    FILED_DAY,
    FILED_TIME,
    *DISPOSED,
    *FOLLOWED_UP,
    TEXT,
    "Isi Laporan Akhir",
    FLAGS,
    STATUS,
    "Judul Laporan",
    "Nama Pelapor",
    "Klasifikasi Laporan",
    "Kategori",
    "Sumber Laporan",
    "Instansi Terdisposisi",
    "Alasan Tunda/Arsip",
    "Kelurahan",
    "Kecamatan",
    "Kota/Kabupaten",
    "Provinsi",
    "Rating",
)


@dataclass(slots=True)
class _Results:
    """The results so far from one file."""

    rows: list[LaporanRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


def read(content: bytes, now: datetime | None = None) -> Laporan:
    """Return the good rows and the bad rows of an export. A date more than a day after ``now`` makes its row bad.

    Raise NotALaporan, with a message in Indonesian, for a file that is no `.xlsx`, has no table, lacks a required
    column or is too large.
    """
    package = Package(content)
    book = open_workbook(package)
    found = _Results()
    chosen = _complete(
        [(sheet, _tables(package, book, sheet, found)) for sheet in book.sheets if sheet.visible], package, book, found
    )
    several = len({name for name, _ in chosen}) > 1
    for name, table in chosen:
        _read_table(table, f'lembar "{name}" ' if several else "", now, found)
    return Laporan(tuple(found.rows), tuple(found.bad), tuple(found.notes))


def _tables(package: Package, book: Workbook, sheet: Sheet, found: _Results) -> list[Table]:
    lines = read_lines(package, book, sheet.part)
    found_tables = list(tables(lines.rows))
    if found_tables and lines.stopped_at is not None:
        found.notes.append(_note_of_stop(sheet, lines))
    return found_tables


def _note_of_stop(sheet: Sheet, lines: SheetLines) -> str:
    return (
        f'Lembar "{sheet.name[:60]}": setelah baris {lines.stopped_at} ada lebih dari 1.000 baris kosong; '
        "yang di bawahnya tidak dibaca."
    )


def _complete(
    searched: Sequence[tuple[Sheet, list[Table]]], package: Package, book: Workbook, found: _Results
) -> list[tuple[str, Table]]:
    """Return the tables that have every required column, with the names of their sheets.

    A note names each table that lacks columns. Raise NotALaporan if no visible table is complete.
    """
    whole = [(sheet.name[:60], table) for sheet, its in searched for table in its if not missing(table)]
    lacking = [(sheet.name[:60], missing(table)) for sheet, its in searched for table in its if missing(table)]
    if whole:
        for name, columns in lacking:
            found.notes.append(
                f'Tabel di lembar "{name}" dilewati karena kolom wajib tidak ada: {_join_names(columns)}.'
            )
        hidden = [f'"{sheet.name[:60]}"' for sheet in book.sheets if not sheet.visible]
        if hidden:
            found.notes.append(f"Lembar tersembunyi tidak dibaca: {', '.join(hidden[:20])}.")
        return whole
    if lacking:
        raise NotALaporan(f"Kolom wajib tidak ada: {_join_names(lacking[0][1])}. Tidak ada baris yang diimpor.")
    for sheet in book.sheets:
        if not sheet.visible and any(True for _ in tables(read_lines(package, book, sheet.part).rows)):
            raise NotALaporan(
                f'Tabel hanya ada di lembar tersembunyi "{sheet.name[:60]}". Tampilkan lembar itu di Excel, simpan, '
                "lalu impor lagi. Tidak ada baris yang diimpor."
            )
    raise NotALaporan(
        'Baris judul kolom tidak ditemukan: tidak ada lembar yang terlihat dengan sel "Tracking ID". '
        "Tidak ada baris yang diimpor."
    )


def _join_names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _read_table(table: Table, where: str, now: datetime | None, found: _Results) -> None:
    orders = {name: table.order(name) for name in (FILED_DAY, *DISPOSED, *FOLLOWED_UP)}
    for number, line in table.rows:
        if len(found.rows) + len(found.bad) >= MAX_ROWS:
            raise NotALaporan(
                "Berkas ini memuat lebih dari 100.000 baris. Bagi menurut periode. Tidak ada baris yang diimpor."
            )
        given = {name: value for name in READ if (value := table.cell(line, name)) is not None}
        if not given:
            continue
        try:
            row = _row(number, table, line, orders, now)
            _only_once(row, found)
        except cells.BadCell as error:
            tracking_id = cells.text(given.get(HEADER)) if cells.broken(given.get(HEADER)) is None else None
            found.bad.append(
                BadRow(number, tracking_id and tracking_id[:60], f"{where}{error}" if where else str(error))
            )
            continue
        found.seen[row.tracking_id] = f"{where}baris {number}"
        found.rows.append(row)


def _only_once(row: LaporanRow, found: _Results) -> None:
    if row.tracking_id in found.seen:
        raise cells.BadCell(f"Tracking ID {row.tracking_id} sudah ada di {found.seen[row.tracking_id]}.")


def _row(number: int, table: Table, line: Line, orders: dict[str, Order], now: datetime | None) -> LaporanRow:
    _check(number, table, line)

    def cell(name: str) -> str | None:
        return cells.text(table.cell(line, name))

    tracking_id = cells.tracking_id(table.cell(line, HEADER))
    day, clock = _day(table, line, FILED_DAY, orders), _clock(table, line)
    filed_at = _instant(FILED_DAY, day, clock, now)
    word, state, by = cells.status(table.cell(line, STATUS))
    anonim, rahasia = cells.flags(table.cell(line, FLAGS))
    text = cell(TEXT) or cell("Isi Laporan Akhir")
    if text is None:
        raise cells.BadCell("Isi Laporan Awal kosong.")
    parts = [part for part in (cell("Kelurahan"), cell("Kecamatan"), cell("Kota/Kabupaten"), cell("Provinsi")) if part]
    return LaporanRow(
        number=number,
        tracking_id=tracking_id,
        filed_at=filed_at,
        text=text,
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
        disposed_at=_later(table, line, DISPOSED, orders, filed_at, now),
        followed_up_at=_later(table, line, FOLLOWED_UP, orders, filed_at, now),
    )


def _check(number: int, table: Table, line: Line) -> None:
    """Raise BadCell for an Excel error, or for a text that is too long, in any column that is read."""
    for name in READ:
        value = table.cell(line, name)
        if value is None:
            continue
        where = f"{reference(number, table.columns[fold_name(name)])} ({name})"
        word = cells.broken(value)
        if word is not None:
            raise cells.BadCell(
                f'Sel {where} berisi kesalahan Excel "{word[:20]}". Perbaiki isi sel itu, lalu impor lagi.'
            )
        if isinstance(value, str) and len(value) > cells.MAX_TEXT:
            raise cells.BadCell(f"Sel {where} lebih dari 20.000 huruf.")


def _day(table: Table, line: Line, name: str, orders: dict[str, Order]) -> date:
    value = table.cell(line, name)
    if cells.text(value) is None:
        raise cells.BadCell(f"{name} kosong.")
    try:
        return read_date(value, orders[name])
    except BadDate as error:
        raise cells.BadCell(f"{name} {error}") from None


def _clock(table: Table, line: Line) -> time:
    value = table.cell(line, FILED_TIME)
    if cells.text(value) is None:
        raise cells.BadCell(f"{FILED_TIME} kosong.")
    try:
        return read_time(value)
    except BadDate as error:
        raise cells.BadCell(f"{FILED_TIME} {error}") from None


def _instant(name: str, day: date, clock: time, now: datetime | None) -> datetime:
    try:
        return instant(day, clock, now)
    except BadDate as error:
        raise cells.BadCell(f"{name} {error}") from None


def _later(
    table: Table, line: Line, names: Sequence[str], orders: dict[str, Order], filed_at: datetime, now: datetime | None
) -> datetime | None:
    """Return an optional date with its time, or midnight UTC, but never before the filing. None if it is empty."""
    for name in names:
        value: Any = table.cell(line, name)
        if cells.text(value) is None:
            continue
        day = _day(table, line, name, orders)
        try:
            clock = read_time(value)
        except BadDate:
            clock = time(0)
        return max(filed_at, _instant(name, day, clock, now))
    return None
