"""Sends rows of the outbox to Kafka in order, and tells acknowledged, unacknowledged and refused rows apart."""

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

# Longer than the client needs to find that a topic is unknown (10 s).
ACK_DEADLINE_S = 12.0
ABANDON_S = 2.0
REFUSED = (MessageSizeTooLargeError, RecordTooLargeError, InvalidTopicError, TopicAuthorizationFailedError)
# Reasons that go away when somebody creates a topic or grants a right.
MENDED_OUTSIDE = ["TopicAuthorizationFailedError", "UnknownTopicOrPartitionError"]
# Awaits a coroutine that takes a while, without losing the relay's lock.
Alive = Callable[[Coroutine[Any, Any, Any]], Awaitable[Any]]
# Maps a row's index among the rows to be sent to the future of its batch's acknowledgement.
Acks = dict[int, "asyncio.Future[Any]"]


class Unsent(Exception):
    """A send was not acknowledged.

    ``at`` is the index of the first unacknowledged row; ``refused`` says that Kafka will not take it.
    """

    def __init__(self, at: int, error: BaseException, *, refused: bool = False) -> None:
        super().__init__(type(error).__name__)
        self.at = at
        self.error = error
        self.refused = refused


@dataclass(slots=True)
class _Batch:
    """Rows of one partition that are sent together. ``places`` are the indexes of the rows."""

    builder: BatchBuilder
    topic: str
    partition: int
    places: list[int] = field(default_factory=list)


@lru_cache(maxsize=50_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition in which Kafka's own clients put this key.

    The result is cached: a complaint has many events, and the hash is pure Python.
    """
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


def _error_of(ack: asyncio.Future[Any]) -> BaseException | None:
    return TimeoutError() if ack.cancelled() else ack.exception()


class Sender:
    """Owns one idempotent producer at a time. It is made when needed and thrown away when a send has failed.

    ``epoch`` is the writer's, and goes with each event.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.epoch = 0
        self._producer: AIOKafkaProducer | None = None
        self._stopping: set[asyncio.Future[None]] = set()

    async def send(self, rows: Sequence[Any], alive: Alive) -> None:
        """Send the rows in order. Sending a row twice is harmless by design.

        Raises Unsent with the first row that was not acknowledged.
        """
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
        """Return whether Kafka will not take the row.

        An unknown topic counts as refused only when the broker answers and knows other topics.
        """
        if not isinstance(error, UnknownTopicOrPartitionError):
            return isinstance(error, REFUSED)
        try:
            async with asyncio.timeout(ABANDON_S):
                known = await producer.client.fetch_all_metadata()
        except (KafkaError, OSError, TimeoutError):
            return False
        return bool(known.topics())

    async def _submit(self, producer: AIOKafkaProducer, rows: Sequence[Any], acks: Acks) -> None:
        """Submit the rows in as few batches as they fit, each partition's rows in order.

        A batch costs what a single record would.
        """
        batches, failed = await self._batches(producer, rows)
        for batch in batches:
            ack = await producer.send_batch(batch.builder, batch.topic, partition=batch.partition)
            ack.add_done_callback(_error_of)
            acks.update(dict.fromkeys(batch.places, ack))
        if failed is not None:
            raise failed

    async def _batches(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> tuple[list[_Batch], KafkaError | None]:
        """Return the batches in the order of their first rows.

        Where the partitions of a topic are unknown, stop there and return the error too.
        """
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
        """Append a row to a batch. Return False when the batch is full."""
        headers = headers_of(
            event_id=row["id"],
            type_=row["type"],
            source=self._settings.service,
            key=row["key"],
            occurred_at=row["occurred_at"],
            sequence=row["sequence"],
            actor=row["actor"],
            traceparent=row["traceparent"],
            epoch=self.epoch,
        )
        if batch.builder.append(timestamp=None, key=key, value=row["data"].encode(), headers=headers) is None:
            return False
        batch.places.append(place)
        return True

    @staticmethod
    async def _acknowledged(work: asyncio.Future[None], acks: Acks) -> None:
        """Wait for the acknowledgement of every submitted batch.

        When this wait is cancelled, the acknowledgements are left alone.
        """
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
        """Throw the producer away, without waiting long. An idempotent producer may stay broken after a failure."""
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(_stop(producer))
            self._stopping.add(stopping)
            stopping.add_done_callback(self._stopping.discard)
            await asyncio.shield(stopping)

    async def close(self) -> None:
        """Abandon the producer, and wait until the producers abandoned earlier are gone too."""
        await self.abandon()
        if self._stopping:
            await asyncio.wait(self._stopping)


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop a producer. Its own stop hangs while its broker is away; then its sender and its connections are cut, so
    that it sends no more.
    """
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
