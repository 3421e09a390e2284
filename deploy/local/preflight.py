"""Checks of this machine before anything is started. Each problem is one line that says what to do.

`python -m deploy.local.preflight [FOLDER]` runs the checks alone.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from deploy.local import kafka_jars, process
from deploy.local.postgres import ACCOUNT, initdb_program

MIB = 1024 * 1024
NEED_MEMORY_MIB = 1200
NEED_BROKER_MIB = 600
NEED_DISK_MIB = 2048
LONGEST_PATH = 900  # Postgres keeps paths in 1,024 bytes, its own file names included.
MEMORY_LIMITS = {
    Path("/sys/fs/cgroup/memory.max"): Path("/sys/fs/cgroup/memory.current"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"): Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
}


class CannotStart(SystemExit):
    """Something is missing on this machine; nothing was started."""


def check(folder: Path, ports: Iterable[int] = (), *, brokers: int = 1) -> None:
    """Return when the system can start in ``folder`` with these fixed ports and this number of Kafka brokers.

    Raises CannotStart, with a line per problem, when it cannot.
    """
    found = list(problems(folder, ports, brokers=brokers))
    if found:
        raise CannotStart("\n".join(f"cannot start: {problem}" for problem in found))


def problems(folder: Path, ports: Iterable[int] = (), *, brokers: int = 1) -> Iterator[str]:
    """Yield each problem. If a folder cannot be written, the checks that need the folder are left out."""
    if not sys.platform.startswith("linux"):
        yield "Tanggap's local system needs Linux; elsewhere use docker-compose.yml"
        return
    folder = folder.absolute()
    yield from _memory(NEED_MEMORY_MIB + NEED_BROKER_MIB * (brokers - 1))
    yield from _taken(ports)
    refusals = [refusal for place in (folder, kafka_jars.cache()) if (refusal := _unwritable(place))]
    if refusals:
        yield from refusals
        return
    yield from _disk(folder)
    yield from _paths(folder)
    own_postgres = not os.environ.get("TANGGAP_ADMIN_DSN")
    if own_postgres and os.geteuid() == 0:
        yield from _unreachable(folder)


def _memory(needed: int) -> Iterator[str]:
    available = min(_available_mib(), _below_limit_mib())
    if available < needed:
        yield f"{available:.0f} MiB of memory are available, {needed} are needed"


def _available_mib() -> float:
    values = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return sum(int(values.get(name, "0").split()[0]) for name in ("MemAvailable", "SwapFree")) / 1024


def _below_limit_mib() -> float:
    """Return the memory left below the container's limit in MiB, or infinity without a limit."""
    for limit, used in MEMORY_LIMITS.items():
        # OSError: the machine has the other version of cgroups. ValueError: the limit is "max".
        with contextlib.suppress(OSError, ValueError):
            return (int(limit.read_text()) - int(used.read_text())) / MIB
    return float("inf")


def _taken(ports: Iterable[int]) -> Iterator[str]:
    taken = [str(port) for port in ports if not _free(port)]
    if taken:
        other = "`python -m deploy.local up --free-ports` takes others"
        yield f"something else listens on 127.0.0.1, port {', '.join(taken)}; stop it, or {other}"


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # The services set this option too, with which a port counts as free while its last connections are closing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _unwritable(folder: Path) -> str | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as refusal:
        remedy = "choose another folder, or for the cache, set XDG_CACHE_HOME"
        return f"{folder} cannot be written by this user ({refusal.strerror}): {remedy}"


def _disk(folder: Path) -> Iterator[str]:
    free = shutil.disk_usage(folder).free / MIB
    if free < NEED_DISK_MIB:
        yield f"{free:.0f} MiB are free on the disk of {folder}, {NEED_DISK_MIB} are needed"


def _paths(folder: Path) -> Iterator[str]:
    for path in (folder.resolve(), initdb_program()):
        if len(os.fsencode(path)) > LONGEST_PATH:
            yield f"Postgres takes no path longer than {LONGEST_PATH} bytes: {path}"
    if set('"$`\\') & set(str(initdb_program())):
        yield f"Postgres's initdb takes no path with one of \" $ ` \\ in it: {initdb_program()}"
    if ":" in str(kafka_jars.cache()):
        yield f"Java takes no folder with a colon in its path: {kafka_jars.cache()}; set XDG_CACHE_HOME to another"


def _unreachable(folder: Path) -> Iterator[str]:
    """Yield a problem when the account that Postgres runs as under root cannot reach its programs or its data.

    Root is never refused, so only a try as that account can tell.
    """
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        yield f"Postgres refuses to run as root, and there is no user `{ACCOUNT}` to run it as; run as an ordinary user"
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix="preflight-") as made:
        data = Path(made) / "data"
        data.mkdir(mode=0o700)
        try:
            shutil.chown(data, ACCOUNT)
        except OSError:
            yield f"Postgres refuses to run as root, and root may not give files to `{ACCOUNT}` here; run as an ordinary user"
            return
        tries: dict[Path, list[str]] = {
            initdb_program(): [str(initdb_program()), "--version"],
            folder: ["/usr/bin/touch", str(data / "probe")],
        }
        for place, command in tries.items():
            tried = subprocess.run(process.leashed(command, ACCOUNT), check=False, capture_output=True, cwd=data)
            if tried.returncode != 0:
                yield (
                    f"Postgres refuses to run as root, and `{ACCOUNT}`, as whom it runs instead, cannot reach {place}; "
                    "run as an ordinary user, or from a folder that everybody may enter"
                )
                return


if __name__ == "__main__":
    check(Path(sys.argv[1] if len(sys.argv) > 1 else ".local"))
