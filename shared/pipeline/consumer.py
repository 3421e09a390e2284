"""The Kafka door: passes batches of records to the step. Offsets are committed after the step has committed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.errors import BreakerOpen
from shared.kafka.clients import Wait, make_broker
from shared.kafka.records import MAX_RECORD_BYTES, KafkaRecord, Record
from shared.observability.health import Pulse
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.pipeline.junk import Junk
from shared.pipeline.patience import pause
from shared.pipeline.progress import Progress
from shared.pipeline.reader import Reader
from shared.pipeline.step import Ended, Step, passes
from shared.pipeline.work import Work

if TYPE_CHECKING:
    from shared.service import Service

log = get_logger()
WATCH_S = 1.0
# For external streams. Their records are rare, so a fetch may wait. They are not trusted, so we take them in small
# pieces.
FOREIGN = Wait(500, most=4 * MAX_RECORD_BYTES, at_once=16)
# A fetch that has this many bytes is answered without further waiting.
ENOUGH = 65_536
# For this long a transient error only leads to a retry, even though Postgres answers. After that the batch is searched
# for the record that causes it.
DOUBT_S = 10.0
T = TypeVar("T")


async def patiently(
    attempt: Callable[[bool], Awaitable[T]], suspects: Callable[[Exception], Awaitable[bool]], pulse: Pulse, what: str
) -> T:
    """Repeat an attempt until it succeeds. Nothing is ever skipped. Only BreakerOpen ends the repetition.

    An unforeseen error is repeated too: raising it would make the client seek back and return at once, thousands of
    times a second.

    ``suspects`` tells whether one record may have caused an error; while Postgres is away the answer is no. After
    ``DOUBT_S`` seconds of errors that are all suspect, the attempt is called with True and then searches for that
    record.
    """
    tries, began = 0, time.monotonic()
    suspected: float | None = None
    while True:
        try:
            result = await attempt(suspected is not None and time.monotonic() - suspected > DOUBT_S)
        except BreakerOpen:
            raise
        except Exception as error:  # noqa: BLE001  (kept in hand and tried again, with readiness red)
            pulse.trouble(what)
            if not passes(error):
                log.error("step.unforeseen", what=what, error=type(error).__name__, tries=tries)
            elif tries in (0, 5) or tries % 20 == 0:
                log.warning("step.retried", what=what, error=type(error).__name__, tries=tries)
            suspected = (suspected or time.monotonic()) if await suspects(error) else None
            await asyncio.sleep(pause(tries, time.monotonic() - began))
            tries += 1
        else:
            pulse.well(what)
            return result


class Consumer:
    """The readers of a service: one for its internal streams, and one for the external streams that OPDs write.

    They are separate because a fetch names every partition. A single reader would also ask for each OPD's quiet topic,
    and each record of the busy topics would then cost three times as much.
    """

    def __init__(self, service: Service[Any], step: Step[Any], pulse: Pulse, meters: Meters) -> None:
        settings = service.settings
        self._step = step
        self._pulse = pulse
        self._meters = meters
        self._junk = Junk(frozenset(stream.topic for stream in service.external))
        self._broker = make_broker(settings)
        own = Wait(settings.gather_ms, ENOUGH) if settings.gather_ms else Wait(100)
        doors = (
            (settings.service, service.streams, own),
            (f"{settings.service}.external", service.external, FOREIGN),
        )
        self.readers = [
            Reader(
                self._broker,
                tuple(s.topic for s in streams),
                group,
                settings.batch_size,
                self._handle,
                wait=wait,
                assigned=self._assigned,
            )
            for group, streams, wait in doors
            if streams
        ]
        self.committed: Callable[[Ended], None] = lambda _ended: None
        self._broken: asyncio.Event = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopped = False
        self._progress = Progress()
        self._standing: set[TopicPartition] = set()

    async def run(self) -> None:
        """Consume until cancelled.

        The start is repeated while Kafka is away. An open breaker ends consuming, not the process.
        """
        await self._start()
        while not self._broken.is_set():
            self._watch()
            for reader in self.readers:
                reader.commit_if_settled()
                await self._heal(reader)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WATCH_S):  # not wait_for: in 3.11 it can lose a cancellation
                    await self._broken.wait()
        await self.stop()
        self._pulse.rest("consumer.loop")

    async def _start(self) -> None:
        tries, began = 0, time.monotonic()
        while not await self._started(quiet=tries % 10 != 0):
            self._pulse.trouble("kafka")
            await asyncio.sleep(pause(tries, time.monotonic() - began))
            tries += 1
        self._pulse.well("kafka")

    async def _started(self, *, quiet: bool) -> bool:
        async with self._turn:
            if self._stopped:
                return True
            try:
                await self._broker.start()
            except (KafkaError, OSError) as error:
                if not quiet:
                    log.warning("kafka.away", error=type(error).__name__)
                with contextlib.suppress(KafkaError, OSError, ExceptionGroup):
                    await self._broker.stop()
                return False
            return True

    async def _heal(self, reader: Reader) -> None:
        """Replace a client that has lost its group membership and does not regain it although the brokers are there.

        The client's own care for its membership ends for good at an error that it did not foresee. Records that it
        still fetches come from partitions that may belong to another member.
        """
        if not reader.ill(time.monotonic()) or not await reader.reachable():
            return
        log.error("reader.restarted", partitions=len(reader.assigned()))
        async with self._turn:
            if not self._stopped:
                with contextlib.suppress(TimeoutError):  # a batch in hand that does not end: the next look tries again
                    await reader.restart()

    async def stop(self) -> None:
        """Finish and commit the batch in hand, then leave the group.

        A start in progress is awaited first, because it holds connections.
        """
        self._stopped = True
        async with self._turn:
            await asyncio.gather(*(reader.finish() for reader in self.readers))
            await self._broker.stop()
            await asyncio.gather(*(reader.end() for reader in self.readers))

    async def _handle(self, raw: Sequence[KafkaRecord]) -> None:
        if self._broken.is_set():
            raise BreakerOpen
        began = time.perf_counter()
        works = self._junk.bounded([self._step.decoder.work(Record.of(record)) for record in raw])

        async def attempt(doubt: bool) -> Ended:
            return await self._step.run(works, doubt=doubt)

        try:
            ended = await patiently(attempt, self._step.suspects, self._pulse, "postgres")
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
                self._meters.stream_age.labels(work.record.topic).set(
                    max(0.0, time.time() - work.record.appended_at.timestamp())
                )

    def assigned(self) -> set[TopicPartition]:
        """Return the partitions that this replica has now."""
        return set[TopicPartition]().union(*(reader.assigned() for reader in self.readers))

    def joined(self) -> bool:
        """Return whether this replica is a member of its groups and has an assignment, even an empty one."""
        return all(reader.joined() for reader in self.readers)

    def _watch(self) -> None:
        self._pulse.set("kafka", all(reader.connected() for reader in self.readers))
        for reader in self.readers:
            for topic, lag in reader.lags().items():
                self._meters.stream_lag.labels(topic).set(lag)
        self._pulse.set("assignment", bool(self.assigned()))
        self._watch_progress()
        if not any(reader.stuck() for reader in self.readers):
            self._pulse.beat("consumer.loop")

    def _watch_progress(self) -> None:
        """Turn readiness red when a partition stands still.

        The metric names the partition's topic, the log line the partition.
        """
        marks = {place: mark for reader in self.readers for place, mark in reader.marks().items()}
        standing = self._progress.standing(marks, time.monotonic())
        for place in set(standing) - self._standing:
            log.error("partition.stands", topic=place.topic, partition=place.partition, handled=marks[place].handled)
        for place in self._standing - set(standing):
            log.info("partition.moves", topic=place.topic, partition=place.partition)
        self._standing = set(standing)
        self._pulse.set("progress", not standing)
        stands = Counter(place.topic for place in standing)
        for topic in {place.topic for place in marks}:
            self._meters.standing.labels(topic).set(stands[topic])

    def _assigned(self) -> None:
        """Mark the set of held keys as stale when partitions arrive.

        Records that another replica set aside must not be overtaken.
        """
        self._step.held.stale = True
