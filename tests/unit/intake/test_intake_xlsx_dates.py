"""Dates of a Laporan Ringkas: read where there is one way to read them, else named."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.intake import laporan
from services.intake.laporan.dates import instant, read_time
from tests.support.xlsx import COLUMNS, Raw, book, line, only

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


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
    [
        Raw('s="1"><v>45309</v>'),
        45309,
        "45309",
        Raw('t="d"><v>2024-01-18T00:00:00</v>'),
        "2024/01/18",
        "Kamis, 18 Januari 2024",
    ],
)
def test_a_date_is_the_same_however_its_cell_holds_it(value: Any) -> None:
    assert read_days(value) == ["2024-01-18"]


@pytest.mark.parametrize(
    "value", [Raw('s="2"><v>0.0648842592592593</v>'), 0.0648842592592593, "01:33:26", "18/01/2024 01:33:26"]
)
def test_a_time_is_the_same_however_its_cell_holds_it(value: Any) -> None:
    assert only(laporan.read(book(line(clock=value)))).filed_at.time().isoformat() == "01:33:26"


@pytest.mark.parametrize(
    "value", ["18 Jan 2094", "7 Apr 2027", "18 Jan 1924", Raw('s="1"><v>1</v>'), "9999-12-31", 73000]
)
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
                name,
                told.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>') if name == "xl/workbook.xml" else told,
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


def test_a_row_shows_when_something_last_happened() -> None:
    row = only(laporan.read(book(line())))
    assert row.last_activity == row.filed_at
    assert row.last_activity < NOW - timedelta(days=30)


@pytest.mark.parametrize(
    ("written", "hour", "day"),
    [("01:33:26", 1, 18), ("09.33 WITA", 1, 18), ("08:33:26 WIB", 1, 18), ("01:33 wita", 17, 17), ("01:33Z", 1, 18)],
)
def test_a_time_counts_in_the_zone_that_it_names(written: str, hour: int, day: int) -> None:
    found = instant(date(2024, 1, 18), read_time(written), None)
    assert (found.tzinfo, found.day, found.hour, found.minute) == (UTC, day, hour, 33)
