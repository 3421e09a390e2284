"""`python -m services.sla due`: one case, a file of cases, and what is wrong with either."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.sla.cli import app

RUNNER = CliRunner()
LEBARAN = ["due", "--start", "2026-03-16T10:00+08:00", "--limit", "5", "--unit", "working_day"]


def test_one_case_is_told_day_by_day() -> None:
    lines = RUNNER.invoke(app, LEBARAN).stdout.splitlines()
    assert lines[0] == "Mulai Senin, 16 Maret 2026 pukul 10.00 WITA; batas 5 hari kerja."
    assert lines[-1] == "Tenggat: Senin, 30 Maret 2026 pukul 16.00 WITA."


def test_levels_and_pauses_may_be_repeated() -> None:
    pauses = [
        "--pause",
        "2026-03-17T10:00+08:00/2026-03-25T10:00+08:00",
        "--pause",
        "2026-03-26T10:00+08:00/2026-03-26T11:00+08:00",
    ]
    answer = json.loads(RUNNER.invoke(app, [*LEBARAN, *pauses, "--level", "-1h", "--level", "+2d", "--json"]).stdout)
    assert answer["due"] == "2026-03-31T16:00:00+08:00"
    assert answer["levels"] == [
        {"offset": "-1h", "at": "2026-03-31T15:00:00+08:00"},
        {"offset": "+2d", "at": "2026-04-02T16:00:00+08:00"},
    ]
    assert "Rabu, 25 Maret 2026: jeda, tidak dihitung." in answer["explanation"]


def test_a_start_without_an_offset_is_meant_in_the_calendars_zone() -> None:
    answer = json.loads(
        RUNNER.invoke(app, ["due", "--start", "2026-04-06T10:00", "--limit", "60", "--unit", "minute", "--json"]).stdout
    )
    assert answer["due"] == "2026-04-06T11:00:00+08:00"


def test_another_calendar_may_be_given(tmp_path: Path) -> None:
    calendar = tmp_path / "kantor.toml"
    calendar.write_text('[hours]\nmon-fri = ["08:00-18:00"]\n', "utf-8")
    arguments = ["--start", "2026-04-06T17:00+08:00", "--limit", "4", "--unit", "working_hour", "--level", "-1h"]
    answer = json.loads(RUNNER.invoke(app, ["due", *arguments, "--calendar", str(calendar), "--json"]).stdout)
    assert (answer["due"], answer["levels"][0]["at"]) == ("2026-04-07T11:00:00+08:00", "2026-04-07T10:00:00+08:00")


def test_a_file_gives_a_line_for_each_case_and_names_the_bad_ones(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    lines = [
        {"start": "2026-03-16T10:00+08:00", "limit": 5, "unit": "working_day", "pauses": [], "levels": ["-1d"]},
        {"start": "2026-03-16T10:00+08:00", "limit": 5, "unit": "fortnight"},
        {"start": "2026-03-16T10:00+08:00", "limit": 5, "unit": "working_day", "pauses": [["2026-03-17T10:00+08:00"]]},
        {"start": "2026-04-06T10:00+08:00", "limit": 2, "unit": "calendar_day"},
        {
            "start": "2026-04-06T08:00+08:00",
            "limit": 48,
            "unit": "working_hour",
            "calendar": {"hours": {"mon-sun": ["08:00-20:00"]}, "holidays": ["2026-04-07", "2026-04-08"]},
        },
    ]
    cases.write_text("\n".join(map(json.dumps, lines)) + "\nnot json\n", "utf-8")
    result = RUNNER.invoke(app, ["due", "--file", str(cases)])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [answer.get("due") for answer in answers] == [
        "2026-03-30T16:00:00+08:00",
        None,
        None,
        "2026-04-09T00:00:00+08:00",
        "2026-04-11T20:00:00+08:00",
        None,
    ]
    assert [answer["error"].split(":")[0] for answer in answers if "error" in answer] == ["line 2", "line 3", "line 6"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--limit", "5"], "start"),
        (["--start", "2026-03-16T10:00+08:00"], "limit"),
        (["--start", "yesterday", "--limit", "5"], "start"),
        (["--start", "2026-03-16T10:00+08:00", "--limit", "0"], "limit"),
        (["--start", "2026-03-16T10:00+08:00", "--limit", "5", "--unit", "moon"], "unit"),
        (["--start", "2026-03-16T10:00+08:00", "--limit", "5", "--level", "soon"], "level"),
        (["--start", "2026-03-16T10:00+08:00", "--limit", "5", "--pause", "2026-03-16"], "pauses"),
        (["--start", "2026-03-16T10:00+08:00", "--limit", "5", "--calendar", "/nonexistent"], "calendar"),
        (["--file", "/nonexistent"], "nonexistent"),
        (["--start", "2044-12-16T10:00+08:00", "--limit", "500"], "2012–2045"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(arguments: list[str], named: str) -> None:
    result = RUNNER.invoke(app, ["due", *arguments])
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "start", ["0001-01-01T00:00+14:00", "1970-01-01T00:00", "2026-02-30T10:00", "9999-12-31T23:59-12:00"]
)
def test_a_start_that_no_calendar_covers_is_named(start: str) -> None:
    for unit in ("working_day", "working_hour", "calendar_day", "minute"):
        result = RUNNER.invoke(app, ["due", "--start", start, "--limit", "5", "--unit", unit])
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), (unit, result.output)


def test_a_pause_beyond_the_calendar_is_named() -> None:
    result = RUNNER.invoke(app, [*LEBARAN, "--pause", "0001-01-01T00:00/9999-12-31T23:59"])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_a_reminder_in_days_is_told_when_the_office_opens() -> None:
    answer = json.loads(RUNNER.invoke(app, [*LEBARAN, "--level", "-1d", "--json"]).stdout)
    assert answer["levels"] == [
        {"offset": "-1d", "at": "2026-03-27T16:30:00+08:00", "told_at": "2026-03-27T07:30:00+08:00"},
    ]
    lines = RUNNER.invoke(app, [*LEBARAN, "--level", "-1d"]).stdout.splitlines()
    assert "diberitahukan Jumat, 27 Maret 2026 pukul 07.30 WITA, saat kantor buka." in lines[-1]
