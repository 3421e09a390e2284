"""`python -m deploy.books` as a person or a job calls it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from shared.postgres.migrations import migrate
from tests.support.infra import Database

ROOT = Path(__file__).parents[3]
SERVICES = ("intake", "router", "sla", "notifier")


def books(dsn: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("TANGGAP_")}
    told = env | ({"TANGGAP_BOOKS_DSN": dsn} if dsn else {})
    command = [sys.executable, "-m", "deploy.books", "--settle", "0", *arguments]
    return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=60)


def tables(database: Database) -> None:
    for service in SERVICES:
        asyncio.run(migrate(database.dsn(f"{service}_owner"), service, Path("/nonexistent")))


def test_books_that_balance_end_with_0_and_a_sentence(database: Database) -> None:
    tables(database)
    ran = books(database.dsn("books"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "The books balance." in ran.stdout


def test_books_that_do_not_balance_end_with_1_and_a_report(database: Database) -> None:
    tables(database)

    async def write() -> None:
        connection = await asyncpg.connect(database.admin_dsn)
        await connection.execute(
            "INSERT INTO intake.state (key, version, read, written, waiting) "
            """VALUES (gen_random_uuid(), 1, '{}', '{"complaint.submissions.v1": 2}', false)"""
        )
        await connection.close()

    asyncio.run(write())
    ran = books(database.dsn("books"), "--json")
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["balanced"]) == (1, False)
    assert [(entry["writer"], entry["reader"], entry["written"]) for entry in report["missing"]] == [
        ("intake", "router", 2)
    ]


def test_a_database_that_cannot_be_asked_ends_with_2() -> None:
    ran = books("postgresql://books:x@127.0.0.1:9/tanggap")
    assert ran.returncode == 2
    assert "could not be compared" in ran.stderr


def test_a_missing_setting_stops_it_with_one_line_that_names_it() -> None:
    ran = books(None)
    assert ran.returncode == 1
    assert ran.stderr.strip().splitlines() == [
        "TANGGAP_BOOKS_DSN: is needed, the address of the database for the role books"
    ]
