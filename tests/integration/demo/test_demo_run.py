"""The demo itself, shortened: it balances its books, says nothing of citizens in any log, and leaves no process behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.demo.scenes.checks import CHECKS

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
FIELDS = [
    "accepted",
    "assigned",
    "triage",
    "referred",
    "archived",
    "merged",
    "parked",
    "already_closed",
    "missing",
    "duplicated",
    "escalated",
    "notified",
    "routing_correct",
    "routing_total",
    "unlabelled",
    "mirrored",
    "differences",
    "broken",
    "seconds",
]
PLACES = FIELDS[1:8]
SERVICES = ("intake", "router", "sla", "notifier")
SCENES = [json.loads(line) for line in (EXAMPLES / "scenes.jsonl").read_text("utf-8").splitlines()]
# The person of the scenes who files nothing.
FOLLOWERS = 1
DEMO = [sys.executable, "-m", "deploy.local.demo"]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    folder = tmp_path_factory.mktemp("demo") / "run"
    run = subprocess.run(
        [*DEMO, "--days", "7", "--dir", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=400, check=False
    )
    return folder, run


def processes_of(folder: Path) -> list[str]:
    """Command lines of whatever still runs with this folder in its command or its environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                told = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if str(folder).encode() in told:
                found.append((process / "cmdline").read_text(errors="replace").replace("\0", " "))
    return found


def said_by_citizens() -> Iterator[str]:
    """Pieces of four words of every sample, and every name, number and address in them."""
    for name in ("adapter.jsonl", "whatsapp.jsonl", "complaints.jsonl", "scenes.jsonl"):
        for line in (EXAMPLES / name).read_text("utf-8").splitlines():
            yield from _said(json.loads(line), "")


def _said(value: object, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _said(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, name)
    elif isinstance(value, str) and name in ("text", "body", "caption", "title", "written"):
        words = value.split()
        yield from (" ".join(words[place : place + 4]) for place in range(max(1, len(words) - 3)))
    elif isinstance(value, str) and name in ("name", "whatsapp", "email", "from", "wa_id", "user_id", "from_user_id"):
        yield value.removeprefix("+")


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_books_of_a_short_demo_balance(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    _, run = played
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    line = json.loads(run.stdout.strip().splitlines()[-1])
    assert list(line) == FIELDS
    assert line["accepted"] == sum(line[place] for place in PLACES) >= 120
    assert (line["missing"], line["duplicated"]) == (0, 0)
    assert line["broken"] == []
    assert line["unlabelled"] == len(SCENES) - FOLLOWERS
    assert line["routing_total"] == line["accepted"] - line["already_closed"] - line["parked"] - line["unlabelled"]
    assert line["routing_correct"] > 0.9 * line["routing_total"]
    assert line["escalated"] > 0
    assert line["notified"] > 100


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_each_check_of_the_demo_is_listed_and_holds(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    _, run = played
    number = len(CHECKS)
    assert f"{number} of {number} checks hold." in run.stdout


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_a_complaint_is_told_in_plain_indonesian(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    _, run = played
    assert "Aduan Anda diterima lewat" in run.stdout
    assert "memberi jawaban" in run.stdout


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_nothing_that_a_citizen_said_or_is_called_by_is_in_any_log(
    played: tuple[Path, "subprocess.CompletedProcess[str]"],
) -> None:
    folder, _ = played
    logs = {
        path: path.read_text(errors="replace").casefold() for path in folder.rglob("*.log") if "data" not in path.parts
    }
    assert {"intake.log", "router.log", "sla.log", "notifier.log", "postgres.log"} <= {path.name for path in logs}
    pieces = {
        piece.casefold() for piece in said_by_citizens() if len(piece) >= 8 and not re.fullmatch(r"[a-z]+", piece)
    }
    assert len(pieces) > 1000
    assert [path.name for path, log in logs.items() if any(piece in log for piece in pieces)] == []


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_no_step_was_tried_again_though_nothing_was_in_its_way(
    played: tuple[Path, "subprocess.CompletedProcess[str]"],
) -> None:
    # A step that fails for a fault of its own is searched for the cause and done at last, ten seconds later.
    folder, _ = played
    logs = [(folder / "log" / f"{service}.log").read_text("utf-8") for service in SERVICES]
    assert all(logs)
    lines = [line for log in logs for line in log.splitlines()]
    assert [line for line in lines if '"step.retried"' in line or '"step.unforeseen"' in line] == []


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_no_process_is_left_after_a_demo(played: tuple[Path, "subprocess.CompletedProcess[str]"]) -> None:
    assert processes_of(played[0]) == []


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    said = tmp_path / "said.txt"
    with said.open("w") as file:
        running = subprocess.Popen(
            [*DEMO, "--dir", str(folder)], cwd=ROOT, stdout=file, stderr=file, start_new_session=True
        )
    try:
        until = time.monotonic() + 120
        while not (folder / "log" / "opd-dpupr-pera.log").exists():
            assert running.poll() is None, said.read_text()[-3000:]
            assert time.monotonic() < until
            time.sleep(0.1)
        assert processes_of(folder)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    finally:
        running.kill()
        running.wait()
    assert processes_of(folder) == []
