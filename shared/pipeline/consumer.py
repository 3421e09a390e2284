"""The Kafka door: batches of records into the step. Offsets are committed after the step has."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import BreakerOpen
from shared.kafka.clients import make_broker, subscribe
from shared.kafka.records import KafkaRecord, Record
from shared.observability.health import Pulse
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.pipeline.patience import pause
from shared.pipeline.step import Ended, Step, passes
from shared.pipeline.work import Work
from shared.settings import Settings

log = get_logger()
STUCK_S = 30.0
"""Records are there and nothing is handled: then the loop does not move, whatever its task says."""
T = TypeVar("T")


async def patiently(attempt: Callable[[], Awaitable[T]], pulse: Pulse, what: str) -> T:
    """Repeat what fails until it succeeds; nothing is skipped, ever. Only the breaker ends it.

    An error that nobody foresaw is repeated too: raising it would seek back and return at once, thousands of times a second.
    """
    tries, began = 0, time.monotonic()
    while True:
        try:
            result = await attempt()
        except BreakerOpen:
            raise
        except Exception as error:  # noqa: BLE001  (kept in hand and tried again, with readiness red)
            pulse.trouble(what)
            if not passes(error):
                log.error("step.unforeseen", what=what, error=type(error).__name__, tries=tries)
            elif tries in (0, 5) or tries % 20 == 0:
                log.warning("step.retried", what=what, error=type(error).__name__, tries=tries)
            await asyncio.sleep(pause(tries, time.monotonic() - began))
            tries += 1
        else:
            pulse.well(what)
            return result


class Consumer:
    """One subscriber for all streams of a service."""

    def __init__(self, settings: Settings, topics: tuple[str, ...], step: Step[Any], pulse: Pulse, meters: Meters) -> None:
        self._settings = settings
        self._topics = topics
        self._step = step
        self._pulse = pulse
        self._meters = meters
        self._broker = make_broker(settings)
        self._subscriber = subscribe(self._broker, topics, settings.service, settings.batch_size, self._handle)
        self.committed: Callable[[Ended], None] = lambda _ended: None
        self._broken: asyncio.Event = asyncio.Event()
        self._handling = False
        self._moved = time.monotonic()

    async def run(self) -> None:
        """Consume until cancelled; starting is repeated while Kafka is away. The breaker ends consuming, not the process."""
        tries, began = 0, time.monotonic()
        while True:
            try:
                await self._broker.start()
                break
            except (KafkaError, OSError) as error:
                self._pulse.trouble("kafka")
                if tries % 10 == 0:
                    log.warning("kafka.away", error=type(error).__name__)
                with contextlib.suppress(KafkaError, OSError):
                    await self._broker.stop()
                await asyncio.sleep(pause(tries, time.monotonic() - began))
                tries += 1
        self._pulse.well("kafka")
        while not self._broken.is_set():
            self._watch()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):  # not wait_for: in 3.11 it can lose a cancellation
                    await self._broken.wait()
        await self._broker.stop()
        self._pulse.rest("consumer.loop")

    async def stop(self) -> None:
        """Finish and commit the batch in hand, then leave the group."""
        await self._broker.stop()

    async def _handle(self, raw: Sequence[KafkaRecord]) -> None:
        if self._broken.is_set():
            raise BreakerOpen
        self._handling = True
        try:
            await self._fold(raw)
        finally:
            self._handling, self._moved = False, time.monotonic()

    async def _fold(self, raw: Sequence[KafkaRecord]) -> None:
        began = time.perf_counter()
        works = [self._step.decoder.work(Record.of(record)) for record in raw]

        async def attempt() -> Ended:
            return await self._step.run(works)

        try:
            ended = await patiently(attempt, self._pulse, "postgres")
        except BreakerOpen as broken:
            log.critical("breaker.open", reason=str(broken))
            self._pulse.trouble("breaker")
            self._meters.breaker.set(1)
            self._broken.set()
            raise
        self._meters.stepped("records", works, time.perf_counter() - began)
        self._committed_lag(works)
        self.committed(ended)
        self._step.fault("after_commit_before_offsets")

    def _committed_lag(self, works: Sequence[Work]) -> None:
        for work in works[-1:]:
            if work.record is not None:
                self._meters.stream_age.labels(work.record.topic).set(max(0.0, time.time() - work.record.appended_at.timestamp()))

    def assigned(self) -> set[TopicPartition]:
        """The partitions this replica has now."""
        consumer = self._subscriber.consumer
        return set(consumer.assignment()) if consumer else set()

    def joined(self) -> bool:
        """Whether this replica is a member of its group with an assignment, be it an empty one."""
        consumer = self._subscriber.consumer
        if consumer is None or not self._topics:
            return not self._topics
        return consumer._subscription.subscription is not None and consumer._subscription.subscription.assignment is not None  # noqa: SLF001

    def _watch(self) -> None:
        consumer = self._subscriber.consumer
        if consumer is None:
            return
        connected = consumer._coordinator.coordinator_id is not None  # noqa: SLF001
        self._pulse.set("kafka", connected)
        lags: dict[str, int] = {}
        for place in consumer.assignment():
            highwater = consumer.highwater(place)
            position = consumer.last_stable_offset(place) if highwater is None else highwater
            at = self._position(consumer, place)
            if position is not None and at is not None:
                lags[place.topic] = lags.get(place.topic, 0) + max(0, position - at)
        for topic, lag in lags.items():
            self._meters.stream_lag.labels(topic).set(lag)
        self._pulse.set("assignment", bool(consumer.assignment()))
        stuck = connected and any(lags.values()) and not self._handling and time.monotonic() - self._moved > STUCK_S
        if not stuck:
            self._pulse.beat("consumer.loop")

    @staticmethod
    def _position(consumer: Any, place: TopicPartition) -> int | None:
        """Where the consumer stands, as far as it knows without asking the broker."""
        state = consumer._subscription.subscription.assignment.state_value(place)  # noqa: SLF001
        return state.position if state is not None and state.has_valid_position else None
