"""The outputs for people and programs: the feed, the CSV, the charts, the labels."""

import csv
import io
from uuid import UUID

import pytest

from services.sla.api.icalendar import LINE_OCTETS, CalendarEntry, render_calendar
from services.sla.labels import time_left, topic_name
from services.sla.loops.statistics import show_statistics
from services.sla.metrics import DeadlineGauges
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine
from services.sla.statistics.charts import BarPair, draw_bars
from services.sla.statistics.export import safe_cell, statistics_csv
from shared.events import cases
from shared.worktime.words import short_name
from tests.support.sla_story import KEY, Story, asked, assigned, at, declined, opened, resolved, shipped_table, told


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_feed_is_escaped_and_folded_as_rfc_5545_says() -> None:
    entry = CalendarEntry(
        "a-1@tanggap", at("2026-04-13T16:00"), "KT-1; tanggapan, pertama\\", "Baris satu\nbaris dua " + "é" * 80
    )
    body = render_calendar("Tenggat – Dishub", [entry], at("2026-04-06T09:00"))
    assert all(len(line) <= LINE_OCTETS for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    lines = unfolded(body)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "DTSTART:20260413T080000Z" in lines
    assert "SUMMARY:KT-1\\; tanggapan\\, pertama\\\\" in lines
    assert "DESCRIPTION:Baris satu\\nbaris dua " + "é" * 80 in lines


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_begins_as_a_formula(begin: str) -> None:
    assert safe_cell(f"{begin}1") == f"'{begin}1"
    line = StatisticsLine(
        f"{begin}cmd", "lampu", ClockStatistics(1, 0, 3600, 7200), ClockStatistics(0, 0, None, None), 0, 0, 0
    )
    rows = list(csv.reader(io.StringIO(statistics_csv([line]), newline="")))
    assert rows[1][:6] == [f"'{begin}cmd", "lampu", "1", "0", "1.00", "2.00"]


def test_the_metrics_carry_no_id() -> None:
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    show_statistics(
        DeadlineGauges(registry),
        [
            StatisticsLine(
                "dishub", "street-light", ClockStatistics(3, 1, 60, 90), ClockStatistics(0, 0, None, None), 2, 1, 1
            )
        ],
    )
    text = generate_latest(registry).decode()
    assert 'tanggap_deadlines_met{clock="respond",opd="dishub",result="late",topic="street-light"} 1.0' in text
    assert 'quantile="0.9"' in text


def test_a_plot_has_a_title_and_escapes_what_it_shows() -> None:
    drawing = draw_bars("Judul <b>", ("a", "b"), [BarPair("<script>", 2, 1, "2", "1")], "gambar")
    assert "<script>" not in drawing
    assert 'role="img" aria-labelledby="gambar-judul"' in drawing
    assert "style" not in drawing


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ("2026-04-13T16:00", "2026-04-09T09:00", "2 hari kerja lagi"),
        ("2026-04-13T16:00", "2026-04-13T09:00", "hari ini pukul 16.00"),
        ("2026-04-13T16:00", "2026-04-13T17:00", "lewat sejak hari ini"),
        ("2026-04-13T16:00", "2026-04-14T17:00", "lewat 1 hari kerja"),
    ],
)
def test_due_times_are_said_in_working_days(due: str, now: str, words: str) -> None:
    assert time_left(shipped_table(), at(due), at(now)) == words


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Cuti Bersama Hari Raya Idul Fitri", "cuti bersama Idulfitri"),
        ("Hari Suci Nyepi", "Nyepi"),
        ("Hari kedua dari Hari Raya Idul Fitri (perkiraan)", "Idulfitri"),
        ("Hari Kemerdekaan Republik Indonesia", "Hari Kemerdekaan"),
        ("Hari libur uji", "Hari libur uji"),
    ],
)
def test_holidays_have_the_names_people_use(name: str, short: str) -> None:
    assert short_name(name) == short


def test_what_ended_is_measured_in_office_time_without_pauses_under_the_opd_that_had_it() -> None:
    story = Story()
    story.tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())
    story.tell("2026-04-06T14:00", declined()).tell("2026-04-06T15:00", assigned("dlh"))
    story.tell("2026-04-07T09:00", asked("dlh")).tell("2026-04-08T09:00", told())
    story.tell("2026-04-08T10:00", resolved("dlh")).tell("2026-04-09T10:00", cases.Disputed(reason="belum"))
    found = {(row.what, row.run): row for row in story.rows}
    assert {row.key for row in story.rows} == {KEY} == {UUID(int=7)}
    declined_run, answer = found["respond", 1], found["respond", 2]
    assert (declined_run.opd, declined_run.outcome, declined_run.worked) == ("dishub", "declined", 3 * 3600)
    assert (answer.opd, answer.outcome, answer.worked) == ("dlh", "met", 3600 + 5400)
    solved = found["resolve", 1]
    assert (solved.opd, solved.pauses, solved.paused // 60, solved.late) == ("dlh", 1, 450, False)
    assert solved.worked + solved.paused == (5 + 7.5 + 2.5) * 3600
    assert (found["dispute", 1].opd, found["dispute", 1].outcome) == ("dlh", "disputed")


@pytest.mark.parametrize(
    ("code", "words"),
    [("road", "Jalan dan jembatan"), ("none", "Belum diketahui"), ("other", "Lainnya"), ("kata-lain", "Kata lain")],
)
def test_a_topic_is_shown_in_indonesian(code: str, words: str) -> None:
    assert topic_name(code) == words
