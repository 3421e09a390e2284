"""The verbs of the notifier's own command line, on the real Postgres."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.notifier.channels.webhook_secrets import is_secret
from services.notifier.cli import app
from tests.support.infra import Database
from tests.support.notifier_facts import officers

RECEIVER = "https://mitra.example/tanggap"


@pytest.fixture(autouse=True)
def environment(notifier_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_NOTIFIER_DSN", notifier_database.dsn("notifier"))
    monkeypatch.setenv("TANGGAP_NOTIFIER_SECRET", "ab" * 32)
    monkeypatch.setenv("TANGGAP_NOTIFIER_WEBHOOK_ALLOW_LOOPBACK", "true")


async def invoke(*arguments: str) -> Result:
    """Run one verb as a process of its own would, with an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, arguments)


async def test_a_table_is_imported_and_listed_without_whole_addresses(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(officers("http://127.0.0.1:9"), encoding="utf-8")
    imported = await invoke("addresses", "import", str(file))
    listed = await invoke("addresses", "list")
    assert json.loads(imported.output) == {"imported": 7, "retired": 0}
    assert (listed.exit_code, len(listed.output.splitlines())) == (0, 7)
    assert "pejabat.dishub@kaltim.example" not in listed.output


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"role,opd\n", "columns missing: name, channel, address"), (b"\xff\xfe", "cannot be read as a text file")],
)
async def test_a_bad_file_ends_with_one_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    refused = await invoke("addresses", "import", str(file))
    assert refused.exit_code == 1
    assert message in str(refused.exception)


async def test_a_receiver_is_added_rotated_finished_and_removed() -> None:
    first, second = await invoke("receivers", "add", RECEIVER), await invoke("receivers", "rotate", RECEIVER)
    listed = await invoke("receivers", "list")
    assert is_secret(first.output.strip())
    assert is_secret(second.output.strip())
    assert listed.output.split()[:2] == ["https://mitra.example", "2"]
    assert (await invoke("receivers", "finish", RECEIVER)).output == "done\n"
    assert (await invoke("receivers", "remove", RECEIVER)).output == "done\n"
    assert (await invoke("receivers", "list")).output == ""


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        ("rotate", "this receiver is not known, or a rotation is under way"),
        ("finish", "this receiver is not known, or no rotation is under way"),
        ("remove", "this receiver is not known"),
        ("resume", "none of this receiver's addresses is left alone"),
    ],
)
async def test_a_change_that_does_not_fit_ends_with_one_sentence(verb: str, message: str) -> None:
    refused = await invoke("receivers", verb, RECEIVER)
    assert refused.exit_code == 1
    assert message in str(refused.exception)


async def test_a_new_secret_is_one_that_an_import_takes() -> None:
    assert is_secret((await invoke("addresses", "new-secret")).output.strip())
