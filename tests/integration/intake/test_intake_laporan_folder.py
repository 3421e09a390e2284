"""The watched folder of exports on the real Postgres: nothing is lost or imported twice, whatever dies in the middle."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from services.intake.actions import importing
from services.intake.actions.running import RunningIntake
from services.intake.laporan import folder as module
from services.intake.laporan.folder import DONE, REJECTED, UNDER_WAY, LaporanFolder
from services.intake.loops.laporan_folder import look
from services.intake.store import Q
from shared.errors import Unavailable
from tests.support.intake import Intake, laporan, laporan_row


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaporanFolder:
    monkeypatch.setattr(module, "REST_S", -1.0)
    return LaporanFolder(tmp_path)


def reports(path: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in path.glob("*.json")]


async def test_an_export_is_imported_and_lies_beside_its_report(
    intake: Intake, folder: LaporanFolder, tmp_path: Path
) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(laporan(laporan_row("11"), laporan_row("12", "tidak dikenal")))
    await look(RunningIntake(intake.live, intake.settings), folder)
    [report] = reports(tmp_path / DONE)
    assert (report["accepted"], len(report["bad"])) == (1, 1)
    assert len(await intake.events("submission.")) == 1
    assert (folder.count().waiting, folder.count().rejected) == (0, 0)


async def test_what_is_no_export_is_rejected_with_the_reason_and_holds_up_no_other(
    intake: Intake, folder: LaporanFolder, tmp_path: Path
) -> None:
    whole = laporan(laporan_row("11"))
    (tmp_path / "a.xlsx").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.xlsx").write_bytes(whole)
    await look(RunningIntake(intake.live, intake.settings), folder)
    [report] = reports(tmp_path / REJECTED)
    assert report["reason"]
    assert [one["accepted"] for one in reports(tmp_path / DONE)] == [1]
    assert folder.count().rejected == 1


@pytest.mark.parametrize("after", [1, 3])
async def test_a_process_that_dies_in_the_middle_loses_no_row_and_imports_none_twice(
    intake: Intake, folder: LaporanFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """It dies after the first of three batches, and after all of them but before the report."""
    monkeypatch.setattr(importing, "BATCH", 10)
    (tmp_path / "ekspor.xlsx").write_bytes(laporan(*(laporan_row(str(number)) for number in range(1, 31))))
    batch: Callable[..., Awaitable[None]] = importing._batch
    done = 0

    async def die(*given: Any) -> None:
        nonlocal done
        await batch(*given)
        done += 1
        if done == after:
            raise Killed

    monkeypatch.setattr(importing, "_batch", die)
    service = RunningIntake(intake.live, intake.settings)
    with pytest.raises(Killed):
        await look(service, folder)
    assert (folder.count().waiting, reports(tmp_path / DONE)) == (1, [])
    await look(service, folder)
    [report] = reports(tmp_path / DONE)
    assert (report["accepted"], report["unchanged"]) == (30 - 10 * after, 10 * after)
    assert len(await intake.events("submission.")) == 30


async def test_two_replicas_import_a_file_once(intake: Intake, folder: LaporanFolder, tmp_path: Path) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(laporan(*(laporan_row(str(number)) for number in range(1, 31))))
    service = RunningIntake(intake.live, intake.settings)
    await asyncio.gather(look(service, folder), look(service, folder))
    await look(service, folder)
    [report] = reports(tmp_path / DONE)
    assert (report["accepted"], report["unchanged"]) == (30, 0)


async def test_a_replica_leaves_the_folder_alone_while_another_has_it(
    intake: Intake, folder: LaporanFolder, tmp_path: Path
) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(laporan(laporan_row("11")))
    service = RunningIntake(intake.live, intake.settings)
    async with intake.live.pool.acquire() as connection:
        assert await connection.fetchval(Q["take_laporan_folder"])
        await look(service, folder)
        assert (tmp_path / "ekspor.xlsx").exists()
        await connection.execute(Q["leave_laporan_folder"])
    await look(service, folder)
    assert len(reports(tmp_path / DONE)) == 1


async def test_while_nothing_can_be_stored_the_file_waits(
    intake: Intake, folder: LaporanFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(laporan(laporan_row("11")))

    async def away(*_given: Any) -> None:
        raise Unavailable

    service = RunningIntake(intake.live, intake.settings)
    with monkeypatch.context() as patched:
        patched.setattr(importing, "_batch", away)
        with pytest.raises(Unavailable):
            await look(service, folder)
    assert len(list((tmp_path / UNDER_WAY).iterdir())) == 1
    await look(service, folder)
    assert [one["accepted"] for one in reports(tmp_path / DONE)] == [1]
