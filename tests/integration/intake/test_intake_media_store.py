"""The media store on the real Postgres, with a folder and with an S3 server, by the same tests."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.media import sweeping
from services.intake.media.errors import MediaAway, MediaMissing, MediaRefused
from services.intake.media.files import FolderFiles, MediaFiles, name_of, names_of
from services.intake.media.keeping import KeptMedia, MediaKeeper
from services.intake.media.marking import NAME, StoreMark
from services.intake.media.spool import delete_leftovers
from services.intake.media.sweeping import delete_doomed, find_orphans, sweep
from shared.ids import new_id
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import PDF, clamd, located, names, picture, sent, whole

OWNER = "SMS Gateway"


@pytest.fixture
async def intake(intake_database: Database, media_settings: dict[str, Any]) -> AsyncIterator[Intake]:
    async with opened(intake_database, **media_settings) as running_intake:
        yield running_intake


@pytest.fixture
def keeper(intake: Intake, media_files: MediaFiles) -> MediaKeeper:
    return MediaKeeper(intake.live.pool, intake.settings, media_files)


async def keep(keeper: MediaKeeper, content: bytes, owner: str = OWNER) -> Any:
    with sent(content) as file:
        return await keeper.keep_upload(owner, file)


async def rows(intake: Intake, column: str = "state") -> list[Any]:
    return [row[0] for row in await intake.rows(f"SELECT {column} FROM media ORDER BY id")]


async def test_a_kept_picture_has_its_row_its_bytes_and_its_thumbnails(intake: Intake, keeper: MediaKeeper) -> None:
    content = picture(exif=located())
    kept = await keep(keeper, content)
    [row] = await intake.rows("SELECT * FROM media")
    assert (row["state"], row["type"], row["size"], row["scanned"]) == ("kept", "image/jpeg", kept.size, False)
    assert (row["latitude"], row["taken_at"]) == (-0.502083, datetime(2026, 3, 16, 2, tzinfo=UTC))
    assert await names(keeper.files) == sorted(names_of(kept.sha256))
    served = await whole(keeper.files, name_of(kept.sha256))
    assert len(served) == kept.size
    assert b"Exif" not in served


async def test_a_document_is_kept_as_it_is(keeper: MediaKeeper) -> None:
    kept = await keep(keeper, PDF)
    assert await whole(keeper.files, name_of(kept.sha256)) == PDF
    assert await names(keeper.files) == [name_of(kept.sha256)]


async def test_the_same_file_fifty_times_at_once_is_one_row_and_one_set_of_bytes(
    intake: Intake, keeper: MediaKeeper, media_settings: dict[str, Any]
) -> None:
    other = MediaKeeper(intake.live.pool, intake.settings)
    content = picture()
    kept = await asyncio.gather(*(keep(one, content) for one in [keeper, other] * 25))
    assert len({one.id for one in kept}) == 1
    assert await rows(intake) == ["kept"]
    assert await names(keeper.files) == sorted(names_of(kept[0].sha256))


async def test_two_senders_of_equal_bytes_share_them_and_know_nothing_of_each_other(
    intake: Intake, keeper: MediaKeeper
) -> None:
    one, other = await keep(keeper, PDF), await keep(keeper, PDF, "KIM Loa Janan")
    assert one.id != other.id
    assert not other.repeat
    assert await names(keeper.files) == [name_of(one.sha256)]


async def test_a_refused_file_leaves_its_reason_and_no_bytes(intake: Intake, keeper: MediaKeeper) -> None:
    for _ in range(2):
        with pytest.raises(MediaRefused):
            await keep(keeper, b"<svg/>")
    assert await rows(intake, "state || ' ' || reason") == ["refused type", "refused type"]
    assert await names(keeper.files) == []


async def test_a_file_that_the_scanner_passed_says_so(
    intake_database: Database, media_settings: dict[str, Any]
) -> None:
    async with (
        clamd() as scanner,
        opened(intake_database, **media_settings, media_clamd=scanner.address) as intake,
    ):
        keeper = MediaKeeper(intake.live.pool, intake.settings)
        await keep(keeper, PDF)
        with pytest.raises(MediaRefused):
            await keep(keeper, PDF.replace(b"<<>>", b"EICAR"))
        assert await rows(intake, "state || ' ' || coalesce(scanned::text, reason)") == [
            "kept true",
            "refused infected",
        ]


async def test_a_scanner_that_is_away_leaves_a_file_that_can_be_sent_again(
    intake: Intake, keeper: MediaKeeper, intake_database: Database
) -> None:
    away = MediaKeeper(intake.live.pool, intake.settings.model_copy(update={"media_clamd": "127.0.0.1:1"}))
    with pytest.raises(MediaAway):
        await keep(away, PDF)
    assert await rows(intake) == ["awaited"]
    await keep(keeper, PDF)
    assert await rows(intake) == ["kept"]


async def test_a_missing_file_is_said_to_be_missing(media_files: MediaFiles) -> None:
    with pytest.raises(MediaMissing):
        await media_files.read(name_of("ab" * 32))
    await media_files.delete(names_of("ab" * 32))


async def test_the_sweep_leaves_what_is_needed_and_what_is_young(
    intake: Intake, keeper: MediaKeeper, tmp_path: Path
) -> None:
    kept = await keep(keeper, PDF)
    await keeper.files.put(name_of("cd" * 32), _file(tmp_path))
    await sweep(intake.live.pool, keeper.files, 24)
    await find_orphans(intake.live.pool, keeper.files)
    await delete_doomed(intake.live.pool, keeper.files)
    assert await names(keeper.files) == sorted([name_of(kept.sha256), name_of("cd" * 32)])


async def test_bytes_without_a_row_go_after_an_hour(
    intake: Intake, keeper: MediaKeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await keep(keeper, PDF)
    for name in (*names_of("cd" * 32), "incoming/leftover", "ab/not-ours"):
        await keeper.files.put(name, _file(tmp_path))
    monkeypatch.setattr(sweeping, "OLD", timedelta(seconds=-60))
    await find_orphans(intake.live.pool, keeper.files)
    await sweep(intake.live.pool, keeper.files, 24)
    assert await names(keeper.files) == sorted(["ab/not-ours", name_of(kept.sha256)])
    assert await intake.rows("SELECT * FROM media_doomed") == []


async def test_a_file_that_no_complaint_names_is_erased_after_a_day(intake: Intake, keeper: MediaKeeper) -> None:
    await keep(keeper, picture(exif=located()))
    linked = await keep(keeper, PDF)
    await intake.rows("INSERT INTO media_links VALUES ($1, $2)", linked.id, new_id())
    await intake.rows("UPDATE media SET used_at = now() - interval '25 hours'")
    await sweep(intake.live.pool, keeper.files, 24)
    assert await rows(intake) == ["erased", "kept"]
    assert await rows(intake, "coalesce(sha256, sent_sha256, taken_at::text, latitude::text) IS NULL") == [True, False]
    assert await names(keeper.files) == [name_of(linked.sha256)]
    again = await keep(keeper, picture(exif=located()))
    assert await whole(keeper.files, name_of(again.sha256))


async def test_bytes_stay_as_long_as_another_row_needs_them(intake: Intake, keeper: MediaKeeper) -> None:
    one, other = await keep(keeper, PDF), await keep(keeper, PDF, "KIM Loa Janan")
    await intake.rows("INSERT INTO media_links VALUES ($1, $2)", other.id, new_id())
    await intake.rows("UPDATE media SET used_at = now() - interval '25 hours'")
    await sweep(intake.live.pool, keeper.files, 24)
    assert await rows(intake) == ["erased", "kept"]
    assert await whole(keeper.files, name_of(one.sha256)) == PDF
    await intake.rows("DELETE FROM media_links")
    await sweep(intake.live.pool, keeper.files, 24)
    assert await names(keeper.files) == []


async def test_nobody_writes_bytes_that_are_being_deleted(intake: Intake, keeper: MediaKeeper) -> None:
    kept = await keep(keeper, PDF)
    await intake.rows("DELETE FROM media")
    await intake.rows("INSERT INTO media_doomed VALUES ($1, now())", kept.sha256)
    writing = asyncio.create_task(keep(keeper, PDF))
    await asyncio.sleep(0.5)
    assert not writing.done()
    await keeper.files.delete(names_of(kept.sha256))
    await intake.rows("DELETE FROM media_doomed")
    await writing
    assert await whole(keeper.files, name_of(kept.sha256)) == PDF


async def test_bytes_that_stay_in_deletion_refuse_the_file_for_now(intake: Intake, keeper: MediaKeeper) -> None:
    kept = await keep(keeper, PDF)
    await intake.rows("DELETE FROM media")
    await intake.rows("INSERT INTO media_doomed VALUES ($1, now())", kept.sha256)
    with pytest.raises(MediaAway):
        await keep(keeper, PDF)


async def test_sweeps_and_uploads_at_once_never_lose_bytes_that_a_row_names(
    intake: Intake, keeper: MediaKeeper
) -> None:
    contents = [PDF + b"%%%d %%%%EOF" % number for number in range(4)]
    stop = asyncio.Event()

    async def sweeps() -> None:
        while not stop.is_set():
            await intake.rows("UPDATE media SET used_at = now() - interval '25 hours' WHERE state = 'kept'")
            await sweep(intake.live.pool, keeper.files, 24)

    sweeping_ = asyncio.create_task(sweeps())
    outcomes: list[Any] = []
    for _ in range(6):
        outcomes += await asyncio.gather(*(keep(keeper, content) for content in contents), return_exceptions=True)
    stop.set()
    await sweeping_
    assert {type(outcome) for outcome in outcomes} <= {KeptMedia, MediaAway}
    for row in await intake.rows("SELECT sha256 FROM media WHERE state = 'kept'"):
        assert await whole(keeper.files, name_of(row["sha256"]))
    assert len(await names(keeper.files)) <= len(contents)


async def test_a_row_erased_while_its_bytes_are_written_is_not_kept(intake: Intake, keeper: MediaKeeper) -> None:
    class Slow:
        """A store in which the row is erased after the bytes are written."""

        def __getattr__(self, name: str) -> Any:
            return getattr(keeper.files, name)

        async def put(self, name: str, path: Path) -> None:
            await keeper.files.put(name, path)
            await intake.rows("UPDATE media SET state = 'erased', sha256 = NULL")

    with pytest.raises(MediaAway):
        await keep(MediaKeeper(intake.live.pool, intake.settings, Slow()), PDF)
    assert await rows(intake) == ["erased"]


async def test_only_our_own_user_can_read_a_folder_of_files(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "media")
    await files.put(name_of("ab" * 32), _file(tmp_path))
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "media").rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (tmp_path / "media", *(tmp_path / "media").iterdir())}
    assert (modes, folders) == ({0o600}, {0o700})


async def test_the_store_of_another_database_is_neither_written_nor_swept(
    intake: Intake, keeper: MediaKeeper, tmp_path: Path
) -> None:
    kept = await keep(keeper, PDF)
    stranger = tmp_path / "mark"
    stranger.write_bytes(str(new_id()).encode())
    await keeper.files.put(NAME, stranger)
    with pytest.raises(MediaAway):
        await keep(MediaKeeper(intake.live.pool, intake.settings), picture())
    with pytest.raises(MediaAway):
        await StoreMark(intake.live.pool, keeper.files).check()
    assert await names(keeper.files) == [name_of(kept.sha256)]


def test_the_spool_of_a_killed_process_is_emptied_after_an_hour(tmp_path: Path) -> None:
    old, young = tmp_path / "tanggap-media-old", tmp_path / "tanggap-media-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "sent").write_bytes(b"x")
    os.utime(old, (0, 0))
    assert delete_leftovers(tmp_path) == 1
    assert [one.name for one in tmp_path.iterdir()] == [young.name]
    shutil.rmtree(young)


async def test_a_store_that_is_away_says_so(intake_database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    bucket = {
        "media_bucket": "berkas",
        "media_s3_url": "http://127.0.0.1:1",
        "media_s3_key": "a",
        "media_s3_secret": "b",
    }
    for away in ({"media_folder": tmp_path / "file" / "media"}, bucket):
        async with opened(intake_database, **away) as intake:
            keeper = MediaKeeper(intake.live.pool, intake.settings)
            with pytest.raises(MediaAway):
                await keep(keeper, PDF)
            assert await rows(intake) == ["awaited"]


def _file(folder: Path) -> Path:
    path = folder / "bytes"
    path.write_bytes(b"bytes")
    return path
