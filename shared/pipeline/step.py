"""The one place where state changes: claim, load, fold, save, commit (docs/architecture/step.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from shared.clock import Clock
from shared.errors import BreakerOpen, Failed, Invalid, NotFound, Refused, Transient
from shared.ids import keyed_hash
from shared.observability.logs import get_logger
from shared.pipeline.batch import Batch
from shared.pipeline.breaker import Breaker
from shared.pipeline.change import Tick, Undecodable
from shared.pipeline.decoding import Decoder, unreadable
from shared.pipeline.held import Held, set_aside
from shared.pipeline.rows import Q
from shared.pipeline.work import Reason, Work
from shared.postgres.errors import TRANSIENT, is_lock_timeout, is_refused_data, may_be_the_record
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from shared.service import Service

S = TypeVar("S")
log = get_logger()


@dataclass(slots=True)
class Ended:
    """The result of one committed step, for metrics and for waking the relay."""

    events: int


class Step(Generic[S]):
    """Folds a batch of works into the service's schema, all or nothing."""

    def __init__(self, service: Service[S], pool: Pool, clock: Clock, secret: bytes) -> None:
        self._pool = pool
        self._clock = clock
        self._secret = secret
        self.service = service
        self.adapter: TypeAdapter[S] = TypeAdapter(service.state)
        self.decoder = Decoder(service, clock)
        self.breaker = Breaker({stream.topic for stream in service.external})
        self.fault: Callable[[str], None] = lambda _point: None
        self.held = Held()

    async def run(self, works: Sequence[Work], *, doubt: bool = False) -> Ended:
        """Fold and commit these works in one transaction. Works that are already committed are left out.

        When the transaction fails for a reason that neither time nor a retry can heal, the batch is halved until the
        culprit stands alone. With ``doubt``, transient errors split the batch too: they have come again and again while
        Postgres answered.

        Raises Transient, Postgres's transient errors, and BreakerOpen. The caller may then give works that are not
        marked as committed again.
        """
        left = [work for work in works if not work.committed]
        if not left:
            return Ended(0)
        try:
            return Ended(await self._attempt(left))
        except _RowHeld:
            return await self.run(left, doubt=doubt)
        except Exception as error:
            if isinstance(error, BreakerOpen) or (passes(error) and not (doubt and await self.suspects(error))):
                raise
            if len(left) == 1:
                return Ended(await self._alone(left[0], error, doubt=doubt))
        middle = len(left) // 2
        first = await self.run(left[:middle], doubt=doubt)
        second = await self.run(left[middle:], doubt=doubt)
        return Ended(first.events + second.events)

    async def suspects(self, error: BaseException) -> bool:
        """Return whether one record may have caused this transient error.

        Postgres must answer at this moment and be able to write.
        """
        try:
            return may_be_the_record(error) and bool(await self._pool.fetchval(Q["answers"]))
        except TRANSIENT:
            return False

    async def _attempt(self, works: Sequence[Work], limit: int | None = None) -> int:
        if self.held.stale:
            await self.held.refresh(self._pool)
        if self.held:
            self.held.mark(works)
        for work in works:
            work.restart()
        batches: list[Batch[S]] = []

        async def attempt(batch: Batch[S]) -> int:
            batches.append(batch)
            events = await batch.run(works)
            for work in works:
                work.unsure = True  # from here on the COMMIT is on its way
            return events

        try:
            events = await self._within(attempt, limit)
        except Exception as error:
            if batches and is_lock_timeout(error):
                [batch] = batches
                if await set_aside(self.held, self._pool, works, batch.reached, set(batch.rows.by_key)):
                    raise _RowHeld from error
            raise
        self.held.add(key for work in works if work.held and work.item is not None for key in work.item.keys[:1])
        for work in works:
            work.committed = True
        self.breaker.record(works)
        self.fault("after_commit")
        return events

    async def _within(self, what: Callable[[Batch[S]], Awaitable[int]], limit: int | None = None) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            if self.service.before is not None:
                await self.service.before(connection)
            return await what(Batch(self, connection, limit))

    async def _alone(self, work: Work, error: Exception, *, doubt: bool) -> int:
        """Handle a work that fails by itself.

        For a record of an internal stream, first fold it without draining the parked records behind it. If that
        succeeds, one of the parked records is the culprit. Otherwise the work itself is the culprit: park its record,
        or refuse its caller.
        """
        if work.sequenced and work.item is not None:
            try:
                events = await self._attempt([work], limit=0)
            except Exception as again:
                if isinstance(again, BreakerOpen) or (passes(again) and not (doubt and await self.suspects(again))):
                    raise
            else:
                if work.outcome == "folded":
                    await self._one_by_one(work.item.key)
                return events
        reason, what = _blame(error)
        log.error("step.culprit", error=what, topic=work.record.topic if work.record else None)
        if work.record is not None and work.item is not None and work.item.opd and reason == "data":
            work.item = replace(work.item, data=Undecodable(f"a value that cannot be stored ({what})"))
            work.claim = unreadable(work.record)
            work.condemn("undecodable", what)
            return await self._attempt([work])
        if work.record is not None or (work.item is not None and isinstance(work.item.data, Tick)):
            work.condemn(reason, what)
            return await self._attempt([work])
        if isinstance(error, Refused):
            work.refusal = error
        elif reason == "data":
            work.refusal = Invalid(f"the database refuses a value ({what})")
        else:
            work.refusal = Failed()
        work.outcome, work.committed = "refused", True
        return 0

    async def retry(self, row_id: int) -> bool:
        """Fold a parked record again, after the parked records of its complaint before it.

        Return True when its row is gone. Raises NotFound when no such row is parked.
        """
        row = await self._parked(row_id)
        if row["key"] is not None and (row["sequence"] is not None or row["reason"] != "undecodable"):
            await self._one_by_one(row["key"])
        else:
            await self._try(row_id, lambda batch: batch.retry(row))
        return await self._pool.fetchrow(Q["parked_show"], row_id) is None

    async def discard(self, row_id: int, who: str, why: str) -> None:
        """Count a parked record as read, and fold the records that waited behind it.

        Raises NotFound when no such row is parked, and Invalid when an earlier record is missing.
        """
        row = await self._parked(row_id)

        async def give_up(batch: Batch[S]) -> int:
            await batch.discard(row, who, why)
            return 0

        await self._within(give_up, limit=0)
        if row["key"] is not None:
            await self._one_by_one(row["key"])

    async def _parked(self, row_id: int) -> Mapping[str, Any]:
        row = await self._pool.fetchrow(Q["parked_show"], row_id)
        if row is None or row["discarded_at"] is not None:
            raise NotFound(f"no parked row {row_id}")
        return dict(row)

    async def advance(self, key: UUID) -> int:
        """Fold the parked records of a key as far as possible. Return how many rows are gone."""
        return await self._one_by_one(key)

    async def _one_by_one(self, key: UUID) -> int:
        """Fold the parked records of a key, each in its own transaction.

        A record that Postgres refuses then blocks only later ones.
        """
        went = 0
        while more := await self._try(None, lambda batch: batch.advance(key)):
            went += more
        return went

    async def _try(self, row_id: int | None, what: Callable[[Batch[S]], Awaitable[int]]) -> int:
        batches: list[Batch[S]] = []

        async def remembered(batch: Batch[S]) -> int:
            batches.append(batch)
            return await what(batch)

        try:
            return await self._within(remembered, limit=1)
        except Exception as error:
            if passes(error):
                raise
            reason, detail = _blame(error)
            row_id = row_id or batches[0].drain.trying
            log.error("step.culprit", error=detail, parked=row_id)
            if row_id is not None:
                await self._pool.execute(Q["parked_reason"], [row_id], [reason], [detail])
            return 0

    # The two methods below are for the batch.
    def now(self) -> datetime:
        """Return the present instant in domain time."""
        return self._clock.now()

    def hashed(self, scope: str, token: str) -> str:
        """Return the keyed hash of a claim token. Tokens themselves are not stored."""
        return keyed_hash(self._secret, "claim", scope, token)


def passes(error: BaseException) -> bool:
    """Return whether time or a retry heals this error."""
    return isinstance(error, Transient) or (isinstance(error, TRANSIENT) and not is_refused_data(error))


def _blame(error: Exception) -> tuple[Reason, str]:
    """Return the reason and the detail of a parked row.

    The detail is never the error's text, which may carry a citizen's.
    """
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate:
        return "data", f"SQLSTATE {sqlstate}"
    return ("data" if isinstance(error, TRANSIENT) else "fold"), type(error).__name__


class _RowHeld(Exception):
    """Works of this batch were set aside because another session holds their row. The others can be tried at once."""


__all__ = ["BreakerOpen", "Ended", "Step", "passes"]
