"""`make up`, `make down` and Ctrl-C on real processes."""

import json
import os
import re
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
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "deploy.local")


def _processes_of(*marks: str) -> set[int]:
    """Processes with one of these words in their command or environment that still run."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            known = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if any(mark.encode() in known for mark in marks):
            found.add(int(entry.name))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout as far as `make up` is concerned; its own `.local`, and a name that asks for care."""
    return tmp_path_factory.mktemp("up, from a folder with Ünusual 'letters'") / ".local"


@pytest.fixture
def up(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [*COMMAND, "up", "--dir", str(folder), "--free-ports"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def _until(running: "subprocess.Popen[str]", words: str) -> None:
    assert running.stdout is not None
    assert any(words in line for line in running.stdout), f"it ended with {running.wait()}"


def _told(folder: Path) -> dict[str, str]:
    lines = [line for line in (folder / "dev.env").read_text().splitlines() if "=" in line and not line.startswith("#")]
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


def _block(of: str, with_words: str) -> str:
    """The one piece of a page that is meant to be pasted and holds these words."""
    [block] = [
        block for block in re.findall(r"```sh\n(.*?)```", (ROOT / of).read_text(), re.DOTALL) if with_words in block
    ]
    return str(block)


def _down(folder: Path) -> None:
    subprocess.run([*COMMAND, "down", "--dir", str(folder)], check=True, capture_output=True)


def test_the_readmes_block_works_as_pasted_leaves_the_system_running_and_down_ends_it(folder: Path) -> None:
    checkout = folder.parent
    detached = f"cd '{ROOT}' && {sys.executable} -m deploy.local up --detach --free-ports --dir \"$$OLDPWD/.local\""
    (checkout / "Makefile").write_text(f"up:\n\t@{detached}\n")
    folder.mkdir(exist_ok=True)
    (folder / "notifier.own.env").write_text("TANGGAP_NOTIFIER_MAIL_FROM='tanggap@uji.example'\n")
    try:
        # Captured output: who pastes this into a script gets his prompt back although the system runs on.
        pasted = subprocess.run(
            ["bash", "-ec", _block("README.md", "make up")],
            cwd=checkout,
            check=False,
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert pasted.returncode == 0, pasted.stdout + pasted.stderr
        assert json.loads(pasted.stdout.strip().splitlines()[-1])["status"] == "accepted"
        told = _told(folder)
        ready = {
            name: httpx.get(f"http://127.0.0.1:{told[f'TANGGAP_{name.upper()}_OPS_PORT']}/readyz").status_code
            for name in SERVICES
        }
        assert ready == dict.fromkeys(SERVICES, 200)
        second = subprocess.run([*COMMAND, "up", "--dir", str(folder)], check=False, capture_output=True, text=True)
        assert (second.returncode, "already runs" in second.stderr) == (1, True)
        add = [*("accounts", "add", "rini@contoh.example", "--name", "Rini Uji", "--role", "koordinator")]
        made = subprocess.run(
            [sys.executable, "-m", "services.router", *add],
            cwd=ROOT,
            env=os.environ | told,
            check=True,
            capture_output=True,
            text=True,
        )
        assert "Buat kata sandi" in httpx.get(made.stdout.strip()).text
        postgres = told["TANGGAP_BOOKS_DSN"].rpartition("@")[2]
        assert len(_processes_of(str(folder), postgres)) >= 8
        own = "TANGGAP_NOTIFIER_MAIL_FROM=tanggap@uji.example"
        assert len(_processes_of(own)) == 1, "the notifier alone has the settings of its own file"
    finally:
        _down(folder)
    # A process that has just ended may still be listed for a moment.
    end = time.monotonic() + 5
    while (left := _processes_of(str(folder), postgres)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == set(), [(Path("/proc") / str(one) / "cmdline").read_bytes()[:300] for one in left]


def test_ctrl_c_while_it_starts_leaves_no_process(up: "subprocess.Popen[str]", folder: Path) -> None:
    _until(up, "four services")
    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0
    assert _processes_of(str(folder)) == set()
