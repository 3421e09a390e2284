"""A process that is killed between row, bytes and state loses no file that was kept, and leaves nothing for ever."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.media import sweeping
from services.intake.media.files import FolderFiles, name_of, names_of
from services.intake.media.keeping import MediaKeeper
from services.intake.media.sweeping import find_orphans, sweep
from shared.ids import new_id
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import names, picture, sent, whole

ROOT = Path(__file__).parents[3]
OWNER = "SMS Gateway"
# The files that each step has left in the store.
WRITTEN = {
    "after row": 0,
    "before bytes": 0,
    "while writing": 1,
    "after bytes": 1,
    "between thumbnails": 2,
    "before state": 3,
}
STEPS = list(WRITTEN)
CONTENT = picture()


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    async with opened(
        intake_database, media_folder=tmp_path / "media", media_spool=tmp_path / "spool"
    ) as running_intake:
        yield running_intake


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "media")


async def killed(intake: Intake, step: str) -> None:
    """Run the process that kills itself at this step."""
    settings = intake.settings
    given: dict[str, Any] = {
        "dsn": settings.dsn.get_secret_value(),
        "secret": "ab" * 32,
        "media_folder": str(settings.media_folder),
        "media_spool": str(settings.media_spool),
        "step": step,
    }
    environment = os.environ | {"GIVEN": json.dumps(given), "CONTENT": CONTENT.hex()}
    command = (sys.executable, "-m", "tests.support.media_killed")
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
    assert await child.wait() == -signal.SIGKILL


async def keep(intake: Intake, files: FolderFiles) -> Any:
    with sent(CONTENT) as file:
        return await MediaKeeper(intake.live.pool, intake.settings, files).keep_upload(OWNER, file)


@pytest.mark.parametrize("step", STEPS)
async def test_the_same_upload_after_a_kill_is_kept_whole(intake: Intake, files: FolderFiles, step: str) -> None:
    await killed(intake, step)
    assert [row["state"] for row in await intake.rows("SELECT state FROM media")] == ["awaited"]
    assert len(await names(files)) == WRITTEN[step]
    kept = await keep(intake, files)
    assert [row["state"] for row in await intake.rows("SELECT state FROM media")] == ["kept"]
    for name in names_of(kept.sha256):
        assert await whole(files, name)


@pytest.mark.parametrize("step", STEPS)
async def test_an_upload_that_nobody_repeats_leaves_nothing(
    intake: Intake, files: FolderFiles, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed(intake, step)
    await intake.rows("UPDATE media SET used_at = now() - interval '61 minutes'")
    monkeypatch.setattr(sweeping, "OLD", timedelta(seconds=-60))
    await find_orphans(intake.live.pool, files)
    await sweep(intake.live.pool, files, 24)
    assert await names(files) == []
    rows = await intake.rows("SELECT state, reason, sha256 FROM media")
    assert [tuple(row) for row in rows] == [("refused", "abandoned", None)]
    assert await intake.rows("SELECT * FROM media_doomed") == []


@pytest.mark.parametrize("step", ["before deletion", "after deletion"])
async def test_a_deletion_that_was_cut_off_is_finished_by_another_replica(
    intake: Intake, files: FolderFiles, step: str
) -> None:
    kept = await keep(intake, files)
    await intake.rows("INSERT INTO media_doomed VALUES ($1)", "cd" * 32)
    await intake.rows("UPDATE media SET used_at = now() - interval '25 hours'")
    await killed(intake, step)
    await sweep(intake.live.pool, files, 24)
    assert len(await intake.rows("SELECT * FROM media_doomed WHERE taken_at IS NOT NULL")) == 2
    await intake.rows("UPDATE media_doomed SET taken_at = now() - interval '6 minutes'")
    await sweep(intake.live.pool, files, 24)
    assert await names(files) == []
    assert await intake.rows("SELECT * FROM media_doomed") == []
    again = await keep(intake, files)
    assert again.sha256 == kept.sha256
    assert await whole(files, name_of(again.sha256))


async def test_a_file_of_a_complaint_survives_every_sweep(
    intake: Intake, files: FolderFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await keep(intake, files)
    await intake.rows("INSERT INTO media_links VALUES ($1, $2)", kept.id, new_id())
    await intake.rows("UPDATE media SET used_at = now() - interval '99 days', made_at = now() - interval '99 days'")
    monkeypatch.setattr(sweeping, "OLD", timedelta(seconds=-60))
    await find_orphans(intake.live.pool, files)
    await sweep(intake.live.pool, files, 24)
    assert await names(files) == sorted(names_of(kept.sha256))
