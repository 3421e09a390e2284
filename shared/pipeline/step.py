"""The one place where state changes: claim, load, fold, save, commit (docs/architecture/step.md)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from shared.clock import Clock
from shared.errors import BreakerOpen
from shared.observability.logs import get_logger
from shared.pipeline.blame import passes, problem_of, refusal_of
from shared.pipeline.decoding import unreadable
from shared.pipeline.held import HELD, Held, find_held
from shared.pipeline.items import Attempt, Entry, Item, Problem, Undecodable
from shared.pipeline.replay import Replay
from shared.pipeline.service import Service
from shared.pipeline.tables import Place, Q
from shared.pipeline.transaction import Parts, Transaction
from shared.postgres.errors import TRANSIENT, is_lock_timeout, may_be_the_record
from shared.postgres.pool import Pool
from shared.trace import id_of

S = TypeVar("S")
log = get_logger()


class Batch:
    """The entries that an input hands to the step together, and the committed attempt of each; None: not committed yet.

    Between two tries of the step an entry may be replaced by one that says more, such as why it must be parked.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.attempts: list[Attempt | None] = [None] * len(self.entries)

    @property
    def left(self) -> list[int]:
        """The places of the entries that are not committed yet."""
        return [place for place, attempt in enumerate(self.attempts) if attempt is None]

    @property
    def committed(self) -> list[Attempt]:
        """The attempts of the committed entries, in order."""
        return [attempt for attempt in self.attempts if attempt is not None]


