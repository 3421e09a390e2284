"""Rows of the outbox to Kafka, in order: which was acknowledged, which was not, which is refused for good."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
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

from shared.kafka.clients import make_producer
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


class Unsent(Exception):
    """A send was not acknowledged; ``at`` is the first row that was not, ``refused`` when Kafka will not take it."""

    def __init__(self, at: int, error: BaseException, *, refused: bool = False) -> None:
        super().__init__(type(error).__name__)
        self.at = at
        self.error = error
        self.refused = refused


class Sender:
    """One idempotent producer at a time; made when it is needed, thrown away when a send has failed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._stopping: set[asyncio.Future[None]] = set()

    async def send(self, rows: Sequence[Any], alive: Alive) -> None:
        """Send in order. Raises Unsent with the first row that was not acknowledged; repeats are harmless by design."""
        producer = self._producer or await alive(self._get_producer())
        futures: list[Any] = []
        failed: BaseException | None = None
        work = asyncio.ensure_future(self._enqueue(producer, rows, futures))
        acks = asyncio.ensure_future(self._acks(work, futures))
        try:
            await alive(asyncio.wait({acks}, timeout=ACK_DEADLINE_S))
            failed = acks.exception() if acks.done() else TimeoutError()
        finally:
            for task in (work, acks):
                if not task.done():
                    task.cancel()
        for place, row_future in enumerate(futures):
            if not row_future.done():
                raise Unsent(place, failed or TimeoutError())
            error = TimeoutError() if row_future.cancelled() else row_future.exception()
            if error is not None:
                raise Unsent(place, error, refused=await self._refused(producer, error))
        if len(futures) < len(rows):
            raise Unsent(len(futures), failed or TimeoutError(), refused=await self._refused(producer, failed))

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

    async def _enqueue(self, producer: AIOKafkaProducer, rows: Sequence[Any], futures: list[Any]) -> None:
        for row in rows:
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
            futures.append(await producer.send(row["topic"], row["data"].encode(), key=str(row["key"]).encode(), headers=headers))

    @staticmethod
    async def _acks(work: asyncio.Future[None], futures: list[Any]) -> None:
        """Waits for every row that was taken, and leaves the rows' futures alone when it is given up itself."""
        failed: Exception | None = None
        try:
            await work
        except Exception as error:  # noqa: BLE001  (raised below, once those before it are acknowledged)
            failed = error
        if futures:
            await asyncio.wait(futures)
        if failed is not None:
            raise failed

    async def _get_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = make_producer(self._settings)
            try:
                async with asyncio.timeout(ACK_DEADLINE_S):
                    await producer.start()
            except BaseException:
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
