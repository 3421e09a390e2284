"""Liveness: the loops moved. Readiness: Postgres, Kafka and the assignment are there."""

from __future__ import annotations

import time

STALE_S = 60.0


class Pulse:
    """What the loops tell about themselves."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}
        self._state: dict[str, bool] = {}

    def beat(self, loop: str) -> None:
        """The loop moved."""
        self._beats[loop] = time.monotonic()

    def rest(self, loop: str) -> None:
        """The loop has ended on purpose: it is not missed."""
        self._beats.pop(loop, None)

    def trouble(self, what: str) -> None:
        """Something needed is away."""
        self._state[what] = False

    def well(self, what: str) -> None:
        """It is there again."""
        self._state[what] = True

    def set(self, what: str, good: bool) -> None:
        """Either of the two."""
        self._state[what] = good

    def stale(self) -> list[str]:
        """Loops that have not moved for a minute."""
        return sorted(loop for loop, at in self._beats.items() if time.monotonic() - at > STALE_S)

    def troubles(self) -> list[str]:
        """What is away now."""
        return sorted(what for what, good in self._state.items() if not good)
