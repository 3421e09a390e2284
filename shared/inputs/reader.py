"""One member of a consumer group. It hands batches of records to a handler and then commits their offsets."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.client import CoordinationType
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker

from shared.inputs.placing import Placing
from shared.inputs.progress import Mark
from shared.kafka.clients import Handler, Wait, subscribe
from shared.observability.logs import get_logger
from shared.record import KafkaRecord

log = get_logger()
# When records are there and none was handled for this long, the loop does not move, whatever the state of its task.
STUCK_S = 30.0
STOP_LIMIT_S, COMMIT_LIMIT_S = 15.0, 3.0
# The session of a dead member ends after six seconds. A client that has not rejoined its group in more than twice that
# time does not rejoin by itself.
ILL_S, ILL_POLLS = 15.0, 10
LOOKUP_LIMIT_S = 5.0


class Reader:
    """One subscriber and its offsets.

    Offsets are committed about once a second and on rebalance, not per batch, because each commit costs the broker one
    record per partition. After a crash the uncommitted records are read again, which changes nothing: the step
    recognises repeats.
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
        placing: Placing,
        assigned: Callable[[], None] = lambda: None,
    ) -> None:
        self.partitions_came = assigned
        self._handler = handler
        self._topics = topics
        self.placing = placing
        self._subscriber = subscribe(
            broker,
            topics,
            group,
            batch_size,
            self._handle,
            _Handover(self),
            wait=wait,
            polled=self._polled,
            place=placing.place,
            sift=placing.sift,
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
        """Count the failed polls in a row.

        A failure may concern one partition or the whole group. A good poll resets the count.
        """
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
        """Commit the handled offsets, unless this member has to rejoin its group.

        A commit that the group refuses makes the client forget its membership, even one that it has just regained.
        Repeated every second, such commits could keep a member out for long. Offsets that are left out now are
        committed once the group is settled.
        """
        coordinator = self._coordinator()
        if coordinator is not None and not coordinator._rejoin_needed_fut.done():  # noqa: SLF001
            self.commit_soon()

    def commit_soon(self) -> asyncio.Task[None]:
        """Start to commit the handled offsets and return the task. A commit already in progress is returned instead."""
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())
        return self._committing

    async def commit(self) -> None:
        """Commit the handled offsets, and wait for that up to a time limit.

        A commit that takes longer goes on in the background. The client retries as long as the broker is away; if it
        were cancelled while it connects, it would leave the connection behind.
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
        """Give up the offsets that are still uncommitted. Called after the connections are closed."""
        if self._committing is not None:
            self._committing.cancel()
            await asyncio.wait({self._committing})

    async def finish(self) -> None:
        """Let the batch in hand end, take no further one, and commit.

        A batch that does not end in time stays uncommitted.
        """
        try:
            async with asyncio.timeout(STOP_LIMIT_S), self._one:
                self._stopped = True
        except TimeoutError:
            log.warning("reader.unfinished")
            self._stopped = True
        await self.commit()

    def assigned(self) -> set[TopicPartition]:
        """Return the partitions that this member has now."""
        consumer = self._subscriber.consumer
        return set(consumer.assignment()) if consumer else set()

    def joined(self) -> bool:
        """Return whether this member belongs to its group and has an assignment, even an empty one."""
        consumer = self._subscriber.consumer
        if consumer is None:
            return False
        subscription = consumer._subscription.subscription  # noqa: SLF001
        return subscription is not None and subscription.assignment is not None

    def connected(self) -> bool:
        """Return whether the group's coordinator is known and the client's membership task still runs."""
        coordinator = self._coordinator()
        if coordinator is None or coordinator.coordinator_id is None:
            return False
        return not coordinator._coordination_task.done()  # noqa: SLF001

    def ill(self, now: float) -> bool:
        """Return whether a started client has been no working member of its group for ``ILL_S`` seconds."""
        well = self.connected() and self._failures < ILL_POLLS
        self._well_at = now if well or self._coordinator() is None else self._well_at
        return now - self._well_at > ILL_S

    async def reachable(self) -> bool:
        """Return whether a broker names the group's coordinator. If so, the fault lies with the client."""
        consumer = self._subscriber.consumer
        try:
            async with asyncio.timeout(LOOKUP_LIMIT_S):
                await consumer._client.coordinator_lookup(CoordinationType.GROUP, self._group)  # noqa: SLF001
        except (KafkaError, OSError, TimeoutError, AssertionError):
            return False
        return True

    async def restart(self) -> None:
        """Leave the group with this client after the batch in hand, and join it with a new client.

        Handled but uncommitted offsets are committed by the new client, or their records are read again, which changes
        nothing. Raises TimeoutError when the batch in hand does not end in time; then nothing has changed.
        """
        async with asyncio.timeout(STOP_LIMIT_S):
            await self._one.acquire()
        try:
            if self._stopped:
                return
            old = self._subscriber.consumer
            ending = asyncio.ensure_future(self._subscriber.stop())
            await asyncio.wait({ending}, timeout=STOP_LIMIT_S)
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)
            await _cut(old)
            self.placing.forget()
            self._well_at, self._failures = time.monotonic(), 0
            await self._subscriber.start()
        except (KafkaError, OSError) as error:
            log.warning("reader.not_restarted", group=self._group, error=type(error).__name__)
        finally:
            self._one.release()

    def _coordinator(self) -> Any:
        """Return the part of the client that keeps the membership; None before the client was started."""
        consumer = self._subscriber.consumer
        return consumer._coordinator if consumer is not None else None  # noqa: SLF001

    def lags(self) -> dict[str, int]:
        """Return per topic the number of records not taken yet, as far as known without asking the broker.

        A topic of which this member has no partition has lag 0: its partitions are counted by the members that have
        them now.
        """
        consumer, lags = self._subscriber.consumer, dict.fromkeys(self._topics, 0)
        for place in consumer.assignment() if consumer else ():
            at, end = _position(consumer, place), _end(consumer, place)
            if end is not None and at is not None:
                lags[place.topic] = lags.get(place.topic, 0) + max(0, end - at)
        return lags

    def marks(self) -> dict[TopicPartition, Mark]:
        """Return how far each partition is handled, and whether it has more: there, in hand, or not known to be absent.

        Where nothing was handled yet, the position at which reading begins is used. Later the position tells nothing:
        it also moves when a batch is given back and read again.
        """
        consumer, marks = self._subscriber.consumer, dict[TopicPartition, Mark]()
        for place in consumer.assignment() if consumer else ():
            at, end = _position(consumer, place), _end(consumer, place)
            waits = place in self._in_hand or at is None or end is None or end > at
            marks[place] = Mark(self._next.get(place, at), waits)
        return marks

    def stuck(self) -> bool:
        """Return whether records wait and the broker is there, but nothing is being handled."""
        quiet = time.monotonic() - self._moved > STUCK_S
        free = not self._one.locked() and self.placing.placed
        return quiet and free and self.connected() and any(self.lags().values())


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """A rebalance listener that commits offsets before another member takes over."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def on_partitions_revoked(self, _revoked: object) -> None:
        self._reader.placing.forget()
        await self._reader.commit()

    async def on_partitions_assigned(self, _assigned: object) -> None:
        self._reader.placing.forget()
        self._reader.partitions_came()


async def _cut(consumer: Any) -> None:
    """Close the connections of a client that was stopped. Its own stop leaves them open when its group part fails."""
    if consumer is not None:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(COMMIT_LIMIT_S):
                await consumer._client.close()  # noqa: SLF001


def _end(consumer: Any, place: TopicPartition) -> int | None:
    """Return the next offset that will be written, as the last answer to a fetch gave it."""
    end: int | None = consumer.highwater(place)
    return end


def _position(consumer: Any, place: TopicPartition) -> int | None:
    """Return the consumer's position, as far as known without asking the broker."""
    state = consumer._subscription.subscription.assignment.state_value(place)  # noqa: SLF001
    return state.position if state is not None and state.has_valid_position else None
