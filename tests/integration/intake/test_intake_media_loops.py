"""The loops of the media store: they work on while the store is away, and only the leader sweeps."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.app import build
from services.intake.loops import media as loops
from services.intake.media.files import FolderFiles
from services.intake.media.keeping import MediaKeeper
from shared.runtime.running import Running
from tests.support.infra import Database
from tests.support.intake import Intake, opened, settings_of
from tests.support.media import PDF, names, sent
from tests.support.toys import until


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    async with opened(
        intake_database, media_folder=tmp_path / "media", media_spool=tmp_path / "spool"
    ) as running_intake:
        with sent(PDF) as file:
            await MediaKeeper(running_intake.live.pool, running_intake.settings).keep_upload("SMS Gateway", file)
        await running_intake.rows("UPDATE media SET used_at = now() - interval '25 hours'")
        yield running_intake


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "SWEEP_S", 0.05)


@contextlib.asynccontextmanager
async def sweeping(intake: Intake) -> AsyncIterator[None]:
    task = asyncio.create_task(loops.sweep_media(intake.live, intake.settings))
    yield
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_leader_sweeps_again_and_again_also_after_the_store_was_away(
    intake: Intake, quick: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Running, "leading", lambda _running: True)
    files, folder = FolderFiles(tmp_path / "media"), tmp_path / "media"
    folder.rename(tmp_path / "elsewhere")
    folder.write_bytes(b"no folder")
    async with sweeping(intake):
        await asyncio.sleep(0.5)
        folder.unlink()
        (tmp_path / "elsewhere").rename(folder)
        await intake.rows("UPDATE media_doomed SET taken_at = now() - interval '6 minutes'")

        async def empty() -> bool:
            return await names(files) == [] and not await intake.rows("SELECT * FROM media_doomed")

        await until(empty, "the sweep deletes the bytes")


async def test_a_replica_that_does_not_lead_sweeps_nothing(intake: Intake, quick: None, tmp_path: Path) -> None:
    async with sweeping(intake):
        await asyncio.sleep(0.5)
    assert len(await names(FolderFiles(tmp_path / "media"))) == 1


@pytest.mark.parametrize(
    ("token", "app_secrets", "more"),
    [(None, "", []), ("token", "", ["media_fetching"]), (None, "rahasia", ["media_fetching"])],
)
def test_files_are_fetched_only_from_a_platform_that_is_on(
    intake_database: Database, token: Any, app_secrets: str, more: list[str]
) -> None:
    app = build(settings_of(intake_database, whatsapp_token=token, instagram_app_secrets=app_secrets))
    names = [loop.__name__ for loop in app.loops]
    assert names == [
        "live",
        "media",
        "say_media",
        "comparing",
        "choices",
        "count_accepted",
        "forget_words",
        "clear_forms",
        *more,
    ]


async def test_the_fetching_goes_on_until_it_is_cancelled(intake: Intake) -> None:
    settings = intake.settings.model_copy(update={"whatsapp_base": "http://127.0.0.1:1"})
    task = asyncio.create_task(loops.fetch_media(intake.live, settings))
    await asyncio.sleep(0.3)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
