"""One member of a consumer group: batches of records go to a handler, positions are committed behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.client import CoordinationType
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker

from shared.kafka.clients import Handler, Wait, subscribe
from shared.kafka.records import KafkaRecord
from shared.observability.logs import get_logger
from shared.pipeline.progress import Mark

log = get_logger()
STUCK_S = 30.0
"""Records are there and nothing is handled: then the loop does not move, whatever its task says."""
STOP_LIMIT_S, COMMIT_LIMIT_S = 15.0, 3.0
# The session of a dead member ends after six seconds; whoever has not found back to the group in more than twice that time
# does not find back by itself.
ILL_S, ILL_POLLS = 15.0, 10
LOOKUP_LIMIT_S = 5.0


class Reader:
    """One subscriber. Its positions go to Kafka about once a second and when partitions change hands, not with every batch:
    a commit costs the broker a record per partition, and what a killed process had not committed is read again, which
    changes nothing (the step knows repeats).
    """

    def __init__(
        self,
        broker: KafkaBroker,
        topics: tuple[str, ...],
        group: str,
        batch_size: int,
        handler: Handler,
        *,
        wait: Wait,
        assigned: Callable[[], None] = lambda: None,
    ) -> None:
        self.partitions_came = assigned
        self._handler = handler
        self._topics = topics
        self._subscriber = subscribe(
            broker, topics, group, batch_size, self._handle, _Handover(self), wait=wait, polled=self._polled
        )
        self._one = asyncio.Lock()
        self._stopped = False
        self._moved = time.monotonic()
        self._handled: dict[TopicPartition, int] = {}
        self._next: dict[TopicPartition, int] = {}
        self._in_hand: set[TopicPartition] = set()
        self._committing: asyncio.Task[None] | None = None
        self._failures = 0
        self._group = group
        self._well_at = time.monotonic()

    def _polled(self, error: Exception | None) -> None:
        """A poll ended well, or failed: for one partition, or for the whole group."""
        if error is None:
            self._failures = 0
            return
        if self._failures in (0, 5) or self._failures % 100 == 0:
            log.warning("fetch.failed", error=type(error).__name__, failures=self._failures)
        self._failures += 1

    async def _handle(self, records: Iterable[KafkaRecord]) -> None:
        async with self._one:
            if self._stopped:
                return
            batch = list(records)
            nexts = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in batch}
            self._in_hand = set(nexts)
            try:
                await self._handler(batch)
            finally:
                self._moved = time.monotonic()
                self._in_hand = set()
            self._handled |= nexts
            self._next |= nexts

    def commit_if_settled(self) -> None:
        """Tell Kafka how far this member is, unless it has to join its group anew.

        A commit that the group refuses makes the client forget its membership, even one that it has just won back: repeated
        every second it could keep a member out for long. What is not committed now is committed when the group is settled.
        """
        coordinator = self._coordinator()
        if coordinator is not None and not coordinator._rejoin_needed_fut.done():  # noqa: SLF001
            self.commit_soon()

    def commit_soon(self) -> asyncio.Task[None]:
        """Tell Kafka how far this member is; what is under way already is given back."""
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())
        return self._committing

    async def commit(self) -> None:
        """Tell Kafka how far this member is, as far as it can be said in time.

        What takes longer goes on by itself: the client tries for as long as the broker is away, and cancelled while it
        connects it would leave the connection behind.
        """
        ended, _ = await asyncio.wait({self.commit_soon()}, timeout=COMMIT_LIMIT_S)
        if ended and self._handled:
            await asyncio.wait({self.commit_soon()}, timeout=COMMIT_LIMIT_S)

    async def _commit(self) -> None:
        consumer = self._subscriber.consumer
        if not self._handled or not self.connected() or consumer._coordinator.generation <= 0:  # noqa: SLF001
            return
        handled, self._handled = self._handled, {}
        mine = consumer.assignment()
        offsets = {place: offset for place, offset in handled.items() if place in mine}
        if not offsets:
            return
        try:
            await consumer.commit(offsets)
        except (KafkaError, IllegalStateError, ConsumerStoppedError) as error:
            log.info("offsets.uncommitted", error=type(error).__name__)
            self._handled = offsets | self._handled

    async def end(self) -> None:
        """Once the connections are closed: give up what is still to be committed."""
        if self._committing is not None:
            self._committing.cancel()
            await asyncio.wait({self._committing})

    async def finish(self) -> None:
        """Let the batch in hand end, take no further one, commit. A batch that cannot end in time stays uncommitted."""
        try:
            async with asyncio.timeout(STOP_LIMIT_S), self._one:
                self._stopped = True
        except TimeoutError:
            log.warning("reader.unfinished")
            self._stopped = True
        await self.commit()

    def assigned(self) -> set[TopicPartition]:
        """The partitions this member has now."""
        consumer = self._subscriber.consumer
        return set(consumer.assignment()) if consumer else set()

    def joined(self) -> bool:
        """Whether it is a member of its group with an assignment, be it an empty one."""
        consumer = self._subscriber.consumer
        if consumer is None:
            return False
        return consumer._subscription.subscription is not None and consumer._subscription.subscription.assignment is not None  # noqa: SLF001

    def connected(self) -> bool:
        """Whether the broker that coordinates the group is known, and somebody still looks after the membership."""
        coordinator = self._coordinator()
        return coordinator is not None and coordinator.coordinator_id is not None and not coordinator._coordination_task.done()  # noqa: SLF001

    def ill(self, now: float) -> bool:
        """Whether the client has been no working member of its group for ``ILL_S`` seconds, though it was started."""
        well = self.connected() and self._failures < ILL_POLLS
        self._well_at = now if well or self._coordinator() is None else self._well_at
        return now - self._well_at > ILL_S

    async def reachable(self) -> bool:
        """Whether a broker tells who coordinates the group: then it is the client that does not find its way back."""
        consumer = self._subscriber.consumer
        try:
            async with asyncio.timeout(LOOKUP_LIMIT_S):
                await consumer._client.coordinator_lookup(CoordinationType.GROUP, self._group)  # noqa: SLF001
        except (KafkaError, OSError, TimeoutError, AssertionError):
            return False
        return True

    async def restart(self) -> None:
        """Leave the group with this client and join it with a new one, after the batch in hand.

        What was handled and not committed yet is committed by the new one, or read again, which changes nothing. Raises
        TimeoutError when the batch in hand does not end in time; then nothing has changed.
        """
        async with asyncio.timeout(STOP_LIMIT_S):
            await self._one.acquire()
        try:
            if self._stopped:
                return
            ending = asyncio.ensure_future(self._subscriber.stop())
            await asyncio.wait({ending}, timeout=STOP_LIMIT_S)
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)
            self._well_at, self._failures = time.monotonic(), 0
            await self._subscriber.start()
        except (KafkaError, OSError) as error:
            log.warning("reader.not_restarted", group=self._group, error=type(error).__name__)
        finally:
            self._one.release()

    def _coordinator(self) -> Any:
        """The part of the client that keeps the membership; None before it was started."""
        consumer = self._subscriber.consumer
        return consumer._coordinator if consumer is not None else None  # noqa: SLF001

    def lags(self) -> dict[str, int]:
        """By topic how many records are there and not taken yet, as far as it is known without asking the broker.

        A topic of which this member has no partition lags by 0: what it had before is now another's to count.
        """
        consumer, lags = self._subscriber.consumer, dict.fromkeys(self._topics, 0)
        for place in consumer.assignment() if consumer else ():
            at, end = _position(consumer, place), _end(consumer, place)
            if end is not None and at is not None:
                lags[place.topic] = lags.get(place.topic, 0) + max(0, end - at)
        return lags

    def marks(self) -> dict[TopicPartition, Mark]:
        """How far each partition is handled, and whether more of it is there, or in hand, or not known to be absent.

        Where nothing was handled yet counts where reading begins. The position itself tells nothing: it also moves when a
        batch is given back and read again.
        """
        consumer, marks = self._subscriber.consumer, dict[TopicPartition, Mark]()
        for place in consumer.assignment() if consumer else ():
            at, end = _position(consumer, place), _end(consumer, place)
            waits = place in self._in_hand or at is None or end is None or end > at
            marks[place] = Mark(self._next.get(place, at), waits)
        return marks

    def stuck(self) -> bool:
        """Records wait, the broker is there, and nothing is handled."""
        quiet = time.monotonic() - self._moved > STUCK_S
        return quiet and not self._one.locked() and self.connected() and any(self.lags().values())


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Commits before another member may take over."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def on_partitions_revoked(self, _revoked: object) -> None:
        await self._reader.commit()

    async def on_partitions_assigned(self, _assigned: object) -> None:
        self._reader.partitions_came()


def _end(consumer: Any, place: TopicPartition) -> int | None:
    """The next offset that will be written, as the last answer to a fetch told it."""
    end: int | None = consumer.highwater(place)
    return end


def _position(consumer: Any, place: TopicPartition) -> int | None:
    """Where the consumer stands, as far as it knows without asking the broker."""
    state = consumer._subscription.subscription.assignment.state_value(place)  # noqa: SLF001
    return state.position if state is not None and state.has_valid_position else None
