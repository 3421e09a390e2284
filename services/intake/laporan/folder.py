"""The watched folder of exports: picks files up, and lays each down with a report once it is imported or rejected.

Each move is one rename, so that a file is always in exactly one place. A kill leaves it in `diproses`, from where it is
taken up again. The report is written before the last move: a file that has one is not imported again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

UNDER_WAY: Final = "diproses"
DONE: Final = "selesai"
REJECTED: Final = "ditolak"
# A file that was written to since is still being copied.
REST_S: Final = 10.0
# Programs that copy give these names to a file that is not whole yet.
_PARTIAL: Final = (".part", ".filepart", ".tmp", ".crdownload")


@dataclass(frozen=True, slots=True)
class FolderCounts:
    """The files that wait, since when the oldest does in seconds, and the files that were rejected."""

    waiting: int
    oldest_s: float
    rejected: int


class LaporanFolder:
    """One folder, which may be shared by replicas. Whoever calls must be the only one who picks up and lays down."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pick_up(self, now: datetime) -> list[Path]:
        """Pick up all files at rest, and return the files under way: those of a process that died, then the oldest."""
        for name in (UNDER_WAY, DONE, REJECTED):
            (self._path / name).mkdir(exist_ok=True)
        for number, file in enumerate(self._at_rest()):
            file.rename(self._path / UNDER_WAY / f"{now:%Y%m%dT%H%M%S.%f}-{number:04d}-{file.name}")
        return sorted(file for file in (self._path / UNDER_WAY).iterdir() if not file.name.startswith("."))

    def lay_down_reported(self, file: Path) -> bool:
        """Lay a file down that has its report already. Return whether it had one."""
        place = next((place for place in (DONE, REJECTED) if self._report(file, place).exists()), None)
        if place is not None:
            file.rename(self._path / place / file.name)
        return place is not None

    def lay_down(self, file: Path, place: str, report: Mapping[str, Any]) -> None:
        """Write the report of a file under way, then lay the file beside it."""
        target = self._report(file, place)
        draft = target.with_name(f".{target.name}")
        draft.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(target)
        file.rename(self._path / place / file.name)

    def count(self) -> FolderCounts:
        """Count the files. A rejected one counts as long as it lies beside its report."""
        waiting = [*self._files(self._path), *self._files(self._path / UNDER_WAY)]
        oldest = min((_changed(file) for file in waiting), default=time.time())
        rejected = [file for file in self._files(self._path / REJECTED) if self._report(file, REJECTED).exists()]
        return FolderCounts(len(waiting), max(0.0, time.time() - oldest), len(rejected))

    def _at_rest(self) -> list[Path]:
        """Return the files to which nobody writes any more, the oldest first: a later export tells what is true now."""
        before = time.time() - REST_S
        return [file for file in sorted(self._files(self._path), key=_changed) if _changed(file) < before]

    def _files(self, folder: Path) -> list[Path]:
        if not folder.exists():
            return []
        named = [file for file in folder.iterdir() if not file.name.startswith((".", "~"))]
        return [file for file in named if not file.is_symlink() and file.is_file() and file.suffix not in _PARTIAL]

    def _report(self, file: Path, place: str) -> Path:
        return self._path / place / f"{file.name}.json"


def _changed(file: Path) -> float:
    """Return when a file was last written to or moved. A copy may have kept the older time of its original."""
    found = file.stat()
    return max(found.st_mtime, found.st_ctime)
