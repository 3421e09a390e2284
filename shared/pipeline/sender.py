"""Rows of the outbox to Kafka, in order: which was acknowledged, which was not, which is refused for good."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.kafka.clients import make_producer, start
from shared.kafka.records import headers_of
from shared.settings import Settings

ACK_DEADLINE_S = 12.0
"""Longer than the client needs to find that a topic is unknown (10 s)."""
ABANDON_S = 2.0
REFUSED = (MessageSizeTooLargeError, RecordTooLargeError, InvalidTopicError, TopicAuthorizationFailedError)
MENDED_OUTSIDE = ["TopicAuthorizationFailedError", "UnknownTopicOrPartitionError"]
"""Reasons that go away when somebody makes a topic or grants a right."""
Alive = Callable[[Coroutine[Any, Any, Any]], Awaitable[Any]]
"""Does what takes a while without losing the relay's lock."""
Acks = dict[int, "asyncio.Future[Any]"]
"""By a row's place among those to be sent: what its batch's acknowledgement is awaited with."""


class Unsent(Exception):
    """A send was not acknowledged; ``at`` is the first row that was not, ``refused`` when Kafka will not take it."""

    def __init__(self, at: int, error: BaseException, *, refused: bool = False) -> None:
        super().__init__(type(error).__name__)
        self.at = at
        self.error = error
        self.refused = refused


@dataclass(slots=True)
class _Batch:
    """Rows of one partition that go together; ``places``: which."""

    builder: BatchBuilder
    topic: str
    partition: int
    places: list[int] = field(default_factory=list)


@lru_cache(maxsize=50_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's own clients put this key. Remembered, since a complaint has many events and the hash is pure Python."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


def _error_of(ack: asyncio.Future[Any]) -> BaseException | None:
    return TimeoutError() if ack.cancelled() else ack.exception()


class Sender:
    """One idempotent producer at a time; made when it is needed, thrown away when a send has failed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._stopping: set[asyncio.Future[None]] = set()

    async def send(self, rows: Sequence[Any], alive: Alive) -> None:
        """Send in order. Raises Unsent with the first row that was not acknowledged; repeats are harmless by design."""
        producer = self._producer or await alive(self._get_producer())
        acks: Acks = {}
        failed: BaseException | None = None
        work = asyncio.ensure_future(self._submit(producer, rows, acks))
        ended = asyncio.ensure_future(self._acknowledged(work, acks))
        try:
            await alive(asyncio.wait({ended}, timeout=ACK_DEADLINE_S))
            failed = ended.exception() if ended.done() else TimeoutError()
        finally:
            for task in (work, ended):
                if not task.done():
                    task.cancel()
        for place in range(len(rows)):
            ack = acks.get(place)
            if ack is None:
                raise Unsent(place, failed or TimeoutError(), refused=await self._refused(producer, failed))
            if not ack.done():
                raise Unsent(place, failed or TimeoutError())
            error = _error_of(ack)
            if error is not None:
                raise Unsent(place, error, refused=await self._refused(producer, error))

    @staticmethod
    async def _refused(producer: AIOKafkaProducer, error: BaseException | None) -> bool:
        """Whether Kafka will not take it. That a topic is unknown counts only from a broker that answers and knows others."""
        if not isinstance(error, UnknownTopicOrPartitionError):
            return isinstance(error, REFUSED)
        try:
            async with asyncio.timeout(ABANDON_S):
                known = await producer.client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError):
            return False
        return bool(known.topics())

    async def _submit(self, producer: AIOKafkaProducer, rows: Sequence[Any], acks: Acks) -> None:
        """All rows in as few batches as they fit, each partition's in order: a batch costs what a record sent by itself would."""
        batches, failed = await self._batches(producer, rows)
        for batch in batches:
            ack = await producer.send_batch(batch.builder, batch.topic, partition=batch.partition)
            ack.add_done_callback(_error_of)
            acks.update(dict.fromkeys(batch.places, ack))
        if failed is not None:
            raise failed

    async def _batches(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> tuple[list[_Batch], KafkaError | None]:
        """In the order of their first rows; with the error at which it ended, where a topic has no partitions to choose from."""
        batches: list[_Batch] = []
        filling: dict[tuple[str, int], _Batch] = {}
        for place, row in enumerate(rows):
            topic, key = row["topic"], str(row["key"]).encode()
            try:
                partition = partition_of(key, len(await producer.partitions_for(topic)))
            except KafkaError as error:
                return batches, error
            batch = filling.get((topic, partition))
            if batch is None or not self._add(batch, place, key, row):
                batch = filling[topic, partition] = _Batch(producer.create_batch(), topic, partition)
                batches.append(batch)
                self._add(batch, place, key, row)
        return batches, None

    def _add(self, batch: _Batch, place: int, key: bytes, row: Any) -> bool:
        """False where the batch is full."""
        headers = headers_of(
            event_id=row["id"],
            type_=row["type"],
            source=self._settings.service,
            key=row["key"],
            occurred_at=row["occurred_at"],
            sequence=row["sequence"],
            actor=row["actor"],
            traceparent=row["traceparent"],
        )
        if batch.builder.append(timestamp=None, key=key, value=row["data"].encode(), headers=headers) is None:
            return False
        batch.places.append(place)
        return True

    @staticmethod
    async def _acknowledged(work: asyncio.Future[None], acks: Acks) -> None:
        """Waits for every batch that was taken, and leaves their acknowledgements alone when it is given up itself."""
        failed: Exception | None = None
        try:
            await work
        except Exception as error:  # noqa: BLE001  (raised below, once those before it are acknowledged)
            failed = error
        if acks:
            await asyncio.wait(set(acks.values()))
        if failed is not None:
            raise failed

    async def _get_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = make_producer(self._settings)
            try:
                await start(producer, ACK_DEADLINE_S)
            except BaseException:  # cancelled too: its sender and connections must go
                await _stop(producer)
                raise
            self._producer = producer
        return self._producer

    async def abandon(self) -> None:
        """An idempotent producer may stay broken after a failure: throw it away, without waiting long for it."""
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(_stop(producer))
            self._stopping.add(stopping)
            stopping.add_done_callback(self._stopping.discard)
            await asyncio.shield(stopping)

    async def close(self) -> None:
        """Abandon, and wait until what was abandoned before is gone too."""
        await self.abandon()
        if self._stopping:
            await asyncio.wait(self._stopping)


async def _stop(producer: AIOKafkaProducer) -> None:
    """Its own way out hangs while its broker is away: then its sender and its connections are cut, so that it sends no more."""
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(ABANDON_S):
            await producer.stop()
        return
    with contextlib.suppress(KafkaError, OSError, TimeoutError, AttributeError):
        async with asyncio.timeout(ABANDON_S):
            await producer._sender.close()  # noqa: SLF001
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(ABANDON_S):
            await producer.client.close()
