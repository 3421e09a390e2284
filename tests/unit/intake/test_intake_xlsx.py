"""Laporan Ringkas as Excel and people leave it: errors, escapes, sheets, tables, formats."""

import io
import zipfile
from typing import Any

import pytest

from services.intake import laporan
from services.intake.laporan import sheet
from services.intake.laporan.workbook import unescape
from tests.support.xlsx import COLUMNS, STRICT, Raw, book, line, only, rows_xml, workbook


@pytest.mark.parametrize(
    "word",
    [
        "#NAME?",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#N/A",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "########",
        "Err:508",
        " #name? ",
        "#ERROR!",
        "#NAMA?",
        "Loading...",
    ],
)
@pytest.mark.parametrize("column", ["text", "title", "status"])
def test_an_excel_error_is_a_bad_row_that_names_its_cell(word: str, column: str) -> None:
    for value in (Raw(f't="e"><v>{word.strip()}</v>'), word):
        told = laporan.read(book(line("1"), line("2", **{column: value}), line("3")))
        assert [row.tracking_id for row in told.rows] == ["1", "3"]
        [bad] = told.bad
        where = {"text": "D3 (Isi Laporan Awal)", "title": "G3 (Judul Laporan)", "status": "F3 (Status Laporan)"}[
            column
        ]
        assert bad.tracking_id == "2"
        assert f"Sel {where}" in bad.reason


def test_an_error_as_the_tracking_id_is_named_too() -> None:
    [bad] = laporan.read(book(line(Raw('t="e"><v>#REF!</v>')))).bad
    assert "Sel A2 (Tracking ID)" in bad.reason
    assert bad.tracking_id is None


def test_an_error_in_a_column_that_is_not_read_and_words_about_one_hurt_nothing() -> None:
    told = laporan.read(book([*line(text="Di aplikasi muncul #NAME? terus"), "#REF!"], columns=[*COLUMNS, "Catatan"]))
    assert only(told).text == "Di aplikasi muncul #NAME? terus"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Jalan rusak_x000D_\nmohon dicek", "Jalan rusak\nmohon dicek"),
        ("a_x0009_b", "a b"),
        ("_xD83D__xDE4F_ terima kasih", "🙏 terima kasih"),
        ("nama_x005F_x000D_berkas", "nama_x000D_berkas"),
        ("satu_x0000_dua", "satudua"),
        ("_x00G0_ tetap", "_x00G0_ tetap"),
    ],
)
def test_offices_escapes_are_decoded(written: str, read: str) -> None:
    shared = book(line(text=Raw('t="s"><v>0</v>')), strings=f"<si><t>{written}</t></si>")
    assert only(laporan.read(shared)).text == only(laporan.read(book(line(text=written)))).text == read


def test_half_a_character_is_no_crash() -> None:
    assert unescape("_xD83D_ x").endswith(" x")


def test_runs_are_one_text_and_phonetic_hints_are_none() -> None:
    rich = "<si><r><t>Jalan </t></r><r><rPr><b/></rPr><t>rusak</t></r><rPh sb='0' eb='1'><t>X</t></rPh></si>"
    assert only(laporan.read(book(line(text=Raw('t="s"><v>0</v>')), strings=rich))).text == "Jalan rusak"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_a_visible_one_is_searched(state: str) -> None:
    told = laporan.read(
        workbook(
            [
                ("Lama", state, rows_xml([COLUMNS, line("1")])),
                ("Sampul", "visible", rows_xml([["Laporan"]])),
                ("Data", "visible", rows_xml([COLUMNS, line("2")])),
            ]
        )
    )
    assert [row.tracking_id for row in told.rows] == ["2"]
    assert any('"Lama"' in note for note in told.notes)


def test_a_table_on_a_hidden_sheet_alone_is_refused_in_words() -> None:
    hidden = workbook([("Data", "hidden", rows_xml([COLUMNS, line()])), ("Sampul", "visible", rows_xml([["x"]]))])
    with pytest.raises(laporan.NotALaporan, match='lembar tersembunyi "Data"'):
        laporan.read(hidden)


