"""Laporan Ringkas as Excel and people leave it, and as an attacker would make it."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake import laporan
from services.intake.laporan import package, sheet
from services.intake.laporan.categories import topic_of
from services.intake.laporan.workbook import unescaped
from shared.reference import topics
from tests.support.xlsx import STRICT, Raw, rows_xml, workbook

COLUMNS = [
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Isi Laporan Awal", "Tipe Laporan (Anonim/Rahasia)",
    "Status Laporan", "Judul Laporan",
]  # fmt: skip
NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def line(tracking_id: Any = "8507246", **cells: Any) -> list[Any]:
    """A row; None leaves a cell out."""
    row = {
        "id": tracking_id, "day": "18 Jan 2024", "clock": "01:33:26", "text": "Jalan rusak", "flags": None,
        "status": "Terverifikasi", "title": "Jalan",
    }  # fmt: skip
    return list((row | cells).values())


def book(*rows: Sequence[Any], columns: Sequence[Any] = COLUMNS, first: int = 1, left: int = 0, **more: Any) -> bytes:
    return workbook([("Data", "visible", rows_xml([columns, *rows], first=first, left=left))], **more)


def only(told: laporan.Laporan) -> laporan.Row:
    [row] = told.rows
    return row


# errors that Excel leaves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "########", "Err:508", " #name? "]
)
@pytest.mark.parametrize("column", ["text", "title", "status"])
def test_an_excel_error_is_a_bad_row_that_names_its_cell(word: str, column: str) -> None:
    for value in (Raw(f't="e"><v>{word.strip()}</v>'), word):
        told = laporan.read(book(line("1"), line("2", **{column: value}), line("3")))
        assert [row.tracking_id for row in told.rows] == ["1", "3"]
        [bad] = told.bad
        where = {"text": "D3 (Isi Laporan Awal)", "title": "G3 (Judul Laporan)", "status": "F3 (Status Laporan)"}[column]
        assert bad.tracking_id == "2"
        assert f"Sel {where}" in bad.reason


def test_an_error_as_the_tracking_id_is_named_too() -> None:
    [bad] = laporan.read(book(line(Raw('t="e"><v>#REF!</v>')))).bad
    assert "Sel A2 (Tracking ID)" in bad.reason
    assert bad.tracking_id is None


def test_an_error_in_a_column_that_is_not_read_and_words_about_one_hurt_nothing() -> None:
    told = laporan.read(book([*line(text="Di aplikasi muncul #NAME? terus"), "#REF!"], columns=[*COLUMNS, "Catatan"]))
    assert only(told).text == "Di aplikasi muncul #NAME? terus"


# escapes ---------------------------------------------------------------------------------------------------------------


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
    assert unescaped("_xD83D_ x").endswith(" x")


def test_runs_are_one_text_and_phonetic_hints_are_none() -> None:
    rich = "<si><r><t>Jalan </t></r><r><rPr><b/></rPr><t>rusak</t></r><rPh sb='0' eb='1'><t>X</t></rPh></si>"
    assert only(laporan.read(book(line(text=Raw('t="s"><v>0</v>')), strings=rich))).text == "Jalan rusak"


# sheets and tables ------------------------------------------------------------------------------------------------------


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
        workbook([("Data", "visible", rows_xml([COLUMNS, line()])), ("Rekap", "visible", rows_xml([["Tracking ID"], ["1"]]))])
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


# dates -----------------------------------------------------------------------------------------------------------------


def days(*written: Any) -> laporan.Laporan:
    return laporan.read(book(*(line(str(number), day=day) for number, day in enumerate(written, start=1))), NOW)


def read_days(*written: Any) -> list[str]:
    return [row.filed_at.date().isoformat() for row in days(*written).rows]


def test_figures_are_read_in_the_order_that_the_column_proves() -> None:
    assert read_days("03/04/2024", "18/01/2024", "5-6-2024", "07.08.2024") == [
        "2024-04-03",
        "2024-01-18",
        "2024-06-05",
        "2024-08-07",
    ]
    assert read_days("03/04/2024", "01/18/2024") == ["2024-03-04", "2024-01-18"]
    assert read_days("03/03/2024", "18/01/2024 01:33:26") == ["2024-03-03", "2024-01-18"]


def test_figures_that_can_be_read_two_ways_are_bad_rows_that_say_so() -> None:
    told = days("03/04/2024", "05/06/2024", "07/07/2024")
    assert [row.tracking_id for row in told.rows] == ["3"]
    assert all("dua cara" in bad.reason for bad in told.bad)


def test_a_column_that_contradicts_itself_says_so() -> None:
    told = days("18/01/2024", "01/19/2024", "03/04/2024")
    assert (told.rows, len(told.bad)) == ((), 3)


def test_dates_that_excel_may_have_swapped_are_not_trusted() -> None:
    # Excel with American settings turned what it could, 3 April, into 4 March, and left 18/01/2024 as text.
    real = Raw('s="1"><v>45355</v>')
    told = days("18/01/2024", "25/02/2024", real)
    assert [row.tracking_id for row in told.rows] == ["1", "2"]
    assert "tertukar" in told.bad[0].reason


@pytest.mark.parametrize(
    "value",
    [Raw('s="1"><v>45309</v>'), 45309, "45309", Raw('t="d"><v>2024-01-18T00:00:00</v>'), "2024/01/18", "Kamis, 18 Januari 2024"],
)
def test_a_date_is_the_same_however_its_cell_holds_it(value: Any) -> None:
    assert read_days(value) == ["2024-01-18"]


@pytest.mark.parametrize("value", [Raw('s="2"><v>0.0648842592592593</v>'), 0.0648842592592593, "01:33:26", "18/01/2024 01:33:26"])
def test_a_time_is_the_same_however_its_cell_holds_it(value: Any) -> None:
    assert only(laporan.read(book(line(clock=value)))).filed_at.time().isoformat() == "01:33:26"


@pytest.mark.parametrize("value", ["18 Jan 2094", "7 Apr 2027", "18 Jan 1924", Raw('s="1"><v>1</v>'), "9999-12-31", 73000])
def test_a_date_beyond_all_bounds_is_a_bad_row(value: Any) -> None:
    told = days(value)
    assert (told.rows, len(told.bad)) == ((), 1)


def test_dates_from_1904_are_read_as_such() -> None:
    content = book(line(day=Raw('s="1"><v>43847</v>')))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            new.writestr(
                name, told.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>') if name == "xl/workbook.xml" else told
            )
    assert only(laporan.read(out.getvalue())).filed_at.date().isoformat() == "2024-01-18"


@pytest.mark.parametrize("column", ["Tanggal Disposisi", "Tanggal Tindak Lanjut Terakhir"])
def test_dates_of_disposal_and_follow_up_are_read_where_an_export_has_them(column: str) -> None:
    told = laporan.read(book([*line("1"), "25 Jan 2024"], line("2"), columns=[*COLUMNS, column]))
    assert [row.last_activity.date().isoformat() for row in told.rows] == ["2024-01-25", "2024-01-18"]


@pytest.mark.parametrize("column", ["Tanggal Disposisi", "Tanggal Tindak Lanjut Terakhir"])
def test_an_unreadable_optional_date_is_a_bad_row(column: str) -> None:
    [bad] = laporan.read(book([*line(), "besok"], columns=[*COLUMNS, column])).bad
    assert column in bad.reason


# formats ---------------------------------------------------------------------------------------------------------------


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


# what would take memory or time -----------------------------------------------------------------------------------------


def test_a_sheet_formatted_to_its_last_row_is_left_after_a_run_of_empty_rows() -> None:
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="1"/><c r="G{number}" s="1"/></row>' for number in range(3, 60_000))
    told = laporan.read(workbook([("Data", "visible", rows_xml([COLUMNS, line()]) + empty + "<broken")]))
    assert only(told).number == 2
    assert any("baris kosong" in note for note in told.notes)


def test_empty_rows_of_one_number_are_left_too() -> None:
    rows = rows_xml([COLUMNS, line()]) + '<row r="3"/>' * 30_000 + "<broken"
    assert only(laporan.read(workbook([("Data", "visible", rows)]))).number == 2


def test_a_tag_that_never_ends_is_refused_before_it_costs_much() -> None:
    rows = rows_xml([COLUMNS, line()]) + '<row r="' + "9" * 20_000_000
    with pytest.raises(laporan.NotALaporan, match="terlalu besar"):
        laporan.read(workbook([("Data", "visible", rows)]))


def test_some_empty_rows_within_a_table_are_passed_over() -> None:
    rows = rows_xml([COLUMNS, line("1")]) + rows_xml([line("2")], first=900)
    assert [row.number for row in laporan.read(workbook([("Data", "visible", rows)])).rows] == [2, 900]


def test_cells_far_to_the_right_are_no_part_of_the_table() -> None:
    far = "".join(
        f'<row r="{number}"><c r="A{number}"><v>{number}</v></c><c r="XFD{number}"><v>1</v></c></row>'
        for number in range(3, 2_000)
    )
    told = laporan.read(workbook([("Data", "visible", rows_xml([COLUMNS, line()]) + far)]))
    assert (len(told.rows), len(told.bad)) == (1, 1_997)


def test_a_text_that_is_too_long_is_a_bad_row() -> None:
    told = laporan.read(book(line("1", text="a" * 3_000_000), line("2", title="b" * 20_001), line("3")))
    assert [row.tracking_id for row in told.rows] == ["3"]
    assert ["D2" in told.bad[0].reason, "G3" in told.bad[1].reason] == [True, True]


def with_strings(strings: str, rows: str = "") -> bytes:
    return workbook([("Data", "visible", rows_xml([COLUMNS, line()]) + rows)], strings=strings)


def test_more_text_than_any_export_holds_is_refused_in_words() -> None:
    with pytest.raises(laporan.NotALaporan, match="terlalu besar"):
        laporan.read(with_strings(("<si><t>" + "a" * 10_000 + "</t></si>") * 3_500))


def test_one_text_used_a_thousand_times_is_refused_in_words() -> None:
    rows = "".join(f'<row r="{number}"><c r="D{number}" t="s"><v>0</v></c></row>' for number in range(3, 1_700))
    with pytest.raises(laporan.NotALaporan, match="terlalu besar"):
        laporan.read(with_strings("<si><t>" + "a" * 20_000 + "</t></si>", rows))


def test_more_than_any_export_unpacks_to_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED", 500_000)
    with pytest.raises(laporan.NotALaporan, match="terlalu besar"):
        laporan.read(with_strings("", " " * 500_000))


def doubled(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return out.getvalue()


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(laporan.NotALaporan, match="rusak"):
        laporan.read(doubled(book(line())))


def test_a_document_type_is_refused_before_its_entities_grow() -> None:
    bomb = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = book(line())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            new.writestr(name, bomb.encode() + b"<sst><si><t>&b;</t></si></sst>" if name.endswith("sharedStrings.xml") else told)
    with pytest.raises(laporan.NotALaporan, match="rusak"):
        laporan.read(out.getvalue())


def test_an_external_link_is_left_alone() -> None:
    content = book(line(), more={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert only(laporan.read(content)).text == "Jalan rusak"


@pytest.mark.parametrize("length", [10, 300, 1200, 2000])
def test_a_file_that_ends_early_is_refused(length: int) -> None:
    with pytest.raises(laporan.NotALaporan):
        laporan.read(book(line())[:length])


# categories ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "topic"),
    [
        ("Jalan Berlubang", "road"),
        ("  infrastruktur   JALAN ", "road"),
        ("Lainnya terkait Infrastruktur Jalan", "road"),
        ("KTP (Kartu Tanda Penduduk)", "identity"),
        ("Sampah/Kebersihan", "refuse"),
        ("Penerimaan Siswa Baru", "school"),
        ("Topik Lainnya", None),
        ("Kesehatan", None),
        ("Sampah / Jalan", None),
        ("Usulan warga tentang kucing", None),
        ("", None),
        (None, None),
    ],
)
def test_a_category_becomes_a_topic_of_ours_or_none(category: str | None, topic: str | None) -> None:
    assert topic_of(category) == topic
    assert topic is None or topic in topics()


def test_every_topic_of_the_table_is_one_of_ours() -> None:
    from services.intake.laporan.categories import _table

    assert set(_table().values()) - {""} <= set(topics())


def test_a_row_shows_when_something_last_happened() -> None:
    row = only(laporan.read(book(line())))
    assert row.last_activity == row.filed_at
    assert row.last_activity < NOW - timedelta(days=30)
