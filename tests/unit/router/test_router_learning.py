"""Training on labelled complaints: what is read, how a model is judged, and when it may be put in force."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from services.router.cli import app
from services.router.learning import versions
from services.router.learning.dates import read_time
from services.router.learning.measures import Guess, calibration_error, cost, measure
from services.router.learning.samples import Columns, read_samples
from services.router.learning.tables import UnreadableTable
from services.router.learning.topics import class_of_topics
from services.router.learning.trained import ALWAYS, TrainedPrior
from tests.support.router_generated import generate, write_csv

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def router(*arguments: str, folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), env={"TANGGAP_ROUTER_MODELS": str(folder)})
    return result.exit_code, result.output + str(result.exception or "")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with one trained version: its name, and what the command printed."""
    folder = tmp_path_factory.mktemp("models")
    write_csv(folder / "data.csv", generate("regency", 700))
    code, output = router("train", str(folder / "data.csv"), folder=folder / "models")
    assert code == 0, output
    (name,) = (one["version"] for one in versions.listed(folder / "models"))
    return folder / "models", name, output


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-03-05T10:20:30+08:00", "2024-03-05T02:20:30+00:00"),
        ("18 Jan 2024 01:33:26", "2024-01-18T01:33:26+00:00"),
        ("5 Agustus 2023", "2023-08-05T00:00:00+00:00"),
        ("31/12/2024 08.15", "2024-12-31T08:15:00+00:00"),
        ("12/31/2024", "2024-12-31T00:00:00+00:00"),
        ("5-3-24", "2024-03-05T00:00:00+00:00"),
        ("Mei 7, 2022", "2022-05-07T00:00:00+00:00"),
        (45_352.5, "2024-03-01T12:00:00+00:00"),
        ("1709294400", "2024-03-01T12:00:00+00:00"),
        (1_709_294_400_000, "2024-03-01T12:00:00+00:00"),
    ],
)
def test_a_date_is_read_as_people_and_sheets_write_it(written: object, read: str) -> None:
    found = read_time(written)
    assert found is not None
    assert found.astimezone(UTC).isoformat() == read


@pytest.mark.parametrize(
    "written", ["", "kemarin", "31/31/2024", "30 Feb 2024", None, True, "7", 3, float("nan"), "12 Foo 2024"]
)
def test_what_is_no_date_is_none(written: object) -> None:
    assert read_time(written) is None


def test_gaps_and_repeats_are_left_out_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text(
        "teks;dinas;tanggal\nLampu mati;A;2024-02-01\n;A;2024-02-01\nAir mati;nan;2024-01-01\n"
        "lampu  MATI;A;2024-03-01\nSampah;B;besok\nBanjir;B;2024-01-01\n",
        encoding="cp1252",
    )
    samples = read_samples([file], Columns())
    assert [(one.text, one.label) for one in samples.rows] == [("Sampah", "B"), ("Banjir", "B"), ("Lampu mati", "A")]
    assert samples.left_out == {
        "no text": 1,
        "no label": 1,
        "a repeated text": 1,
        "no readable time, taken as the oldest": 1,
    }


