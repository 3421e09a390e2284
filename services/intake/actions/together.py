"""Look-ups that are made together: those that arrive while one is under way share the next statement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=object)
V = TypeVar("V")

# The most callers of one statement.
MOST = 500


class Together(Generic[K, V]):
    """One kind of look-up of a process. A statement serves every caller that waits when it begins.

    A caller's answer is as fresh as that of a statement of its own: its statement begins after its call.
    """

    def __init__(self, find: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._find = find
        self._waiting: list[tuple[Collection[K], asyncio.Future[Mapping[K, V]]]] = []
        self._running: asyncio.Task[None] | None = None

    async def find(self, keys: Collection[K]) -> Mapping[K, V]:
        """Return what is known of these keys, and perhaps of others. Raise what the look-up raises."""
        if not keys:
            return {}
        answer: asyncio.Future[Mapping[K, V]] = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                found = await self._find(list({key for keys, _ in batch for key in keys}))
            except Exception as error:  # noqa: BLE001 - the failure belongs to each caller
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_result(found)
