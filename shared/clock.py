"""Domain time: real, or stepped by a command for demonstrations and tests.

Only domain time passes through here. Signatures, leases, retries and rates use wall time.
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


class Clock(Protocol):
    """Gives instants in UTC."""

    def now(self) -> datetime:
        """The present instant of the domain."""
        ...

    def at(self, wall: datetime) -> datetime:
        """The domain instant that was shown when the wall clock showed ``wall``."""
        ...


class RealClock:
    """Domain time is wall time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def at(self, wall: datetime) -> datetime:
        return wall.astimezone(UTC)


class SteppedClock:
    """Stands still until it is stepped: a file of JSON lines ``{"wall": …, "domain": …}``, read again when it changes."""

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
    """Move the stepped clock to ``to``; never backwards. The new content appears at once, never half written.

    Raises ValueError when ``to`` is before the present domain instant, or no instant that can be meant.
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
    """The clock the settings ask for: stepped from a file, or the real one."""
    return SteppedClock(path) if path else RealClock()
