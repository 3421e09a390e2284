"""The verbs of intake's command line on the real Postgres."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.intake.cli import app
from tests.support.intake import SECRET, Intake, laporan, laporan_row


@pytest.fixture
def environment(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment of a command that works on this database."""
    monkeypatch.setenv("TANGGAP_INTAKE_DSN", intake.settings.dsn.get_secret_value())
    monkeypatch.setenv("TANGGAP_INTAKE_SECRET", SECRET)


async def run(*words: str) -> Any:
    """Run a verb in a thread, since it starts an event loop of its own."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, list(words)))


async def test_an_export_is_imported_and_reported(intake: Intake, environment: None, tmp_path: Path) -> None:
    file = tmp_path / "ekspor.xlsx"
    file.write_bytes(laporan(laporan_row("11"), laporan_row("tanpa angka")))
    first, again = [await run("import-laporan", str(file), *more) for more in ((), ("--json", "--history", "all"))]
    assert first.output.startswith("1 aduan baru (di antaranya 0 sudah berakhir di SP4N, 1 riwayat), ")
    assert "baris 4: Tracking ID harus berupa angka." in first.output
    assert {name: json.loads(again.output)[name] for name in ("accepted", "unchanged")} == {
        "accepted": 0,
        "unchanged": 1,
    }


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (None, (), "No such file"),
        (b"bukan berkas", (), "Tidak ada baris yang diimpor."),
        (b"", ("--history", "kadang"), "must be one of auto, all, none"),
    ],
    ids=["no file", "no export", "no such choice"],
)
async def test_what_cannot_be_imported_is_refused_in_one_line(
    intake: Intake,
    environment: None,
    tmp_path: Path,
    content: bytes | None,
    options: tuple[str, ...],
    words: str,
) -> None:
    file = tmp_path / "ekspor.xlsx"
    if content is not None:
        file.write_bytes(content)
    result = await run("import-laporan", str(file), *options)
    assert result.exit_code != 0
    assert words in f"{result.output} {result.exception}"
    assert await intake.events() == []


async def test_an_erasure_by_an_operator_blanks_the_complaint_and_leaves_its_reason(
    intake: Intake, environment: None
) -> None:
    ticket = (await intake.post({"text": "Lampu padam", "reporter": {"whatsapp": "080000000123"}})).json()["ticket"]
    done, unknown = await run("erase", ticket.lower(), "--why", "surat 12/2026"), await run("erase", "x", "--why", "-")
    assert json.loads(done.output) == {"ticket": ticket, "erased": True}
    [read] = await intake.rows("SELECT * FROM reads")
    assert "erased: surat 12/2026" in dict(read).values()
    assert [type_ for type_, _ in await intake.events("contact.erased")] == ["contact.erased"]
    assert unknown.exit_code != 0
    assert "tidak ditemukan" in f"{unknown.output} {unknown.exception}"
