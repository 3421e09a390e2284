"""Liveness and readiness. Live: the loops moved. Ready: Postgres, Kafka and the assignment are there."""

from __future__ import annotations

import time

STALE_S = 60.0


class Health:
    """The state of a process as its loops report it."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}
        self._state: dict[str, bool] = {}

    def beat(self, loop: str) -> None:
        """Note that the loop moved."""
        self._beats[loop] = time.monotonic()

    def rest(self, loop: str) -> None:
        """Note that the loop has ended on purpose, so that it is not missed."""
        self._beats.pop(loop, None)

    def trouble(self, what: str) -> None:
        """Note that a needed part is away."""
        self._state[what] = False

    def well(self, what: str) -> None:
        """Note that a needed part is there again."""
        self._state[what] = True

    def set(self, what: str, good: bool) -> None:
        """Note whether a needed part is there."""
        self._state[what] = good

    def stale(self) -> list[str]:
        """Return the loops that have not moved for a minute."""
        return sorted(loop for loop, at in self._beats.items() if time.monotonic() - at > STALE_S)

    def troubles(self) -> list[str]:
        """Return the needed parts that are away now."""
        return sorted(what for what, good in self._state.items() if not good)
