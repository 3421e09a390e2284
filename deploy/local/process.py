"""Child processes of the local system: started on a leash (`leash.py`), ended by their process id, never by name."""

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
# Below the range from which outgoing connections take their ports. A client that connects to a dead server's port
# within that range can get the same port as its own. It then connects to itself and keeps the server from coming back.
SERVICE_PORTS = range(20000, 32000)

# The kernel ends a leashed child when the *thread* that made it ends. This thread lasts as long as the process.
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
        """Send a signal, unless the process has ended."""
        if self.running:
            self._popen.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Wait for the end and return the exit code. Raises TimeoutExpired when it still runs after ``seconds``."""
        return self._popen.wait(seconds)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15.0) -> None:
        """Ask the process to end by signal ``number``, and kill it when it still runs after ``seconds``."""
        self.send(number)
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the process by SIGKILL and wait for its end."""
        self.send(signal.SIGKILL)
        self._popen.wait()

    def last_lines(self, count: int = 15) -> str:
        """Return the last lines of the log, for the message that says why the process did not start."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        return ""


def leashed(
    command: Sequence[str | Path], user: str = "-", on_parent_death: signal.Signals = signal.SIGKILL
) -> list[str]:
    """Return the command line that runs `command` on the leash of this process, as `user` when this process is root."""
    return [
        sys.executable,
        "-I",
        "-S",
        str(LEASH),
        str(os.getpid()),
        str(int(on_parent_death)),
        user,
        *map(str, command),
    ]


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
    """Start ``command`` with its output appended to ``log``. The child ends when this process ends for any reason."""
    log.parent.mkdir(parents=True, exist_ok=True)
    full = leashed(command, user, on_parent_death)

    def spawn() -> "subprocess.Popen[bytes]":
        with log.open("ab") as output:
            return subprocess.Popen(
                full, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, cwd=cwd, start_new_session=True
            )

    return Child(name, _spawner.submit(spawn).result(), log)


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens now. Raises RuntimeError when none is found."""
    for port in random.SystemRandom().sample(SERVICE_PORTS, k=200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port found on 127.0.0.1")


def remembered_port(file: Path, wanted: int = 0) -> int:
    """Return ``wanted``, else the port of the last start from ``file``, else a free port. Write it to ``file``.

    So a restarted server is found on the same port.
    """
    if wanted == 0 and file.exists():
        return int(file.read_text())
    port = wanted or free_port()
    file.write_text(f"{port}\n")
    return port
