"""Tells when the step has handled everything that the streams held at one moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.kafka.clients import make_consumer, start
from shared.observability.health import Health
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool
from shared.settings import Settings

PAUSE_S = 0.02


class CatchUp:
    """Compares the end offsets of the internal streams with the offsets that the step has handled.

    ``leading`` says whether this replica leads; one that stops leading stops waiting. ``loop`` names the loop that
    waits, for its health.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str],
        pool: Pool,
        health: Health,
        leading: Callable[[], bool],
        loop: str,
    ) -> None:
        self._settings = settings
        self._topics = topics
        self._pool = pool
        self._health = health
        self._leading = leading
        self._loop = loop
        self._asker: AIOKafkaConsumer | None = None

    async def caught_up(self) -> None:
        """Wait until the step has handled all records that the streams held when this was called.

        Raises TimeoutError when this replica stops leading.
        """
        if not self._topics:
            return
        ends = await self.ends()
        while not await self.reached(ends):
            self._health.beat(self._loop)
            if not self._leading():
                raise TimeoutError
            await asyncio.sleep(PAUSE_S)

    async def reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Return whether the step has handled all records before these ends."""
        handled = {(row["topic"], row["partition"]): row["next"] for row in await self._pool.fetch(Q["offsets"])}
        return all(handled.get((place.topic, place.partition), 0) >= end for place, end in ends.items())

    async def ends(self) -> Mapping[TopicPartition, int]:
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
