"""The one place where state changes: claim, load, fold, save, commit (docs/architecture/step.md).

The number of SQL statements does not depend on the batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from shared.clock import Clock
from shared.errors import BreakerOpen, ClaimConflict, Failed, Invalid, Refused, Transient
from shared.events.fact import Blank, Unknown
from shared.ids import keyed_hash, new_id
from shared.kafka.records import Record
from shared.observability.logs import get_logger
from shared.pipeline.breaker import Breaker
from shared.pipeline.change import Item, Tick, Undecodable
from shared.pipeline.decoding import Decoder
from shared.pipeline.rows import Q, Row, Rows
from shared.pipeline.work import Parked, Work
from shared.postgres.errors import TRANSIENT, is_refused_data
from shared.postgres.pool import Connection, Pool

if TYPE_CHECKING:
    from shared.service import Service

S = TypeVar("S")
TIMER_RETRY = timedelta(hours=1)
log = get_logger()


@dataclass(slots=True)
class Ended:
    """What one committed step did: for metrics, and for waking the relay."""

    events: int


class Step(Generic[S]):
    """Folds a batch of works into the service's schema, all or nothing."""

    def __init__(self, service: Service[S], pool: Pool, clock: Clock, secret: bytes) -> None:
        self._service = service
        self._pool = pool
        self._clock = clock
        self._secret = secret
        self._adapter: TypeAdapter[S] = TypeAdapter(service.state)
        self.decoder = Decoder(service, clock)
        self.breaker = Breaker()
        self.fault: Callable[[str], None] = lambda _point: None

    async def run(self, works: Sequence[Work]) -> Ended:
        """One transaction. What neither time nor a retry can heal splits the batch until the culprit stands alone.

        Raises Transient and Postgres's passing errors (nothing was committed), and BreakerOpen.
        """
        try:
            return await self._attempt(works)
        except (Transient, BreakerOpen):
            raise
        except Exception as error:
            if isinstance(error, TRANSIENT) and not is_refused_data(error):
                raise
            for work in works:
                work.outcome, work.refusal = "waiting", None
            if len(works) == 1:
                return await self._alone(works[0], error)
        middle = len(works) // 2
        first = await self.run(works[:middle])
        second = await self.run(works[middle:])
        return Ended(first.events + second.events)

    async def _alone(self, work: Work, error: Exception) -> Ended:
        """The culprit by itself: its record is parked, its caller is told."""
        sqlstate = getattr(error, "sqlstate", None)
        what = f"SQLSTATE {sqlstate}" if sqlstate else type(error).__name__
        log.error("step.culprit", error=what, topic=work.record.topic if work.record else None)
        if work.record is not None:
            work.stop("data" if sqlstate else "fold", what)
            return await self._attempt([work])
        if isinstance(error, Refused):
            work.outcome, work.refusal = "refused", error
        elif sqlstate:
            work.outcome, work.refusal = "refused", Invalid(f"the database refuses a value ({what})")
        else:
            work.outcome, work.refusal = "refused", Failed()
        return Ended(0)

    async def _attempt(self, works: Sequence[Work]) -> Ended:
        async with self._pool.acquire() as connection, connection.transaction():
            ended = await _Batch(self, connection).run(works)
        self.breaker.record(works)
        self.fault("after_commit")
        return ended

    async def retry(self, row_id: int, work: Work) -> int:
        """Fold a parked record again; its row goes when that worked. Returns 1 or 0."""
        async with self._pool.acquire() as connection, connection.transaction():
            batch = _Batch(self, connection)
            await batch.retry(row_id, work)
        return int(work.outcome in ("folded", "repeat", "ignored"))

    async def discard(self, row: Mapping[str, Any], who: str, why: str) -> None:
        """Count a parked record as read, and fold what waited behind it."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _Batch(self, connection).discard(row, who, why)

    # What a batch needs of the step.
    @property
    def service(self) -> Service[S]:
        return self._service

    @property
    def adapter(self) -> TypeAdapter[S]:
        return self._adapter

    def now(self) -> datetime:
        return self._clock.now()

    def hashed(self, scope: str, token: str) -> str:
        """Claim tokens are kept as keyed hashes only."""
        return keyed_hash(self._secret, "claim", scope, token)


class _Batch(Generic[S]):
    """The rows, events and parked records of one transaction."""

    def __init__(self, step: Step[S], connection: Connection) -> None:
        self._step = step
        self._connection = connection
        self._now = step.now()
        self._rows: Rows[S] = Rows(step.adapter)
        self._extra: list[object] = []
        self._forwards: list[tuple[Item, UUID, object]] = []
        self._erased: set[UUID] = set()
        self._unparked: list[int] = []
        self._progressed: set[UUID] = set()

    async def run(self, works: Sequence[Work]) -> Ended:
        await self._claim(works)
        await self._rows.load(self._connection, (key for work in works if work.item for key in work.item.keys))
        for work in works:
            if work.outcome == "waiting":
                self._apply(work)
        self._step.fault("before_save")
        await self._settle()
        await self._park([work for work in works if work.outcome in ("gap", "parked")])
        await self._unclaim(works)
        await self._handled(works)
        self._step.breaker.check(works)
        self._step.fault("before_commit")
        return Ended(len(self._rows.events))

    async def retry(self, row_id: int, work: Work) -> None:
        """One parked record: folded and taken out, or left as it is."""
        if work.item is None:
            work.outcome = "parked"
            return
        await self._rows.load(self._connection, work.item.keys)
        self._apply(work, draining=True)
        if work.outcome in ("folded", "repeat", "ignored"):
            await self._connection.execute(Q["unpark"], [row_id])
            self._progressed.add(work.item.key)
        await self._settle()

    async def discard(self, row: Mapping[str, Any], who: str, why: str) -> None:
        """The row stays, marked; its sequence counts as read, and what waited behind it is folded."""
        await self._connection.execute(Q["parked_discard"], row["id"], who, why)
        if row["key"] is not None:
            await self._rows.load(self._connection, [row["key"]])
            held = self._rows.by_key[row["key"]]
            if row["sequence"] is not None:
                held.read[row["topic"]] = max(held.read.get(row["topic"], 0), row["sequence"])
                held.changed = True
            self._progressed.add(row["key"])
        await self._settle()

    async def _settle(self) -> None:
        await self._forward()
        await self._drain()
        if self._erased:
            await self._connection.fetchval(Q["erase"], sorted(self._erased))
        await self._rows.save(self._connection)
        if self._extra and self._step.service.save_rows:
            await self._step.service.save_rows(self._connection, self._extra)

    # Identities that callers bring.
    async def _claim(self, works: Sequence[Work]) -> None:
        wanted: dict[tuple[str, str], list[Work]] = {}
        for work in works:
            if work.claim is not None and work.outcome == "waiting":
                wanted.setdefault((work.claim.scope, self._step.hashed(work.claim.scope, work.claim.token)), []).append(work)
        if not wanted:
            return
        firsts = {identity: same[0] for identity, same in sorted(wanted.items())}
        new = await self._connection.fetch(
            Q["claim"],
            [scope for scope, _ in firsts],
            [token for _, token in firsts],
            [work.claim.digest if work.claim else "" for work in firsts.values()],
            [work.item.key if work.item else None for work in firsts.values()],
            [json.dumps(dict(work.claim.answer)) if work.claim else "{}" for work in firsts.values()],
        )
        fresh = {(row["scope"], row["token"]) for row in new}
        known = {
            identity: (same[0].claim.digest, dict(same[0].claim.answer))
            for identity, same in wanted.items()
            if identity in fresh and same[0].claim
        }
        old = [identity for identity in firsts if identity not in fresh]
        if old:
            rows = await self._connection.fetch(Q["claimed"], [scope for scope, _ in old], [token for _, token in old])
            known |= {(row["scope"], row["token"]): (row["digest"], json.loads(row["answer"])) for row in rows}
        for identity, same in wanted.items():
            digest, answer = known[identity]
            for work in same[1:] if identity in fresh else same:
                self._repeat(work, digest, answer)

    @staticmethod
    def _repeat(work: Work, digest: str, answer: object) -> None:
        if work.claim and work.claim.digest != digest and work.record is None:
            work.outcome, work.refusal = "refused", ClaimConflict()
        else:
            work.outcome, work.answer = "repeat", answer

    async def _unclaim(self, works: Sequence[Work]) -> None:
        refused = [
            (work.claim.scope, self._step.hashed(work.claim.scope, work.claim.token))
            for work in works
            if work.claim and work.outcome == "refused" and not isinstance(work.refusal, ClaimConflict)
        ]
        if refused:
            await self._connection.execute(Q["unclaim"], [scope for scope, _ in refused], [token for _, token in refused])

    # Folding.
    def _apply(self, work: Work, *, draining: bool = False) -> None:
        item = work.item
        if item is None:
            work.outcome = "parked"
            return
        row = self._rows.by_key[item.key]
        if item.opd and row.waiting and not draining and work.problem is None:
            work.outcome = "parked"
            work.stop("behind", "an earlier record of its complaint is parked")
            return
        if work.sequenced and item.topic is not None:
            last = row.read.get(item.topic, 0)
            erases = getattr(item.data, "ERASES", False)
            if item.sequence <= last:
                work.outcome = "repeat"
                return
            if item.sequence > last + 1 and not erases:
                work.outcome = "gap"
                work.stop("gap", f"waits for sequence {last + 1}")
                self._wait(row)
                return
        try:
            if work.problem is None:
                self._fold(work, item, row)
                return
            work.outcome = "parked"
            if work.sequenced:
                self._wait(row)
            elif isinstance(item.data, Undecodable):
                self._change(None, item)
        except Refused as refusal:
            if work.record is not None:
                self._poison(work, row, refusal)
            else:
                work.outcome, work.refusal = "refused", refusal
        except Exception as error:  # noqa: BLE001  (a rule of any service may be wrong: its record is parked, the rest goes on)
            self._poison(work, row, error)

    def _poison(self, work: Work, row: Row[S], error: Exception) -> None:
        """A fold that raises: its record is parked, and with it, by the gap rule, the later ones of its complaint."""
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else "?"
        log.error("fold.failed", error=type(error).__name__, place=place, key=str(row.key))
        work.stop("fold", f"{type(error).__name__} in {place}")
        work.outcome = "parked"
        if work.record is None:
            work.outcome, work.refusal = "refused", Failed()
            if isinstance(getattr(work.item, "data", None), Tick):
                row.due_at = self._now + TIMER_RETRY
                row.changed = True
        else:
            self._wait(row)

    def _wait(self, row: Row[S]) -> None:
        if not row.waiting:
            row.waiting = row.changed = True

    def _fold(self, work: Work, item: Item, row: Row[S]) -> None:
        if isinstance(item.data, Unknown | Blank):
            work.outcome = "ignored"
        else:
            self._change(work, item)
            work.outcome = "folded"
        if work.sequenced and item.topic is not None:
            row.read[item.topic] = item.sequence
            row.changed = True
            if row.waiting:
                self._progressed.add(row.key)

    def _change(self, work: Work | None, item: Item) -> None:
        change = self._step.service.fold(self._rows.states(item.keys), item, self._now)
        prepared = self._rows.prepare(item, change.events)
        foreign = set(change.states) - set(item.keys)
        if foreign:
            raise KeyError("a fold may change states of its item's keys only")
        for key, state in change.states.items():
            changed = self._rows.by_key[key]
            changed.state = state
            changed.changed = True
        self._rows.write(item, prepared)
        self._extra.extend(change.rows)
        self._forwards.extend((item, key, data) for key, data in change.forwards)
        if getattr(item.data, "ERASES", False):
            self._erased.add(item.key)
        self._erased.update(out.key for out in change.events if out.data.ERASES)
        if work is not None:
            work.answer = change.answer

    async def _forward(self) -> None:
        """Items that folds passed on to other keys: locked late, so a deadlock is possible and retried."""
        rounds = 0
        while self._forwards:
            rounds += 1
            if rounds > 8:
                raise RecursionError("forwards go round in circles")
            waiting, self._forwards = self._forwards, []
            await self._rows.load(self._connection, (key for _, key, _ in waiting))
            for origin, key, data in waiting:
                item = Item(
                    key=key, data=data, actor=origin.actor, at=origin.at, id=new_id(), keys=(key,), traceparent=origin.traceparent
                )
                self._change(None, item)

    # Parked records whose turn has come.
    async def _drain(self) -> None:
        keys = sorted(self._progressed - self._erased)
        for key in self._erased:
            if key in self._rows.by_key and self._rows.by_key[key].waiting:
                self._rows.by_key[key].waiting = False
        if not keys:
            return
        found = [_parked(row) for row in await self._connection.fetch(Q["parked_of"], keys)]
        extra = [key for parked in found for key in self._item_keys(parked)]
        await self._rows.load(self._connection, extra)
        for key, of_key in groupby(found, lambda parked: parked.key):
            left = False
            for _, of_topic in groupby(of_key, lambda parked: parked.topic):
                left |= self._drain_topic(of_topic)
            row = self._rows.by_key[key]
            if row.waiting and not left:
                row.waiting, row.changed = False, True
        for key in set(keys) - {parked.key for parked in found}:
            self._rows.by_key[key].waiting, self._rows.by_key[key].changed = False, True
        if self._unparked:
            await self._connection.execute(Q["unpark"], self._unparked)
        await self._forward()

    def _item_keys(self, parked: Parked) -> tuple[UUID, ...]:
        work = self._step.decoder.work(parked.record)
        return work.item.keys if work.item else (parked.key,)

    def _drain_topic(self, of_topic: Iterable[Parked]) -> bool:
        """Fold in sequence order as far as it goes; True when something stays parked."""
        left = False
        for parked in of_topic:
            work = self._step.decoder.work(parked.record)
            if not left:
                self._apply(work, draining=True)
            if not left and work.outcome in ("folded", "repeat", "ignored"):
                self._unparked.append(parked.id)
            else:
                left = True
        return left

    # What is kept beside the states.
    async def _park(self, works: Sequence[Work]) -> None:
        rows = [work for work in works if work.record is not None]
        if not rows:
            return
        columns = zip(*(_parked_columns(work) for work in rows), strict=True)
        await self._connection.execute(Q["park"], *(list(column) for column in columns))

    async def _handled(self, works: Sequence[Work]) -> None:
        nexts: dict[tuple[str, int], int] = {}
        for work in works:
            if work.record is not None and work.record.offset >= 0:
                place = (work.record.topic, work.record.partition)
                nexts[place] = max(nexts.get(place, 0), work.record.offset + 1)
        if nexts:
            places = sorted(nexts)
            await self._connection.execute(
                Q["handled"], [topic for topic, _ in places], [part for _, part in places], [nexts[place] for place in places]
            )


def _parked(row: object) -> Parked:
    return Parked(id=row["id"], key=row["key"], topic=row["topic"], sequence=row["sequence"], record=record_of(row))  # type: ignore[index]


def record_of(row: object) -> Record:
    """A parked row's record as it came; its offset is negative, so that it does not count as handled twice."""
    headers = tuple((name, None if value is None else bytes.fromhex(value)) for name, value in json.loads(row["headers"]))  # type: ignore[index]
    return Record(row["topic"], row["partition"], -1, row["appended_at"], row["raw_key"], row["body"], headers)  # type: ignore[index]


def _parked_columns(work: Work) -> tuple[object, ...]:
    record, item = work.record, work.item
    if record is None:
        raise ValueError("only records are parked")
    headers = json.dumps([[_name(name), None if value is None else value.hex()] for name, value in record.headers])
    return (
        record.topic,
        record.partition,
        record.offset,
        record.appended_at.astimezone(UTC),
        item.key if item else None,
        item.sequence if item and work.sequenced else None,
        record.key,
        headers,
        record.value,
        work.reason or "undecodable",
        work.problem or "",
    )


def _name(header: str) -> str:
    return header.replace("\x00", "").encode("utf-8", "replace").decode()


__all__ = ["BreakerOpen", "Ended", "Step", "record_of"]