def test_a_laporan_ringkas_is_read_below_its_preamble(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Judul Laporan", "Laporan Ringkas"])
    sheet.append([])
    sheet.append(
        [
            "Tracking ID",
            "Tanggal Laporan Masuk",
            "Waktu Laporan Masuk",
            "Judul Laporan",
            "Isi Laporan Awal",
            "Instansi Terdisposisi",
        ]
    )
    sheet.append(["1", "18 Jan 2024", "01:33:26", "Lampu", "Lampu jalan padam", "Dinas Perhubungan"])
    book.save(tmp_path / "laporan.xlsx")
    (one,) = read_samples([tmp_path / "laporan.xlsx"], Columns()).rows
    assert (one.text, one.label, one.at) == (
        "Lampu\nLampu jalan padam",
        "Dinas Perhubungan",
        datetime(2024, 1, 18, 1, 33, 26, tzinfo=UTC),
    )


def test_lines_of_json_are_read_and_a_broken_line_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    line = {"text": "Atap SMA bocor", "label": "disdikbud", "at": "2026-01-02T03:04:05Z"}
    file.write_text(f"broken\n{json.dumps(line)}\n[1]\n", encoding="utf-8")
    samples = read_samples([file], Columns())
    assert [one.label for one in samples.rows] == ["disdikbud"]
    assert samples.left_out == {"no text": 2}


def test_of_the_log_of_decisions_the_last_word_on_a_case_teaches(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    lines = [
        {"complaint_id": "1", "kind": "citizen_chose", "label": "dinsos", "text": "Jalan rusak", "at": "2026-01-01"},
        {"complaint_id": "1", "kind": "assigned", "label": "dishub", "text": "Jalan rusak", "at": "2026-01-02"},
        {"complaint_id": "1", "kind": "declined", "label": None, "text": "Jalan rusak", "at": "2026-01-03"},
        {"complaint_id": "1", "kind": "assigned", "label": "dpupr-pera", "text": "Jalan rusak", "at": "2026-01-04"},
        {"complaint_id": "1", "kind": "reclassified", "label": None, "text": "Jalan rusak", "at": "2026-01-05"},
        {"complaint_id": "2", "kind": "assigned", "label": "dishub", "text": "Bus mogok", "at": "2026-01-02"},
        {"complaint_id": "2", "kind": "declined", "label": None, "text": "Bus mogok", "at": "2026-01-03"},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    samples = read_samples([path], Columns())
    assert [(one.text, one.label) for one in samples.rows] == [("Jalan rusak", "dpupr-pera")]
    assert samples.left_out == {"no label": 1}


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("isi,unit\nLampu,A\n", encoding="utf-8")
    with pytest.raises(UnreadableTable, match=r"no column 'agency'; --label names one of: isi, unit"):
        read_samples([file], Columns(label="agency"))


def test_a_label_leads_to_the_topics_that_it_names() -> None:
    found = class_of_topics(["disdikbud", "works", "Dinas Kesehatan", "unit 7"])
    assert found["school"] == "disdikbud"
    assert found["road"] == found["drainage"] == "works"
    assert found["puskesmas"] == "Dinas Kesehatan"
    assert "unit 7" not in found.values()


def test_topics_that_a_person_wrote_down_go_first() -> None:
    assert class_of_topics(["works", "unit 7"], {"road": "unit 7"})["road"] == "unit 7"


def test_the_measures_count_what_is_right() -> None:
    guesses = [
        Guess("a", ("a", "b"), 0.9),
        Guess("a", ("b", "a"), 0.6),
        Guess("b", ("b", "a"), 0.9),
        Guess("c", ("a", "b"), 0.4),
    ]
    found = measure(guesses)
    assert (found.accuracy, found.top_3) == (0.5, 0.75)
    assert found.macro_f1 == pytest.approx((0.5 + 2 / 3 + 0) / 3)
    assert calibration_error(guesses) == pytest.approx((2 * 0.1 + 0.6 + 0.4) / 4)
    assert cost(guesses, 0.5).days == pytest.approx(5 / 4)
    assert cost(guesses, 0.95).days == pytest.approx(2 / 4)
    assert ("a", "b", 1) in found.confusion


def test_a_trained_prior_divides_by_the_length_of_the_text() -> None:
    prior = TrainedPrior(("x", "y"), (-0.69, -0.69), {"lampu": ((0, 2.0),), "jalan": (), ALWAYS: ((1, 0.5),)}, {})
    alone, beside = prior.log_probabilities(["lampu"]), prior.log_probabilities(["lampu", "jalan", "entah"])
    assert alone[0] - alone[1] == pytest.approx(1.5)
    assert beside[0] - beside[1] == pytest.approx(2 / 2**0.5 - 0.5)
    assert prior.weighed_most(["lampu", "jalan"], 0) == ("lampu",)


def test_training_judges_on_the_newest_fifth_and_reports_in_both_forms(trained: tuple[Path, str, str]) -> None:
    folder, name, output = trained
    (facts,) = versions.listed(folder)
    assert facts["slices"] == [420, 140, 140]
    assert facts["accuracy"] > 0.85
    assert facts["calibration_error"] < 0.1
    for words in (
        "macro-F1",
        "in the first three",
        "reliability",
        "cost",
        "confusion",
        "better than the present model",
    ):
        assert words in output
    page = (folder / name / "report.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_saved_model_decides_as_the_trained_one(trained: tuple[Path, str, str]) -> None:
    folder, name, _ = trained
    model = versions.load(folder, name)
    assert isinstance(model.prior, TrainedPrior)
    scores = model.prior.log_odds(["sampah", "menumpuk"])
    assert model.prior.classes[scores.index(max(scores))] == "environment"
    code, output = router("explain", "Sampah menumpuk di Bontang", "--json", "--model", name, folder=folder)
    assert (code, json.loads(output)["topic"]) == (0, "refuse")


def test_the_same_data_teach_the_same_model(trained: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, name, _ = trained
    code, output = router("train", str(folder.parent / "data.csv"), folder=tmp_path)
    assert code == 0, output
    assert (tmp_path / name / "prior.tsv").read_bytes() == (folder / name / "prior.tsv").read_bytes()


def facts_of(folder: Path, name: str, **values: Any) -> None:
    (folder / name).mkdir(parents=True)
    facts = {"version": name, "trained_at": NOW.isoformat(), "compared_with": "shipped", "better": True}
    (folder / name / versions.FACTS).write_text(json.dumps(facts | values), encoding="utf-8")


def test_only_a_better_model_is_put_in_force_and_each_step_can_be_undone(tmp_path: Path) -> None:
    facts_of(tmp_path, "one")
    facts_of(tmp_path, "two", compared_with="one")
    facts_of(tmp_path, "worse", better=False)
    facts_of(tmp_path, "lost", compared_with=None)
    for name, why in (("worse", "not better"), ("two", "was compared with one"), ("lost", "--topics")):
        with pytest.raises(versions.NotBetter, match=why):
            versions.activate(tmp_path, name, NOW)
    for name in ("none", "../one", "."):
        with pytest.raises(versions.NoSuchVersion):
            versions.activate(tmp_path, name, NOW)
    versions.activate(tmp_path, "one", NOW)
    with pytest.raises(versions.NotBetter, match="already"):
        versions.activate(tmp_path, "one", NOW)
    versions.activate(tmp_path, "two", NOW)
    assert versions.active(tmp_path) == "two"
    assert [versions.roll_back(tmp_path, NOW), versions.roll_back(tmp_path, NOW)] == ["one", "shipped"]
    with pytest.raises(versions.NotBetter, match="nothing to go back to"):
        versions.roll_back(tmp_path, NOW)


def test_too_few_samples_end_the_command_with_one_line(tmp_path: Path) -> None:
    write_csv(tmp_path / "few.csv", generate("city", 20))
    code, output = router("train", str(tmp_path / "few.csv"), folder=tmp_path)
    assert code == 1
    assert "20 usable samples" in output


def test_labels_that_lead_nowhere_are_measured_but_never_put_in_force(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["text", "label"])
        rows.writerows((f"{word} nomor {n}", f"unit {word[0]}") for n in range(40) for word in ("lampu", "sampah"))
    code, output = router("train", str(file), folder=tmp_path / "models")
    assert code == 0, output
    assert "in the order of the rows" in output
    (facts,) = versions.listed(tmp_path / "models")
    assert (facts["accuracy"], facts["better"]) == (1.0, False)
    code, output = router("activate", facts["version"], folder=tmp_path / "models")
    assert (code, "lead to none of our topics" in output) == (1, True)


def test_the_service_starts_without_what_only_training_needs() -> None:
    code = "import sys, services.router.app, services.router.api; print(sorted({'numpy', 'sklearn', 'scipy'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
