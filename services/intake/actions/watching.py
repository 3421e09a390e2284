"""The live streams of one process. One statement for all of them finds out which complaints have changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from services.intake import store
from shared.errors import TooMany
from shared.postgres.pool import Pool

# A page without a stream still works, so it need not ask again soon.
_AGAIN_S: Final = 60


class Watch:
    """One live stream: the complaint that it follows, and the version of the complaint's row that it has seen."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key: UUID | None = None
        self.version = 0
        self._woken = asyncio.Event()

    def follow(self, key: UUID, version: int) -> None:
        """Follow a complaint from this version on."""
        self.key, self.version = key, version

    def see(self, version: int) -> None:
        """Wake the stream if this version is a newer one."""
        if version > self.version:
            self.version = version
            self.wake()

    def wake(self) -> None:
        """Let the stream look around."""
        self._woken.set()

    async def woken(self, seconds: float) -> bool:
        """Wait until the stream is woken, but not longer than ``seconds``. Return whether it was."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        was = self._woken.is_set()
        self._woken.clear()
        return was


class Watchers:
    """All live streams of this process, at most ``total``, and at most ``per_address`` from one address."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._open: set[Watch] = set()
        self._of: Counter[str] = Counter()
        self.closed = False

    def __len__(self) -> int:
        return len(self._open)

    def open(self, address: str) -> Watch:
        """Return a new stream's watch. Raise TooMany when there are enough, or when the process is stopping."""
        if self.closed or len(self._open) >= self._total or self._of[address] >= self._per_address:
            raise TooMany(retry_after=_AGAIN_S)
        watch = Watch(address)
        self._open.add(watch)
        self._of[address] += 1
        return watch

    def leave(self, watch: Watch) -> None:
        """Forget a stream that has ended."""
        self._open.discard(watch)
        self._of[watch.address] -= 1
        if self._of[watch.address] <= 0:
            del self._of[watch.address]

    async def look(self, pool: Pool) -> None:
        """Compare the versions of all followed complaints with what their streams have seen. One statement."""
        followed = list(self._followed())
        if followed:
            versions = await store.versions(pool, {key for key, _ in followed})
            for key, watch in followed:
                watch.see(versions.get(key, 0))

    def _followed(self) -> Iterator[tuple[UUID, Watch]]:
        return ((watch.key, watch) for watch in self._open if watch.key is not None)

    def close(self) -> None:
        """End all streams, so that the process can stop."""
        self.closed = True
        for watch in self._open:
            watch.wake()
