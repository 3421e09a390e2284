"""The Laporan Ringkas export: found header, mapped columns, bad rows named."""

import io
from datetime import UTC, date, datetime, time
from typing import Any

import openpyxl
import pytest

from services.intake import laporan

COLUMNS = [
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
    "Kecamatan",
    "Kelurahan",
]
GOOD = [
    "8507246",
    "18 Jan 2024",
    "01:33:26",
    "Pengaduan Tidak Berkadar Pengawasan",
    "Jalan rusak",
    "Jalan provinsi di Loa Janan rusak",
    "Anonim|Rahasia",
    "Website",
    "Dinas Pekerjaan Umum",
    "Ditutup oleh Sistem",
    "",
    "Kalimantan Timur",
    "Kutai Kartanegara",
    "Loa Janan",
    "Bakungan",
]


def sheet(*rows: list[Any], columns: list[str] = COLUMNS, preamble: int = 0) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for _ in range(preamble):
        page.append(["Judul Laporan", "Laporan Ringkas"])
    page.append(columns)
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(**cells: Any) -> list[Any]:
    names = {"id": 0, "tanggal": 1, "waktu": 2, "isi": 5, "tipe": 6, "status": 9}
    row = list(GOOD)
    for name, told in cells.items():
        row[names[name]] = told
    return row


@pytest.mark.parametrize("preamble", [0, 10, 13])
def test_the_header_row_is_found_by_its_cell(preamble: int) -> None:
    told = laporan.read(sheet(GOOD, preamble=preamble))
    assert [row.number for row in told.rows] == [preamble + 2]


def test_a_row_is_taken_over_in_our_words() -> None:
    [row] = laporan.read(sheet(GOOD)).rows
    assert row == laporan.LaporanRow(
        number=2,
        tracking_id="8507246",
        filed_at=datetime(2024, 1, 18, 1, 33, 26, tzinfo=UTC),
        text="Jalan provinsi di Loa Janan rusak",
        status="Ditutup oleh Sistem",
        state="closed",
        by="system",
        anonim=True,
        rahasia=True,
        title="Jalan rusak",
        classification="Pengaduan Tidak Berkadar Pengawasan",
        source="Website",
        opd_name="Dinas Pekerjaan Umum",
        place="Bakungan, Loa Janan, Kutai Kartanegara, Kalimantan Timur",
    )


def test_columns_are_mapped_by_name_and_unknown_ones_ignored() -> None:
    columns = [COLUMNS[0], "Kolom Baru", *reversed(COLUMNS[1:])]
    [row] = laporan.read(sheet([GOOD[0], "x", *reversed(GOOD[1:])], columns=columns)).rows
    assert row.status == "Ditutup oleh Sistem"


def test_every_missing_required_column_is_named_in_one_error() -> None:
    with pytest.raises(laporan.NotALaporan, match='"Waktu Laporan Masuk", "Status Laporan"'):
        laporan.read(sheet(columns=[name for name in COLUMNS if name not in {"Waktu Laporan Masuk", "Status Laporan"}]))


@pytest.mark.parametrize("content", [b"", b"Tracking ID;Tanggal", b"PK\x03\x04 rusak", b"\xd0\xcf\x11\xe0" * 100])
def test_what_is_no_xlsx_says_so(content: bytes) -> None:
    with pytest.raises(laporan.NotALaporan, match=r"bukan berkas \.xlsx"):
        laporan.read(content)


def test_a_sheet_without_the_header_cell_says_so() -> None:
    with pytest.raises(laporan.NotALaporan, match="Tracking ID"):
        laporan.read(sheet(columns=["Nomor", "Isi"]))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(id=None), "Tracking ID kosong"),
        (changed(id="abc"), "harus berupa angka"),
        (changed(tanggal="31 Feb 2024"), "tidak ada di kalender"),
        (changed(tanggal="kapan-kapan"), "tidak terbaca"),
        (changed(tanggal=None), "Tanggal Laporan Masuk kosong"),
        (changed(waktu="25:00:00"), "tidak terbaca"),
        (changed(isi="  "), "Isi Laporan Awal kosong"),
        (changed(tipe="Samar"), "tidak dikenal"),
        (changed(status="Hilang"), "tidak dikenal"),
        (changed(status=None), "Status Laporan kosong"),
        (GOOD, "sudah ada di baris 2"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_kept(row: list[Any], reason: str) -> None:
    told = laporan.read(sheet(GOOD, row, changed(id="99")))
    assert [good.tracking_id for good in told.rows] == ["8507246", "99"]
    assert [bad.number for bad in told.bad] == [3]
    assert reason in told.bad[0].reason


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("7 Mei 2024", 5),
        ("07 Agustus 2024", 8),
        ("7 Agt 2024", 8),
        ("7-Okt-2024", 10),
        ("7 Desember 2024", 12),
        ("2024-06-07", 6),
        (date(2024, 6, 7), 6),
        (datetime.combine(date(2024, 6, 7), time(0, 0)), 6),
    ],
)
def test_months_are_read_in_indonesian(written: Any, month: int) -> None:
    [row] = laporan.read(sheet(changed(tanggal=written))).rows
    assert row.filed_at == datetime(2024, month, 7, 1, 33, 26, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["01:33:26", "1.33.26", time(1, 33, 26)])
def test_the_time_of_day_is_utc(clock: Any) -> None:
    [row] = laporan.read(sheet(changed(waktu=clock))).rows
    assert row.filed_at.time() == time(1, 33, 26)


@pytest.mark.parametrize(
    ("word", "state", "by"),
    [
        ("Belum Terverifikasi", "verification", None),
        ("Menunggu Kelengkapan Informasi", "awaiting_citizen", None),
        ("Terverifikasi", "assigned", None),
        ("Ditanggapi oleh Pelapor", "in_progress", None),
        ("Ditutup oleh Admin", "closed", "admin"),
        ("ditutup  oleh pelapor", "closed", "reporter"),
        ("Diarsipkan oleh Sistem", "archived", "system"),
        ("Konten Terblokir", "archived", None),
    ],
)
def test_status_words_become_ours(word: str, state: str, by: str | None) -> None:
    [row] = laporan.read(sheet(changed(status=word))).rows
    assert (row.state, row.by) == (state, by)


def test_a_number_in_the_tracking_column_is_text() -> None:
    [row] = laporan.read(sheet(changed(id=8507246))).rows
    assert row.tracking_id == "8507246"


def test_blank_rows_are_no_rows() -> None:
    told = laporan.read(sheet(GOOD, [None] * 15, changed(id="99")))
    assert (len(told.rows), told.bad) == (2, ())
