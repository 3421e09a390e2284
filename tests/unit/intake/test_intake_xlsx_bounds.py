"""A Laporan Ringkas as an attacker would make it, and its free-text categories."""

import io
import zipfile

import pytest

from services.intake import laporan
from services.intake.laporan import package
from services.intake.laporan.categories import topic_of, topics_by_category
from shared.reference import topics
from tests.support.xlsx import COLUMNS, book, line, only, rows_xml, workbook


def test_a_sheet_formatted_to_its_last_row_is_left_after_a_run_of_empty_rows() -> None:
    empty = "".join(
        f'<row r="{number}"><c r="A{number}" s="1"/><c r="G{number}" s="1"/></row>' for number in range(3, 60_000)
    )
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


def test_cells_far_to_the_right_are_no_part_of_thetopics_by_category() -> None:
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
            new.writestr(
                name, bomb.encode() + b"<sst><si><t>&b;</t></si></sst>" if name.endswith("sharedStrings.xml") else told
            )
    with pytest.raises(laporan.NotALaporan, match="rusak"):
        laporan.read(out.getvalue())


def test_an_external_link_is_left_alone() -> None:
    content = book(line(), more={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert only(laporan.read(content)).text == "Jalan rusak"


@pytest.mark.parametrize("length", [10, 300, 1200, 2000])
def test_a_file_that_ends_early_is_refused(length: int) -> None:
    with pytest.raises(laporan.NotALaporan):
        laporan.read(book(line())[:length])


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
    assert set(topics_by_category().values()) - {""} <= set(topics())
