"""The servers of this machine: killed, restarted, and never left behind."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg

from deploy.local import process
from deploy.local.postgres import LocalPostgres

PARENT = """
import sys, time
from pathlib import Path
from deploy.local import process
child = process.start("sleeper", ["/bin/sleep", "60"], Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


async def _keep(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE kept AS SELECT 7 AS x")
    await connection.close()


async def _kept(dsn: str) -> object:
    connection = await asyncpg.connect(dsn)
    found = await connection.fetchval("SELECT x FROM kept")
    await connection.close()
    return found


def test_postgres_comes_back_with_its_data_on_the_same_address_after_a_kill(tmp_path: Path) -> None:
    own = LocalPostgres(tmp_path)
    own.start()
    before = own.admin_dsn
    asyncio.run(_keep(before))
    own.kill()
    own.start()
    assert own.admin_dsn == before
    assert asyncio.run(_kept(before)) == 7
    own.stop()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(child)


def test_a_free_port_is_none_that_outgoing_connections_are_given() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert process.free_port() < first
