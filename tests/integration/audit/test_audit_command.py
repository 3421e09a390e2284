"""`python -m deploy.audit` as a person or a container calls it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.local.process import free_port
from shared.ids import new_id
from tests.support.log import as_superuser, sealed
from tests.support.toys import World

ROOT = Path(__file__).parents[3]
KEYS = [new_id(), new_id()]


def environment(dsn: str | None, file: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("TANGGAP_")}
    return env | {"TANGGAP_AUDIT_ANCHORS": str(file)} | ({"TANGGAP_BOOKS_DSN": dsn} if dsn else {})


async def audit(dsn: str | None, file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.audit", *arguments]
    return await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=ROOT,
        env=environment(dsn, file),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def spoil(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("nothing\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outside" / "anchors.jsonl"


@pytest.fixture
async def dsn(log: World) -> str:
    await sealed(log, KEYS)
    return log.database.dsn("books")


async def test_anchor_adds_a_line_for_each_service_and_verify_compares_them(dsn: str, file: Path) -> None:
    for _ in range(2):
        ran = await audit(dsn, file, "anchor")
        assert (ran.returncode, ran.stderr) == (0, "")
    lines = [json.loads(line) for line in lines_of(file)]
    assert [(line["service"], line["number"]) for line in lines] == [
        ("intake", 6),
        ("router", 0),
        ("sla", 0),
        ("notifier", 0),
    ] * 2
    ran = await audit(dsn, file, "verify")
    assert (ran.returncode, ran.stderr) == (0, "")
    said = ran.stdout.splitlines()
    assert [line.partition(":")[0] for line in said] == ["intake", "router", "sla", "notifier"]
    assert said[0].startswith("intake: 6 rows checked, 0 not sealed yet; all as sealed, 2 anchors fit (")


async def test_a_wrong_row_is_named_and_the_status_is_1(log: World, dsn: str, file: Path) -> None:
    await as_superuser(log.database, "UPDATE intake.events SET actor = 'opd:dishub' WHERE position = 3")
    ran = await audit(dsn, file, "verify")
    assert ran.returncode == 1
    assert ran.stdout.startswith(
        f"intake: altered at number 3: position 3, complaint.submissions.v1, key {KEYS[0]}, sequence 2, "
    )
    assert "no anchors in" in ran.stderr
    ran = await audit(dsn, file, "verify", "--only", "sla")
    assert ran.returncode == 0


async def test_a_chain_without_its_newest_anchor_gets_no_new_one(log: World, dsn: str, file: Path) -> None:
    assert (await audit(dsn, file, "anchor")).returncode == 0
    kept = lines_of(file)
    await as_superuser(log.database, "DELETE FROM intake.seals WHERE number = 6")
    ran = await audit(dsn, file, "anchor")
    assert (ran.returncode, lines_of(file)) == (1, kept)
    assert ran.stderr == "not anchored: the chain does not hold its newest anchor: intake\n"


async def test_what_cannot_be_read_ends_with_2(dsn: str, file: Path) -> None:
    ran = await audit("postgresql://books:x@127.0.0.1:9/tanggap", file, "verify")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("not possible: ")
    spoil(file)
    for command in ("verify", "anchor"):
        ran = await audit(dsn, file, command)
        assert (ran.returncode, ran.stderr) == (2, f"not possible: {file}: line 1 is no anchor\n")


async def test_a_missing_setting_stops_it_with_one_line_that_names_it(file: Path) -> None:
    ran = await audit(None, file, "verify")
    assert ran.returncode == 1
    assert ran.stderr.strip() == "TANGGAP_BOOKS_DSN: is needed, the address of the database for the role books"


async def test_the_role_of_the_books_sees_nobodys_words(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("SELECT * FROM intake.books_log")
        assert len(rows) == 6
        assert "lampu" not in str([tuple(row) for row in rows])
        for table in ("events", "seals"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM intake.{table}")
    finally:
        await connection.close()


async def test_watch_anchors_at_once_and_tells_of_a_chain_that_contradicts(log: World, dsn: str, file: Path) -> None:
    first = await watched(dsn, file)
    assert len(lines_of(file)) == 4
    assert float(first["tanggap_audit_anchored_timestamp_seconds"]) > time.time() - 60
    assert first['tanggap_audit_contradicted{writer="intake"}'] == "0.0"
    # The anchors are not a day old, so a second process adds none.
    await as_superuser(log.database, "UPDATE intake.seals SET link = sha256('') WHERE number = 6")
    second = await watched(dsn, file)
    assert len(lines_of(file)) == 4
    assert second['tanggap_audit_contradicted{writer="intake"}'] == "1.0"
    assert second['tanggap_audit_contradicted{writer="sla"}'] == "0.0"


async def watched(dsn: str, file: Path) -> dict[str, str]:
    """Run `watch` until its first look is over. Return its metrics; a signal ends it with status 0."""
    port = free_port()
    env = environment(dsn, file) | {"TANGGAP_AUDIT_OPS_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.audit", "watch", cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE
    )
    try:
        until = time.monotonic() + 20
        found: dict[str, str] = {}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while float(found.get("tanggap_audit_anchored_timestamp_seconds", 0)) == 0:
                assert time.monotonic() < until
                await asyncio.sleep(0.1)
                try:
                    text = (await client.get("/metrics")).text
                except httpx.TransportError:
                    continue
                found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.get("/livez")).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    return found
