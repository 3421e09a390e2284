"""The input of Kafka: passes batches of records to the step. Offsets are committed after the step has committed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.backoff import Backoff, retry
from shared.errors import BreakerOpen
from shared.inputs.catch_up import CatchUp
from shared.inputs.committing import commit
from shared.inputs.junk import Junk
from shared.inputs.placing import Placing
from shared.inputs.progress import ProgressWatch
from shared.inputs.reader import Reader
from shared.kafka.clients import Wait, make_broker
from shared.kafka.records import MAX_RECORD_BYTES
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.observability.metrics import Meters
from shared.pipeline.items import Entry
from shared.pipeline.service import Service
from shared.pipeline.step import Batch, Step
from shared.record import KafkaRecord, Record

log = get_logger()
WATCH_S = 1.0
# For external streams. Their records are rare, so a fetch may wait. They are not trusted, so we take them in small
# pieces.
FOREIGN = Wait(500, most=4 * MAX_RECORD_BYTES, at_once=16)
# A fetch that has this many bytes is answered without further waiting.
ENOUGH = 65_536


class Consumer:
    """The readers of a service: one for its internal streams, and one for the external streams that OPDs write.

    They are separate because a fetch names every partition. A single reader would also ask for each OPD's quiet topic,
    and each record of the busy topics would then cost three times as much.

    ``committed`` is called after a commit that has written events. ``own`` tells how far the internal streams are read.
    """

    def __init__(
        self,
        service: Service[Any],
        step: Step[Any],
        health: Health,
        meters: Meters,
        committed: Callable[[], None],
        own: CatchUp,
    ) -> None:
        settings = service.settings
        self._step = step
        self._health = health
        self._meters = meters
        self._committed = committed
        self._junk = Junk(frozenset(stream.topic for stream in service.external))
        self._broker = make_broker(settings)
        gather = Wait(settings.gather_ms, ENOUGH) if settings.gather_ms else Wait(100)
        self._own = own
        self._own_ends: Mapping[TopicPartition, int] | None = None
        self._own_read = False
        inputs = (
            (settings.service, service.streams, gather, _at_once),
            (f"{settings.service}.external", service.external, FOREIGN, self._own_first),
        )
        self.readers = [
            Reader(
                self._broker,
                tuple(s.topic for s in streams),
                group,
                settings.batch_size,
                self._handle,
                wait=wait,
                placing=Placing(step.positions, step.offset_back, first),
                assigned=step.held.expire,
            )
            for group, streams, wait, first in inputs
            if streams
        ]
        self._broken: asyncio.Event = asyncio.Event()
        self._turn = asyncio.Lock()
        self._stopped = False
        self._progress = ProgressWatch()
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
        self._health.rest("consumer.loop")

    async def _own_first(self) -> bool:
        """Return whether the internal streams are read as far as they went at the start. It matters after a restore.

        The router then opens cases again from the log of intake. An OPD's answer to such a case must not come first.
        """
        if self._own_read or not self._step.decoder.epochs:
            return True
        if self._own_ends is None:
            self._own_ends = await self._own.ends()
        if not await self._own.reached(self._own_ends):
            return False
        self._own_read = True
        await self._own.close()
        return True

    async def _start(self) -> None:
        async def failed(error: Exception, backoff: Backoff) -> None:
            self._health.trouble("kafka")
            if backoff.noteworthy:
                log.warning("kafka.away", error=type(error).__name__)

        await retry(self._start_once, (KafkaError, OSError), failed=failed)
        self._health.well("kafka")

    async def _start_once(self) -> None:
        async with self._turn:
            if self._stopped:
                return
            try:
                await self._broker.start()
            except (KafkaError, OSError):
                with contextlib.suppress(KafkaError, OSError, ExceptionGroup):
                    await self._broker.stop()
                raise

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
            await asyncio.gather(*(reader.end() for reader in self.readers), self._own.close())

    async def _handle(self, raw: Sequence[KafkaRecord]) -> None:
        if self._broken.is_set():
            raise BreakerOpen
        began = time.perf_counter()
        batch = Batch(self._junk.bounded([self._step.decoder.entry(Record.of(record)) for record in raw]))
        try:
            events = await commit(self._step, batch, self._health)
        except BreakerOpen as broken:
            log.critical("breaker.open", reason=str(broken))
            self._health.trouble("breaker")
            self._meters.breaker.set(1)
            self._broken.set()
            raise
        self._meters.stepped("records", [one.outcome for one in batch.committed], time.perf_counter() - began)
        self._note_age(batch.entries)
        if events:
            self._committed()
        self._step.parts.fault("after_commit_before_offsets")

    def _note_age(self, entries: Sequence[Entry]) -> None:
        appended = [entry.record.appended_at for entry in entries if entry.record is not None]
        if appended:
            self._meters.delivery_age.observe(max(0.0, time.time() - min(appended).timestamp()))

    def assigned(self) -> set[TopicPartition]:
        """Return the partitions that this replica has now."""
        return set[TopicPartition]().union(*(reader.assigned() for reader in self.readers))

    def joined(self) -> bool:
        """Return whether this replica is a member of its groups and has an assignment, even an empty one."""
        return all(reader.joined() for reader in self.readers)

    def _watch(self) -> None:
        self._health.set("kafka", all(reader.connected() for reader in self.readers))
        for reader in self.readers:
            for topic, lag in reader.lags().items():
                self._meters.stream_lag.labels(topic).set(lag)
        self._health.set("assignment", bool(self.assigned()))
        self._watch_progress()
        if not any(reader.stuck() for reader in self.readers):
            self._health.beat("consumer.loop")

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
        self._health.set("progress", not standing)
        stands = Counter(place.topic for place in standing)
        for topic in {place.topic for place in marks}:
            self._meters.standing.labels(topic).set(stands[topic])


async def _at_once() -> bool:
    """Let a reader begin at once."""
    return True
