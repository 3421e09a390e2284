"""`make up`, `make down` and Ctrl-C on real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.addresses import SERVICES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
COMMAND = (sys.executable, "-m", "deploy.local")


def _processes_of(folder: Path) -> set[int]:
    """Processes that were started with this folder in their command or environment, and still run."""
    mark, found = str(folder).encode(), set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            known = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if mark in known:
            found.add(int(entry.name))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up")


def _up(folder: Path) -> "subprocess.Popen[str]":
    running = subprocess.Popen([*COMMAND, "up", "--dir", str(folder), "--free-ports"], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    for line in running.stdout:
        if "Tanggap runs" in line:
            return running
    running.stdout.close()
    raise AssertionError(f"it ended with {running.wait()}")


@pytest.fixture
def up(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    running = _up(folder)
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        assert running.stdout is not None
        running.stdout.close()


def _told(folder: Path) -> dict[str, str]:
    lines = [line for line in (folder / "dev.env").read_text().splitlines() if "=" in line and not line.startswith("#")]
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


def test_ctrl_c_ends_every_process_and_the_doors_named_in_the_file_were_open(up: "subprocess.Popen[str]", folder: Path) -> None:
    told = _told(folder)
    ready = {
        name: httpx.get(f"http://127.0.0.1:{told[f'TANGGAP_{name.upper()}_OPS_PORT']}/readyz").status_code for name in SERVICES
    }
    assert ready == dict.fromkeys(SERVICES, 200)
    assert len(_processes_of(folder)) >= 7
    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0
    assert _processes_of(folder) == set()


def test_down_stops_what_up_left_running_on_the_same_data(up: "subprocess.Popen[str]", folder: Path) -> None:
    subprocess.run([*COMMAND, "down", "--dir", str(folder)], check=True, capture_output=True)
    assert up.wait(5) == 0
    assert _processes_of(folder) == set()


def test_a_second_up_in_the_same_folder_is_refused_and_a_kill_leaves_nothing(up: "subprocess.Popen[str]", folder: Path) -> None:
    second = subprocess.run([*COMMAND, "up", "--dir", str(folder)], check=False, capture_output=True, text=True)
    assert second.returncode == 1
    assert "already runs" in second.stderr
    up.kill()
    up.wait()
    deadline = time.monotonic() + 30
    while _processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _processes_of(folder) == set()
