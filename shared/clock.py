"""Domain time: real, or stepped by a command for demonstrations and tests.

This module serves domain time only. Signatures, leases, retries and rates use wall time.
"""

from __future__ import annotations

import bisect
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from shared.bounds import FIRST_DAY, LAST_DAY, checked

WITA = ZoneInfo("Asia/Makassar")
WIB = ZoneInfo("Asia/Jakarta")


class Clock(Protocol):
    """Gives instants in UTC."""

    def now(self) -> datetime:
        """Return the present instant in domain time."""
        ...

    def at(self, wall: datetime) -> datetime:
        """Return the domain time that was shown when the wall clock showed ``wall``."""
        ...


class RealClock:
    """A clock whose domain time is wall time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def at(self, wall: datetime) -> datetime:
        return wall.astimezone(UTC)


class SteppedClock:
    """A clock that stands still until it is stepped.

    It reads a file of JSON lines ``{"wall": …, "domain": …}``, and reads it again when the file changes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._walls: list[datetime] = []
        self._domains: list[datetime] = []

    def now(self) -> datetime:
        self._refresh()
        return self._domains[-1]

    def at(self, wall: datetime) -> datetime:
        self._refresh()
        index = bisect.bisect_right(self._walls, wall) - 1
        return self._domains[max(index, 0)]

    def _refresh(self) -> None:
        stat = self._path.stat()
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen == self._seen:
            return
        rows = [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines() if line]
        self._walls = [datetime.fromisoformat(row["wall"]) for row in rows]
        self._domains = [datetime.fromisoformat(row["domain"]) for row in rows]
        self._seen = seen


def step_clock(path: Path, to: datetime) -> None:
    """Move the stepped clock to ``to``, never backwards. The file is replaced at once, so it is never half written.

    Raises ValueError when ``to`` is before the present domain time or outside the bounds of ``shared.bounds``.
    """
    checked(to.date(), FIRST_DAY, LAST_DAY)
    lines = path.read_text(encoding="utf-8") if path.exists() else ""
    if lines and to < datetime.fromisoformat(json.loads(lines.splitlines()[-1])["domain"]):
        raise ValueError(f"the clock does not go backwards: {to.isoformat()}")
    row = {"wall": datetime.now(UTC).isoformat(), "domain": to.astimezone(UTC).isoformat()}
    fresh = path.with_suffix(".new")
    fresh.write_text(lines + json.dumps(row) + "\n", encoding="utf-8")
    fresh.replace(path)


def make_clock(path: Path | None) -> Clock:
    """Return the clock that the settings ask for: stepped from a file, or the real one."""
    return SteppedClock(path) if path else RealClock()
