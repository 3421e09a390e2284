"""Queues events of the log again, through the outbox and under the lock of the state row, so that nothing newer passes
them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from shared.pipeline.tables import Q
from shared.postgres.pool import Pool

PAGE = 2_000


class Republisher:
    """Queues events of one service's log again. ``queued`` is called after each commit, to wake the relay."""

    def __init__(self, pool: Pool, service: str, queued: Callable[[], None]) -> None:
        self._pool = pool
        self._service = service
        self._queued = queued

    async def from_report(self, report: dict[str, Any]) -> int:
        """Queue exactly the events that the books report as missing from streams of this service.

        Return how many were queued.
        """
        wanted = [
            (entry["topic"], UUID(entry["key"]), int(entry["read"]) + 1)
            for entry in report["missing"]
            if entry["writer"] == self._service
        ]
        return await self._queue(wanted)

    async def of_key(self, topic: str, key: UUID, since: int) -> int:
        """Queue the events of one key of a stream, from a sequence on. Return how many were queued."""
        return await self._queue([(topic, key, since)])

    async def of_topic(self, topic: str) -> int:
        """Queue a whole stream from the beginning, page by page of keys.

        This is a step in the deployment of a new reader. Return how many were queued.
        """
        queued, last = 0, UUID(int=0)
        while keys := [row["key"] for row in await self._pool.fetch(Q["republish_keys"], topic, last, PAGE)]:
            queued += await self._queue([(topic, key, 1) for key in keys])
            last = keys[-1]
        return queued

    async def _queue(self, wanted: Sequence[tuple[str, UUID, int]]) -> int:
        queued = 0
        for start in range(0, len(wanted), PAGE):
            page = wanted[start : start + PAGE]
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.fetch(Q["republish_lock"], sorted({key for _, key, _ in page}))
                tag = await connection.execute(
                    Q["republish"],
                    [topic for topic, _, _ in page],
                    [key for _, key, _ in page],
                    [since for _, _, since in page],
                )
                queued += int(tag.rpartition(" ")[2])
        self._queued()
        return queued
