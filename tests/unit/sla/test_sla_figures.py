"""The figures on plain values: what each answer is worth, how the ranking orders, and what page and files say."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from services.sla.api.views_figures import figures_page, sentences, table_values
from services.sla.labels import office_time, percent, region_name
from services.sla.rules.measures import Measure
from services.sla.statistics.figures import Durations, Figures, PeriodFigures, durations
from services.sla.statistics.overview import Overview
from services.sla.statistics.period import months_until
from services.sla.statistics.ranking import LEAST, rank
from services.sla.statistics.tables import Column, Row, Table, month_table, ranking_table
from services.sla.statistics.workbook import tables_csv, tables_xlsx
from shared.events import cases
from shared.events.cases_answer import AnswerOutcome
from tests.support.sla_story import Story, assigned, at, opened, put_off, reclassified, reopened, resolved

HOSTILE = ("=1+1", "+62", "-1", "@cmd")


def answered(when: str = "2026-04-07T09:00", **more: Any) -> Story:
    story = Story().tell("2026-04-06T09:00", opened(**more)).tell("2026-04-06T09:00", assigned())
    return story.tell(when, resolved())


def promised() -> Story:
    scheduled = cases.Resolved(
        opd="dishub", answer="Belum, karena kabel dipesan.", outcome="scheduled", until=date(2026, 5, 4)
    )
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T09:00", assigned())
    return story.tell("2026-04-07T09:00", scheduled)


def question(story: Story) -> Measure:
    return [row for row in story.rows if row.what == "question"][-1]


def marks(row: Measure) -> set[str]:
    names = ("late", "promised", "honest", "broken", "unanswered", "silent", "disputed", "reopened")
    return {name for name in names if getattr(row, name)}


def test_an_answer_in_time_has_no_mark_and_a_late_one_says_so() -> None:
    assert marks(question(answered())) == set()
    assert marks(question(answered("2026-07-07T09:00"))) == {"late"}


def test_a_late_answer_is_known_from_the_due_time_also_before_any_timer_fired() -> None:
    story = answered("2026-07-07T09:00")
    assert [run.late for run in story.case.runs if run.clock == "resolve"] == [True]


def test_an_answer_while_the_case_is_put_off_is_in_time() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T09:00", assigned())
    story.tell("2026-04-07T09:00", put_off("2026-07-06")).tell("2026-07-03T09:00", resolved())
    assert marks(question(story)) == set()


def test_not_yet_is_an_answer_until_its_day_passes() -> None:
    story = promised()
    assert marks(question(story)) == {"promised", "honest"}
    back = reopened().model_copy(update={"promised": date(2026, 5, 4)})
    assert marks(question(story.tell("2026-05-05T00:00", back))) == {"promised", "honest", "broken"}


@pytest.mark.parametrize(
    ("outcome", "honest"), [("explained", True), ("not_possible", True), ("fixed", False), ("not_ours", False)]
)
def test_an_answer_that_says_why_not_is_honest(outcome: AnswerOutcome, honest: bool) -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T09:00", assigned())
    said = cases.Resolved(opd="dishub", answer="Belum, karena jalannya milik desa.", outcome=outcome)
    assert marks(question(story.tell("2026-04-07T09:00", said))) == ({"honest"} if honest else set())


def test_silence_a_dispute_and_a_reopening_stand_on_the_answer() -> None:
    silent = answered().tell("2026-05-07T09:00", cases.Closed(by="silence"))
    assert (marks(question(silent)), question(silent).outcome) == ({"silent"}, "asked")
    silent.tell("2026-05-08T09:00", cases.Disputed(opd="dishub", reason="belum")).tell("2026-05-08T09:00", reopened())
    assert (marks(question(silent)), question(silent).outcome) == ({"silent", "disputed", "reopened"}, "answered")


def test_a_case_that_goes_back_to_the_desk_is_reopened_too() -> None:
    story = answered().tell("2026-04-08T09:00", cases.Triaged(desk="triage", reasons=("kata pelapor",), reopened=True))
    assert marks(question(story)) == {"reopened"}


def test_a_closing_without_an_answer_is_no_answer() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-07T09:00", cases.Closed(by="admin"))
    assert marks(question(story)) == {"unanswered"}


@pytest.mark.parametrize(
    ("code", "region"), [("64.72", "64.72"), ("64.02.07.2004", "64.02"), ("31.71.01", ""), ("", ""), (None, "")]
)
def test_every_measure_has_channel_and_region_of_the_complaint(code: str | None, region: str) -> None:
    rows = answered(place_code=code).rows
    assert {(row.region, row.channel) for row in rows} == {(region, "web")}


def test_a_corrected_place_counts_from_then_on_and_an_older_writer_takes_none_away() -> None:
    story = Story().tell("2026-04-06T09:00", opened(place_code="64.72")).tell("2026-04-06T09:00", reclassified())
    assert story.case.region == "64.72"
    story.tell("2026-04-06T10:00", reclassified(place_code="64.03.01"))
    assert story.case.region == "64.03"


def opd(code: str, **counts: Any) -> Figures:
    return Figures("opd", code, **counts)


def test_closing_fast_alone_gains_nothing() -> None:
    fast = opd("dishub", answers=100, on_time=100, silent=90, confirmed=10, decided=100, kept=10)
    careful = opd("dlh", answers=40, on_time=30, silent=4, confirmed=20, promised=6, decided=40, kept=26)
    assert [(one.place, one.figures.value) for one in rank([fast, careful], {})] == [(1, "dlh"), (2, "dishub")]
    faster = opd("dishub", answers=200, on_time=200, silent=190, confirmed=10, decided=200, kept=10)
    [before], [after] = rank([fast], {}), rank([faster], {})
    assert (before.kept, after.kept) == (0.1, 0.05)


def test_leaving_cases_overdue_lowers_the_place() -> None:
    one, other = (opd(code, answers=20, decided=20, kept=15) for code in ("dishub", "dlh"))
    assert [found.figures.value for found in rank([one, other], {"dishub": 30})] == ["dlh", "dishub"]
    [silent] = rank([], {"dishub": LEAST})
    assert (silent.place, silent.kept, silent.overdue) == (1, 0.0, LEAST)


def test_few_cases_give_no_place_and_equal_measures_share_one() -> None:
    few = opd("bkd", answers=LEAST - 1, decided=LEAST - 1, kept=LEAST - 1)
    same = [opd(code, answers=20, decided=20, kept=10) for code in ("dishub", "dlh")]
    assert [(one.place, one.figures.value) for one in rank([few, *same, opd("triage", decided=90)], {"triage": 9})] == [
        (1, "dishub"),
        (1, "dlh"),
        (None, "bkd"),
    ]


def test_half_and_nine_of_ten_are_whole_hours_that_hold_them() -> None:
    assert durations([]) == Durations(None, None)
    assert durations([(0, 1)]) == Durations(1, 1)
    assert durations([(0, 5), (3, 4), (20, 1)]) == Durations(1, 4)
    assert durations([(0, 4), (3, 4), (20, 2)]) == Durations(4, 21)


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "–"), (1, "1 jam kerja"), (7, "7 jam kerja"), (8, "2 hari kerja"), (23, "4 hari kerja")]
)
def test_long_times_are_said_in_working_days(hours: int | None, words: str) -> None:
    assert office_time(hours) == words


def test_nothing_is_a_dash_and_no_sentence() -> None:
    assert (percent(None), percent(0.0), percent(0.856), region_name("")) == ("–", "0%", "86%", "Tidak disebut")
    empty = PeriodFigures(Figures("all", ""), (), (), (), (), Durations(None, None), Durations(None, None))
    assert sentences(empty) == []
    page = figures_page(Overview(empty, (), 0))
    assert (page["ranking"], page["months"]["rows"], page["months"]["plot"]) == (None, [], "")


def test_the_sentences_say_every_share() -> None:
    all_ = Figures(
        "month", "2026-04", respond_on_time=9, respond_late=1, answers=1250, on_time=1000, promised=50, confirmed=500,
        disputed=100, reopened=25, silent=375, rated=4, satisfied=3, rating_sum=12.0, returned=7, referred=3, unanswered=2,
    )  # fmt: skip
    said = sentences(PeriodFigures(all_, (all_,), (), (), (), Durations(5, 20), Durations(None, None)))
    assert said == [
        (
            "Dari 1.250 jawaban, 1.000 (80%) tepat waktu. 50 jawaban mengatakan terus terang “belum, karena …”: "
            "dijelaskan, dijadwalkan, atau tidak dapat dilakukan dengan alasannya; itu dihitung sebagai jawaban yang jujur."
        ),
        (
            "Tanggapan pertama: 90% dari 10 tepat waktu; separuhnya dalam 5 jam kerja, sembilan dari sepuluh dalam 3 hari "
            "kerja."
        ),
        (
            "Setelah dijawab: 500 (40%) dibenarkan pelapor, 100 (8%) disanggah, 25 (2%) dibuka lagi, dan 375 (30%) ditutup "
            "tanpa kabar pelapor."
        ),
        "4 pelapor memberi nilai: 75% puas, rata-rata 3,00 dari 4.",
        (
            "3 aduan diteruskan ke instansi lain, 7 kali aduan dikembalikan atau dialihkan OPD, dan 2 aduan ditutup tanpa "
            "jawaban OPD."
        ),
    ]


def test_the_newest_month_comes_first_in_words() -> None:
    table = month_table([Figures("month", "2026-03", answers=1, on_time=1), Figures("month", "2026-04")])
    assert [values["cells"][:3] for values in table_values(table)["rows"]] == [
        ["April 2026", "0", "–"],
        ["Maret 2026", "1", "100%"],
    ]


def test_the_months_go_back_over_the_new_year_in_local_time() -> None:
    months = months_until(at("2026-02-01T00:30"), 3)
    assert [f"{month:%Y-%m-%d}" for month in months] == ["2026-02-01", "2026-01-01", "2025-12-01"]


def hostile() -> Table:
    return Table("=Judul", (Column("@kolom", "text"), Column("bagian")), [Row("", (text, 0.5)) for text in HOSTILE])


def test_no_cell_of_the_csv_begins_like_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(tables_csv([hostile()]))))
    assert rows == [["'=Judul"], ["'@kolom", "bagian (%)"], *[[f"'{text}", "50.0"] for text in HOSTILE]]


def test_no_cell_of_the_workbook_is_a_formula_and_shares_are_numbers() -> None:
    plain = Table("Per kabupaten/kota", hostile().columns, hostile().rows)
    ranking = ranking_table(rank([opd("dishub", answers=20, on_time=9, decided=20, kept=10)], {}))
    book = load_workbook(io.BytesIO(tables_xlsx([plain, ranking])))
    assert book.sheetnames == ["Per kabupaten-kota", "Peringkat OPD"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in book["Per kabupaten-kota"]["A"]] == ["'@kolom", *[f"'{text}" for text in HOSTILE]]
    found = [(cell.value, cell.number_format) for cell in book["Peringkat OPD"][2]][:5]
    assert found == [
        (1, "General"),
        ("Dinas Perhubungan", "General"),
        (0.5, "0%"),
        (20, "General"),
        (0.45, "0%"),
    ]
