"""The moves of the watched folder of exports: a file is always in one place, and a report ends its import."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.intake.laporan import folder as module
from services.intake.laporan.folder import DONE, REJECTED, UNDER_WAY, LaporanFolder

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaporanFolder:
    monkeypatch.setattr(module, "REST_S", -1.0)
    return LaporanFolder(tmp_path)


def names(path: Path) -> list[str]:
    return sorted(file.name.split("-", 2)[-1] for file in path.iterdir())


def test_files_are_picked_up_in_the_order_in_which_they_came(folder: LaporanFolder, tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.xlsx"):
        (tmp_path / name).write_bytes(b"isi")
        time.sleep(0.02)
    assert [file.name.rpartition("-")[2] for file in folder.pick_up(NOW)] == ["b.xlsx", "a.xlsx"]
    assert folder.count().waiting == 2


def test_a_file_that_is_still_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(b"isi")
    os.utime(tmp_path / "ekspor.xlsx", (1, 1))
    assert LaporanFolder(tmp_path).pick_up(NOW) == []


def test_what_is_no_whole_file_is_left_alone(folder: LaporanFolder, tmp_path: Path) -> None:
    for name in (".ekspor.xlsx", "~$ekspor.xlsx", "ekspor.xlsx.part"):
        (tmp_path / name).write_bytes(b"isi")
    (tmp_path / "tautan.xlsx").symlink_to("/etc/hostname")
    (tmp_path / "folder.xlsx").mkdir()
    assert folder.pick_up(NOW) == []


def test_a_second_file_of_the_same_name_replaces_nothing(folder: LaporanFolder, tmp_path: Path) -> None:
    for second in range(2):
        (tmp_path / "ekspor.xlsx").write_bytes(b"isi")
        [file] = folder.pick_up(NOW.replace(second=second))
        folder.lay_down(file, DONE, {"accepted": second})
    assert names(tmp_path / DONE) == ["ekspor.xlsx", "ekspor.xlsx", "ekspor.xlsx.json", "ekspor.xlsx.json"]


def test_a_rejected_file_lies_beside_its_reason_and_is_counted_until_somebody_takes_it_away(
    folder: LaporanFolder, tmp_path: Path
) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(b"isi")
    [file] = folder.pick_up(NOW)
    folder.lay_down(file, REJECTED, {"reason": "Bukan Laporan Ringkas."})
    assert json.loads((tmp_path / REJECTED / f"{file.name}.json").read_text()) == {"reason": "Bukan Laporan Ringkas."}
    assert folder.count().rejected == 1
    (tmp_path / REJECTED / file.name).unlink()
    assert folder.count().rejected == 0


@pytest.mark.parametrize("place", [DONE, REJECTED])
def test_a_file_whose_report_is_there_is_only_laid_down(folder: LaporanFolder, tmp_path: Path, place: str) -> None:
    """The process died between the report and the last move."""
    (tmp_path / "ekspor.xlsx").write_bytes(b"isi")
    [file] = folder.pick_up(NOW)
    assert not folder.lay_down_reported(file)
    (tmp_path / place / f"{file.name}.json").write_text("{}")
    [again] = folder.pick_up(NOW)
    assert folder.lay_down_reported(again)
    assert list((tmp_path / UNDER_WAY).iterdir()) == []
    assert names(tmp_path / place) == ["ekspor.xlsx", "ekspor.xlsx.json"]
