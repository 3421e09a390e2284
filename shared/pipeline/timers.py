"""The clock door. The relay's leader fires due timers, oldest first, after it has read all that was said in time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.clock import Clock
from shared.ids import new_id
from shared.kafka.clients import make_consumer, start
from shared.observability.health import Pulse
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.pipeline.change import Item, Tick
from shared.pipeline.consumer import patiently
from shared.pipeline.rows import Q
from shared.pipeline.step import Ended, Step
from shared.pipeline.work import Work
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool
from shared.settings import Settings

log = get_logger()
EVERY_S = 0.2
CATCH_UP_PAUSE_S = 0.02


class Timers:
    """Finds due rows by one index scan, and passes them as ticks through the step."""

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str],
        step: Step[Any],
        pool: Pool,
        clock: Clock,
        pulse: Pulse,
        meters: Meters,
    ) -> None:
        self._settings = settings
        self._topics = topics
        self._step = step
        self._pool = pool
        self._clock = clock
        self._pulse = pulse
        self._meters = meters
        self._asker: AIOKafkaConsumer | None = None
        self.leading: Callable[[], bool] = lambda: False
        self.committed: Callable[[Ended], None] = lambda _ended: None

    async def run(self) -> None:
        """Fire due timers while leading, until cancelled."""
        try:
            while True:
                self._pulse.beat("timers")
                if self.leading():
                    try:
                        await self._fire()
                        self._pulse.well("timers")
                    except (KafkaError, *TRANSIENT) as error:
                        self._pulse.trouble("timers")
                        log.warning("timers.retried", error=type(error).__name__)
                        await self.close()
                        await asyncio.sleep(1.0)
                await asyncio.sleep(EVERY_S)
        finally:
            await self.close()

    async def _fire(self) -> None:
        """Fire all timers that are due at one instant, in batches.

        First wait until the streams are read up to their ends after that instant.
        """
        until = self._clock.now()
        keys = await self._due(until)
        if not keys:
            return
        await self.caught_up()
        while keys and self.leading():
            began = time.perf_counter()
            works = [_tick(key, until) for key in keys]

            async def attempt(doubt: bool, works: list[Work] = works) -> Ended:
                return await self._step.run(works, doubt=doubt)

            ended = await patiently(attempt, self._step.suspects, self._pulse, "postgres")
            self._meters.stepped("ticks", works, time.perf_counter() - began)
            self.committed(ended)
            self._pulse.beat("timers")
            keys = await self._due(until)

    async def _due(self, until: datetime) -> list[UUID]:
        """Return the oldest due keys.

        Keys whose row another session holds are left out; they come again once the row is free.
        """
        held = self._step.held
        rows = await self._pool.fetch(Q["due"], until, self._settings.batch_size + len(held))
        return [row["key"] for row in rows if row["key"] not in held][: self._settings.batch_size]

    async def caught_up(self) -> None:
        """Wait until the step has handled all records that the streams held when this was called.

        Raises TimeoutError when this replica stops leading.
        """
        if not self._topics:
            return
        ends = await self._ends()
        while True:
            handled = {(row["topic"], row["partition"]): row["next"] for row in await self._pool.fetch(Q["offsets"])}
            if all(handled.get((place.topic, place.partition), 0) >= end for place, end in ends.items()):
                return
            self._pulse.beat("timers")
            if not self.leading():
                raise TimeoutError
            await asyncio.sleep(CATCH_UP_PAUSE_S)

    async def _ends(self) -> Mapping[TopicPartition, int]:
        """Return the end offset of every partition that still holds records.

        An emptied partition has nothing left to read.
        """
        if self._asker is None:
            asker = make_consumer(self._settings)
            try:
                await start(asker, 10)
            except BaseException:  # cancelled too: its connections must go
                with contextlib.suppress(KafkaError, OSError, TimeoutError):
                    async with asyncio.timeout(2):
                        await asker.stop()
                raise
            self._asker = asker
        places: list[TopicPartition] = []
        for topic in self._topics:
            partitions = await self._partitions(topic)
            places.extend(TopicPartition(topic, partition) for partition in partitions)
        begins = await self._asker.beginning_offsets(places)
        ends = await self._asker.end_offsets(places)
        return {place: end for place, end in ends.items() if end > begins[place]}

    async def _partitions(self, topic: str) -> set[int]:
        assert self._asker is not None  # noqa: S101
        known: set[int] | None = self._asker.partitions_for_topic(topic)
        if known is None:
            await self._asker._client.add_topic(topic)  # noqa: SLF001
            known = self._asker.partitions_for_topic(topic)
        if known is None:
            raise TimeoutError(f"no partitions known of {topic}")
        return known

    async def close(self) -> None:
        """Close the connection that asks for end offsets. The next question opens a new one."""
        asker, self._asker = self._asker, None
        if asker is not None:
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(2):
                    await asker.stop()


def _tick(key: UUID, now: datetime) -> Work:
    return Work(Item(key=key, data=Tick(), actor="clock", at=now, id=new_id(), keys=(key,)))
