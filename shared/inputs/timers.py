"""The input of the clock. The relay's leader fires due timers, oldest first, after it has read all that was said in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka.errors import KafkaError

from shared.backoff import SHORT_S, Backoff, retry
from shared.clock import Clock
from shared.ids import new_id
from shared.inputs.catch_up import CatchUp
from shared.inputs.committing import commit
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.pipeline.items import Item, Tick
from shared.pipeline.step import Batch, Step
from shared.pipeline.tables import Q
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool

log = get_logger()
EVERY_S = 0.2


class Timers:
    """Finds due rows by one index scan, and passes them as ticks through the step.

    ``leading`` says whether this replica leads. ``committed`` is called after a commit that has written events.
    """

    def __init__(
        self,
        step: Step[Any],
        pool: Pool,
        clock: Clock,
        health: Health,
        meters: Meters,
        *,
        batch_size: int,
        streams: CatchUp,
        leading: Callable[[], bool],
        committed: Callable[[], None],
    ) -> None:
        self._step = step
        self._pool = pool
        self._clock = clock
        self._health = health
        self._meters = meters
        self._batch_size = batch_size
        self._streams = streams
        self._leading = leading
        self._committed = committed

    async def run(self) -> None:
        """Fire due timers while leading, until cancelled."""
        # Short pauses, however long Kafka or Postgres was away: no deadline waits half a minute longer than it must.
        backoff = Backoff(longest=SHORT_S)
        try:
            while True:
                await retry(self._look, (KafkaError, *TRANSIENT), failed=self._failed, backoff=backoff)
                await asyncio.sleep(EVERY_S)
        finally:
            await self._streams.close()

    async def _look(self) -> None:
        self._health.beat("timers")
        if self._leading():
            await self.fire()
        # Well without the lead too: the failure of an earlier term is not this replica's trouble any more.
        self._health.well("timers")

    async def _failed(self, error: Exception, backoff: Backoff) -> None:
        self._health.trouble("timers")
        if backoff.noteworthy:
            log.warning("timers.retried", error=type(error).__name__)
        await self._streams.close()

    async def fire(self) -> None:
        """Fire all timers that are due at one instant, in batches.

        First wait until the streams are read up to their ends after that instant.
        """
        until = self._clock.now()
        keys = await self._due(until)
        if not keys:
            return
        await self._streams.caught_up()
        while keys and self._leading():
            began = time.perf_counter()
            batch = Batch(_tick(key, until) for key in keys)
            events = await commit(self._step, batch, self._health)
            self._meters.stepped("ticks", [one.outcome for one in batch.committed], time.perf_counter() - began)
            if events:
                self._committed()
            self._health.beat("timers")
            keys = await self._due(until)

    async def _due(self, until: datetime) -> list[UUID]:
        """Return the oldest due keys.

        Keys whose row another session holds are left out; they come again once the row is free.
        """
        held = self._step.held
        rows = await self._pool.fetch(Q["due"], until, self._batch_size + len(held))
        return [row["key"] for row in rows if row["key"] not in held][: self._batch_size]


def _tick(key: UUID, now: datetime) -> Item:
    return Item(key=key, data=Tick(), actor="clock", at=now, id=new_id(), keys=(key,))
