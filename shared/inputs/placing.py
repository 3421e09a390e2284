"""Places a reader where its own database stands.

The offsets of its consumer group only show operators how it goes on. A group may know more than the database, as after
a restore, or nothing, as after its deletion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.record import KafkaRecord

log = get_logger()
PAUSE_S = 0.5
Positions = Callable[[], Awaitable[Mapping[tuple[str, int], int]]]
Back = Callable[[str, int, int], Awaitable[object]]
First = Callable[[], Awaitable[bool]]


class Placing:
    """The offsets at which one member of a group begins its partitions.

    ``positions`` returns the next offset of each partition of which a record was handled. ``back`` notes that a
    partition begins anew below that offset. ``first`` tells whether what must come first is done. Between an assignment
    and ``place`` all that is fetched is dropped, because it may come from the group's offset.
    """

    def __init__(self, positions: Positions, back: Back, first: First) -> None:
        self._positions = positions
        self._back = back
        self._first = first
        self._changes = 0
        self._placed = -1
        self._sought: dict[TopicPartition, int] = {}
        self._failures = 0

    def forget(self) -> None:
        """Note that partitions come or go."""
        self._changes += 1

    @property
    def placed(self) -> bool:
        """Whether the partitions of now are placed. Until then the database or the internal streams are waited for."""
        return self._placed == self._changes

    async def place(self, consumer: AIOKafkaConsumer) -> bool:
        """Seek in every partition, if that is due. Return False, after a pause, when it must be tried again.

        An offset that the partition does not hold, such as 0 after a while, makes the client begin with the oldest
        record.
        """
        if self.placed:
            return True
        changes = self._changes
        try:
            handled = await self._positions()
            if not await self._first():
                return await self._again(None)
            sought = {place: handled.get((place.topic, place.partition), 0) for place in consumer.assignment()}
            for place, offset in sought.items():
                consumer.seek(place, offset)
        except (IllegalStateError, KafkaError, *TRANSIENT) as error:
            return await self._again(error)
        self._failures, self._sought, self._placed = 0, sought, changes
        return True

    async def _again(self, error: Exception | None) -> bool:
        if self._failures % 100 == 0:
            log.warning("reader.not_placed", error=type(error).__name__ if error else None)
        self._failures += 1
        await asyncio.sleep(PAUSE_S)
        return False

    async def sift(self, found: Mapping[TopicPartition, Sequence[KafkaRecord]]) -> list[KafkaRecord]:
        """Return the records that were fetched from the right offsets. Raises Postgres's transient errors."""
        if not self.placed:
            return []
        for place in self._sought.keys() & found.keys():
            sought, first = self._sought[place], found[place][0].offset
            if first < sought:
                log.error("partition.anew", topic=place.topic, partition=place.partition, handled=sought, first=first)
                try:
                    await self._back(place.topic, place.partition, first)
                except TRANSIENT:
                    self.forget()  # these records are dropped, so that they must be fetched again
                    raise
            elif first > sought > 0:
                log.warning("offsets.absent", topic=place.topic, partition=place.partition, since=sought, first=first)
            del self._sought[place]
        return [record for records in found.values() for record in records]