@pytest.mark.parametrize(("first", "left"), [(1, 1), (4, 3), (37, 0), (120, 25)])
def test_the_table_may_stand_anywhere(first: int, left: int) -> None:
    preamble = rows_xml([["Judul Laporan", "Laporan Ringkas"]], first=1) if first > 1 else ""
    rows = preamble + rows_xml([COLUMNS, line("1"), line("2", text="#NAME?")], first=first, left=left)
    told = laporan.read(workbook([("Data", "visible", rows)]))
    assert [(row.number, row.tracking_id) for row in told.rows] == [(first + 1, "1")]
    assert f"Sel {sheet.reference(first + 2, left + 3)}" in told.bad[0].reason


def test_headers_with_blanks_marks_and_other_case_are_found() -> None:
    told = laporan.read(book(line(), columns=[f" {name.upper()}\u00a0 :" for name in COLUMNS]))
    assert only(told).tracking_id == "8507246"


def test_tables_below_each_other_and_on_two_sheets_are_all_read() -> None:
    below = rows_xml([COLUMNS, line("1")]) + rows_xml(
        [[*COLUMNS[:3], "Kolom", *COLUMNS[3:]], [*line("2")[:3], "x", *line("2")[3:]]], first=9
    )
    told = laporan.read(
        workbook([("Januari", "visible", below), ("Februari", "visible", rows_xml([COLUMNS, line("3"), line("1")]))])
    )
    assert [(row.tracking_id, row.text) for row in told.rows] == [
        ("1", "Jalan rusak"),
        ("2", "Jalan rusak"),
        ("3", "Jalan rusak"),
    ]
    assert 'lembar "Februari" Tracking ID 1 sudah ada di lembar "Januari" baris 2' in told.bad[0].reason


def test_tables_side_by_side_are_refused_in_words() -> None:
    with pytest.raises(laporan.NotALaporan, match="dua tabel berdampingan"):
        laporan.read(book([*line("1"), None, *line("2")], columns=[*COLUMNS, None, *COLUMNS]))


def test_a_second_sheet_that_lacks_columns_is_named_and_hurts_nothing() -> None:
    told = laporan.read(
        workbook(
            [("Data", "visible", rows_xml([COLUMNS, line()])), ("Rekap", "visible", rows_xml([["Tracking ID"], ["1"]]))]
        )
    )
    assert only(told).tracking_id == "8507246"
    assert any('"Rekap"' in note for note in told.notes)


def test_a_merged_cell_holds_for_each_of_its_rows() -> None:
    merged = '<mergeCells count="1"><mergeCell ref="F2:F4"/></mergeCells>'
    told = laporan.read(book(line("1"), line("2", status=None), line("3", status=None), merged=merged))
    assert [row.status for row in told.rows] == ["Terverifikasi"] * 3


@pytest.mark.parametrize(
    "value", [8507246, 8507246.0, "8507246", " 8507246 ", Raw('t="str"><v>8507246</v>'), Raw("><v>8.507246E6</v>")]
)
def test_a_tracking_id_is_the_same_however_its_cell_holds_it(value: Any) -> None:
    assert only(laporan.read(book(line(value)))).tracking_id == "8507246"


def test_cells_without_references_follow_each_other() -> None:
    plain = "".join(f'<c t="inlineStr"><is><t>{value or ""}</t></is></c>' for value in line())
    rows = rows_xml([COLUMNS]) + f"<row>{plain}</row>"
    assert only(laporan.read(workbook([("Data", "visible", rows)]))).number == 2


def test_a_strict_file_is_read() -> None:
    told = laporan.read(book(line(day=Raw('t="d"><v>2024-01-18</v>')), namespaces=STRICT))
    assert only(told).filed_at.date().isoformat() == "2024-01-18"


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "Excel lama"),
        (b"\xef\xbb\xbfTracking ID;Tanggal Laporan Masuk\n1;x", "CSV"),
        (b"<html><table><tr><td>Tracking ID</td></tr></table></html>", "halaman web"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (zipped(**{"xl/workbook.bin": b"x"}), "biner"),
        (zipped(**{"catatan.txt": b"x"}), r"bukan berkas \.xlsx"),
        (b"", r"bukan berkas \.xlsx"),
    ],
)
def test_another_format_is_named_with_the_way_to_save_it(content: bytes, words: str) -> None:
    with pytest.raises(laporan.NotALaporan, match=words):
        laporan.read(content)
