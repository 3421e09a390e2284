"""Child processes of this machine's system: started on a leash, ended by their process id, never by name."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
SERVICE_PORTS = range(20000, 32000)
"""Below the range that outgoing connections take their ports from: a client that knocks on a dead server's port in that range
can be given this very port as its own, connect to itself, and keep the server from coming back."""

# The kernel ends a leashed child when the *thread* that made it ends; this one lasts as long as the process.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class Child:
    """One running child process."""

    def __init__(self, name: str, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll()

    def send(self, number: signal.Signals) -> None:
        if self.running:
            self._popen.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code; TimeoutExpired when it still runs after `seconds`."""
        return self._popen.wait(seconds)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15.0) -> None:
        """Asks it to end, and ends it when it does not."""
        self.send(number)
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self._popen.wait()

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for the message that says why it did not start."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        return ""


def leashed(command: Sequence[str | Path], user: str = "-", on_parent_death: signal.Signals = signal.SIGKILL) -> list[str]:
    """Return the command line that runs `command` on the leash of this process, as `user` when this process is root."""
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(on_parent_death)), user, *map(str, command)]


def start(
    name: str,
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str = "-",
    on_parent_death: signal.Signals = signal.SIGKILL,
) -> Child:
    """Starts `command` with its output appended to `log`; it ends when this process does, however that happens."""
    log.parent.mkdir(parents=True, exist_ok=True)
    full = leashed(command, user, on_parent_death)

    def spawn() -> "subprocess.Popen[bytes]":
        with log.open("ab") as output:
            return subprocess.Popen(
                full, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd, start_new_session=True
            )

    return Child(name, _spawner.submit(spawn).result(), log)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    for port in random.SystemRandom().sample(SERVICE_PORTS, k=200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port found on 127.0.0.1")


def remembered_port(file: Path, wanted: int = 0) -> int:
    """The port given, else the one of the last start that `file` remembers, else a free one; so that a restart is found again."""
    if wanted == 0 and file.exists():
        return int(file.read_text())
    port = wanted or free_port()
    file.write_text(f"{port}\n")
    return port
