"""Queues events of the log again, through the outbox and under the lock of the state row, so that nothing newer passes
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.pipeline.rows import Q

if TYPE_CHECKING:
    from shared.service import Running

PAGE = 2_000


async def _queue(running: Running[Any], wanted: Sequence[tuple[str, UUID, int]]) -> int:
    queued = 0
    for start in range(0, len(wanted), PAGE):
        page = wanted[start : start + PAGE]
        async with running.pool.acquire() as connection, connection.transaction():
            await connection.fetch(Q["republish_lock"], sorted({key for _, key, _ in page}))
            tag = await connection.execute(
                Q["republish"],
                [topic for topic, _, _ in page],
                [key for _, key, _ in page],
                [since for _, _, since in page],
            )
            queued += int(tag.rpartition(" ")[2])
    running.relay.wake()
    return queued


async def from_report(running: Running[Any], report: dict[str, Any]) -> int:
    """Queue exactly the events that the books report as missing from streams of this service.

    Return how many were queued.
    """
    wanted = [
        (entry["topic"], UUID(entry["key"]), int(entry["read"]) + 1)
        for entry in report["missing"]
        if entry["writer"] == running.service.name
    ]
    return await _queue(running, wanted)


async def of_key(running: Running[Any], topic: str, key: UUID, since: int) -> int:
    """Queue the events of one key of a stream, from a sequence on. Return how many were queued."""
    return await _queue(running, [(topic, key, since)])


async def of_topic(running: Running[Any], topic: str) -> int:
    """Queue a whole stream from the beginning, page by page of keys.

    This is a step in the deployment of a new reader. Return how many were queued.
    """
    queued, last = 0, UUID(int=0)
    while keys := [row["key"] for row in await running.pool.fetch(Q["republish_keys"], topic, last, PAGE)]:
        queued += await _queue(running, [(topic, key, 1) for key in keys])
        last = keys[-1]
    return queued
