"""Complaints whose row another session holds.

Their records are set aside so that others go on, and are tried again soon.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.errors import Transient
from shared.observability.logs import get_logger
from shared.pipeline.rows import Q
from shared.pipeline.work import Work
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from shared.service import Running

log = get_logger()
FIRST_PAUSE_S, LAST_PAUSE_S = 0.5, 5.0


class Held:
    """The keys that are set aside now, as far as this replica knows.

    A key leaves once none of its records waits for the row.

    New records of such a key are set aside too, without another try of the lock: they must not overtake the waiting
    ones.
    """

    def __init__(self) -> None:
        self._since: dict[UUID, int] = {}
        self._count = 0
        self.stale = True
        self.wake = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._since)

    def __contains__(self, key: object) -> bool:
        return key in self._since

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._since)

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

    def mark(self, works: Iterable[Work]) -> None:
        """Set aside the works that need a held key."""
        for work in works:
            if work.item is not None and not work.held and not self._since.keys().isdisjoint(work.item.keys):
                work.condemn("held", "another session holds a row that it needs")

    async def refresh(self, pool: Pool) -> None:
        """Load the keys that other replicas, or this one before a restart, have set aside.

        Called after partitions changed hands.
        """
        self.add([row["key"] for row in await pool.fetch(Q["held_keys"])])
        self.stale = False


async def set_aside(
    held: Held, pool: Pool, works: Collection[Work], reached: dict[UUID, set[UUID]], keys: set[UUID]
) -> bool:
    """Find the held keys after a lock timed out, and set aside the works that need them.

    Return whether more works are set aside than before. ``reached`` maps each key that was loaded late to the keys for
    which it was loaded.
    """
    rows = await pool.fetch(Q["lockable"], sorted(keys, key=lambda key: key.int))
    busy = keys - {row["key"] for row in rows}
    for key in list(busy):
        busy |= reached.get(key, set())
    if not busy:
        return False
    before = sum(work.held for work in works)
    held.add(busy)
    held.mark(works)
    log.warning("step.row_held", keys=[str(key) for key in sorted(busy, key=lambda key: key.int)[:10]], held=len(busy))
    return sum(work.held for work in works) > before


async def take_up_again(running: Running[Any]) -> None:
    """Fold the records that were set aside as soon as their row is free, in order, until cancelled."""
    held, pause = running.step.held, FIRST_PAUSE_S
    while True:
        running.pulse.beat("held")
        try:
            left = await _round(running)
        except (Transient, *TRANSIENT) as error:
            log.info("held.retried", error=type(error).__name__)
            left = len(held)
        running.meters.held.set(left)
        pause = min(LAST_PAUSE_S, pause * 2) if left else LAST_PAUSE_S
        held.wake.clear()
        try:
            async with asyncio.timeout(pause):
                await held.wake.wait()
            pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
        except TimeoutError:
            continue


async def _round(running: Running[Any]) -> int:
    """Look at all held keys once and fold those that are free. Return how many stay."""
    step, pool = running.step, running.pool
    found = [row["key"] for row in await pool.fetch(Q["held_keys"])]
    step.held.add(key for key in found if key not in step.held)
    marks = step.held.marks()
    if not marks:
        return 0
    free = {row["key"] for row in await pool.fetch(Q["lockable"], sorted(marks, key=lambda key: key.int))}
    for key in sorted(free, key=lambda key: key.int):
        events = await step.advance(key)
        if events:
            log.info("held.taken_up", key=str(key), records=events)
            running.relay.wake()
    waiting = {row["key"] for row in await pool.fetch(Q["held_keys"])}
    step.held.drop(marks, waiting | (marks.keys() - free))
    return len(step.held)
