"""Complaints whose row another session holds.

Their records are set aside so that others go on, and are tried again soon.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from uuid import UUID

from shared.observability.logs import get_logger
from shared.pipeline.items import Entry, Item, Problem
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool

log = get_logger()
HELD = Problem("held", "another session holds a row that it needs")


class Held:
    """The keys that are set aside now, as far as this replica knows.

    A key leaves once none of its records waits for the row.

    New records of such a key are set aside too, without another try of the lock: they must not overtake the waiting
    ones.
    """

    def __init__(self) -> None:
        self._since: dict[UUID, int] = {}
        self._count = 0
        self._expired = 1
        self._loaded = 0
        self.wake = asyncio.Event()

    def __contains__(self, key: object) -> bool:
        return key in self._since

    def __len__(self) -> int:
        return len(self._since)

    def add(self, keys: Iterable[UUID]) -> None:
        """Add keys that are held, or for which a record was put aside just now."""
        for key in keys:
            self._count += 1
            self._since[key] = self._count
            self.wake.set()

    def marks(self) -> dict[UUID, int]:
        """Return each key with the number of its last addition."""
        return dict(self._since)

    def drop(self, marks: dict[UUID, int], keep: Collection[UUID]) -> None:
        """Remove the keys whose mark has not changed, except those in ``keep``.

        A key that was added again meanwhile stays.
        """
        for key, mark in marks.items():
            if key not in keep and self._since.get(key) == mark:
                del self._since[key]

    def needed_by(self, entry: Entry) -> bool:
        """Return whether the item needs a held key and is not set aside yet."""
        return isinstance(entry, Item) and not entry.held and not self._since.keys().isdisjoint(entry.keys)

    def expire(self) -> None:
        """Let the next step load the held keys again, because partitions have changed hands."""
        self._expired += 1

    async def refresh(self, pool: Pool) -> None:
        """Load the keys that other replicas, or this one before a restart, have set aside, if that is due."""
        if self._loaded != self._expired:
            expired = self._expired  # partitions may come while the keys are loaded
            self.add([row["key"] for row in await pool.fetch(Q["held_keys"])])
            self._loaded = expired


async def find_held(pool: Pool, keys: Collection[UUID], reached: dict[UUID, set[UUID]]) -> set[UUID]:
    """Return the keys that another session holds, after a lock timed out.

    ``reached`` maps each key that was loaded late to the keys for which it was loaded; these are held with it.
    """
    rows = await pool.fetch(Q["lockable"], sorted(keys, key=lambda key: key.int))
    busy = set(keys) - {row["key"] for row in rows}
    for key in list(busy):
        busy |= reached.get(key, set())
    if busy:
        named = [str(key) for key in sorted(busy, key=lambda key: key.int)[:10]]
        log.warning("step.row_held", keys=named, held=len(busy))
    return busy