class Step(Generic[S]):
    """Folds a batch into the service's schema, all or nothing."""

    def __init__(
        self, service: Service[S], pool: Pool, clock: Clock, fault: Callable[[str], None] = lambda _point: None
    ) -> None:
        self._pool = pool
        self.parts = Parts(service, clock, fault)
        self.held = Held()
        self.replay = Replay(pool, self._transaction)
        self.decoder = self.parts.decoder

    async def run(self, batch: Batch, *, doubt: bool = False) -> int:
        """Fold and commit the entries of a batch that are not committed yet. Return how many events were written.

        When the transaction fails for a reason that neither time nor a retry can heal, the batch is halved until the
        culprit stands alone. With ``doubt``, transient errors split the batch too: they have come again and again while
        Postgres answered.

        Raises Transient, Postgres's transient errors, and BreakerOpen. The caller may then run the batch again.
        """
        return await self._run(batch, batch.left, doubt=doubt)

    async def _run(self, batch: Batch, places: Sequence[int], *, doubt: bool) -> int:
        if not places:
            return 0
        try:
            return await self._try(batch, places)
        except Exception as error:
            if await self._heals(error, doubt=doubt):
                raise
            if len(places) == 1:
                return await self._alone(batch, places[0], error, doubt=doubt)
        middle = len(places) // 2
        first = await self._run(batch, places[:middle], doubt=doubt)
        return first + await self._run(batch, places[middle:], doubt=doubt)

    async def positions(self) -> Mapping[Place, int]:
        """Return the next offset of each partition that was read, and take the epochs of the writers into force."""
        self.decoder.epochs = {row["writer"]: row["epoch"] for row in await self._pool.fetch(Q["epochs"])}
        return {(row["topic"], row["partition"]): row["next"] for row in await self._pool.fetch(Q["offsets"])}

    async def offset_back(self, topic: str, partition: int, offset: int) -> None:
        """Note that a partition was made anew and is handled up to this offset only."""
        await self._pool.execute(Q["offset_back"], topic, partition, offset)

    async def suspects(self, error: BaseException) -> bool:
        """Return whether one record may have caused this transient error.

        Postgres must answer at this moment and be able to write.
        """
        try:
            return may_be_the_record(error) and bool(await self._pool.fetchval(Q["answers"]))
        except TRANSIENT:
            return False

    async def _heals(self, error: Exception, *, doubt: bool) -> bool:
        """Return whether the batch must be left to a later try."""
        return isinstance(error, BreakerOpen) or (passes(error) and not (doubt and await self.suspects(error)))

    async def _try(self, batch: Batch, places: Sequence[int], limit: int | None = None) -> int:
        """Fold and commit these entries in one transaction. Return how many events were written.

        Entries whose row another session holds are set aside, and the others are tried again at once.
        """
        while True:
            await self.held.refresh(self._pool)
            if self.held:
                self._set_aside(batch, places)
            entries = [batch.entries[place] for place in places]
            transaction: Transaction[S] | None = None
            try:
                async with self._transaction(limit) as transaction:
                    attempts = await transaction.run(entries)
                break
            except Exception as error:
                if transaction is None:
                    raise
                if transaction.complete:
                    _mark_unsure(batch, places)
                if not is_lock_timeout(error):
                    raise
                self.held.add(await find_held(self._pool, transaction.rows.by_key.keys(), transaction.reached))
                if not self._set_aside(batch, places):
                    raise
        for place, attempt in zip(places, attempts, strict=True):
            batch.attempts[place] = attempt
        self.held.add(entry.key for entry in entries if isinstance(entry, Item) and entry.held)
        self.parts.breaker.record(entries, attempts)
        self.parts.fault("after_commit")
        return len(transaction.rows.events)

    @contextlib.asynccontextmanager
    async def _transaction(self, limit: int | None = None) -> AsyncIterator[Transaction[S]]:
        """Open a transaction, and commit it at the end unless an error is raised."""
        async with self._pool.acquire() as connection, connection.transaction():
            if self.parts.service.before is not None:
                await self.parts.service.before(connection)
            yield Transaction(self.parts, connection, limit)

    def _set_aside(self, batch: Batch, places: Sequence[int]) -> bool:
        """Set aside the entries that need a held key. Return whether there were any."""
        needing = [place for place in places if self.held.needed_by(batch.entries[place])]
        for place in needing:
            batch.entries[place] = replace(batch.entries[place], problem=HELD)
        return bool(needing)

    async def _alone(self, batch: Batch, place: int, error: Exception, *, doubt: bool) -> int:
        """Handle an entry that fails by itself.

        For a record of an internal stream, first fold it without draining the parked records behind it. If that
        succeeds, one of the parked records is the culprit. Otherwise the entry itself is the culprit: park its record,
        or refuse its caller.
        """
        entry = batch.entries[place]
        if isinstance(entry, Item) and entry.sequenced:
            try:
                events = await self._try(batch, [place], limit=0)
            except Exception as again:
                if await self._heals(again, doubt=doubt):
                    raise
            else:
                attempt = batch.attempts[place]
                if attempt is not None and attempt.outcome == "folded":
                    await self.replay.advance(entry.key)
                return events
        problem = problem_of(error)
        record = entry.record
        trace_id = id_of(entry.traceparent) if isinstance(entry, Item) else None
        log.error("step.culprit", error=problem.detail, topic=record.topic if record else None, trace_id=trace_id)
        if record is not None and isinstance(entry, Item) and entry.opd and problem.reason == "data":
            data = Undecodable(f"a value that cannot be stored ({problem.detail})")
            problem = Problem("undecodable", problem.detail)
            batch.entries[place] = replace(entry, data=data, claim=unreadable(record), problem=problem)
            return await self._try(batch, [place])
        if record is not None or (isinstance(entry, Item) and entry.timer):
            batch.entries[place] = replace(entry, problem=problem)
            return await self._try(batch, [place])
        batch.attempts[place] = Attempt("refused", refusal=refusal_of(error))
        return 0


def _mark_unsure(batch: Batch, places: Sequence[int]) -> None:
    """Note that a COMMIT was sent for these commands and no answer came back."""
    for place in places:
        entry = batch.entries[place]
        if isinstance(entry, Item) and entry.commanded:
            batch.entries[place] = replace(entry, unsure=True)
