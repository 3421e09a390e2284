"""`python -m services.router explain`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from services.router.cli import app
from services.router.routing import decide
from services.router.routing.explanation import as_json

FIELDS = {"outcome", "authority", "opd", "probability", "reasons", "alternatives"}


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments])
    return result.exit_code, result.output


def test_one_text_as_json() -> None:
    code, output = run("Guru SMAN 5 sering bolos", "--place", "Samarinda", "--json")
    answer = json.loads(output)
    assert code == 0
    assert set(answer) >= FIELDS
    assert (answer["outcome"], answer["authority"], answer["opd"]) == ("assign", "province", "disdikbud")


def test_one_text_in_words() -> None:
    code, output = run("Sampah menumpuk", "--place", "Bontang")
    assert code == 0
    assert "Pemerintah Kota Bontang" in output


def test_a_file_gives_a_line_for_a_line(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "Jalan rusak"}\n\n{"text": "SMA", "place": null}\n', encoding="utf-8")
    code, output = run("--file", str(file))
    lines = [json.loads(line) for line in output.splitlines()]
    assert code == 0
    assert [line["outcome"] for line in lines] == ["triage", "assign"]


def test_a_line_that_is_none_is_named_and_the_rest_is_answered(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('not json\n{"text": 5}\n[1]\n{"text": "SMA"}\n', encoding="utf-8")
    code, output = run("--file", str(file))
    lines = [json.loads(line) for line in output.splitlines()]
    assert code == 1
    assert [line.get("error", "")[:6] for line in lines] == ["line 1", "line 2", "line 3", ""]


def test_category_and_given_agency_of_a_line_count_as_in_the_decision_of_a_case(tmp_path: Path) -> None:
    text, school = "mohon ditindaklanjuti secepatnya pak", "Dinas Pendidikan dan Kebudayaan"
    file = tmp_path / "texts.jsonl"
    lines = [{"text": text}, {"text": text, "category": "Sampah"}, {"text": text, "given_to": school}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    bare, categorised, given = (json.loads(line) for line in run("--file", str(file))[1].splitlines())
    for answer, more in ((bare, {}), (categorised, {"category": "Sampah"}), (given, {"given_to": school})):
        assert answer == as_json(decide(text, **more))
    assert categorised["topic"] == "refuse" != bare["topic"]
    assert [one["opd"] for one in given["alternatives"]].count("disdikbud") == 1
    file.write_text('{"text": "Jalan", "category": 5}\n', encoding="utf-8")
    assert run("--file", str(file))[0] == 1


def test_neither_text_nor_file_is_said(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert run("a text", "--file", str(tmp_path / "none"))[0] == 2
    assert run("--file", str(tmp_path / "none"))[0] == 2
