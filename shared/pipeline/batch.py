"""One transaction of the step: claim, load, fold, save. The number of SQL statements does not depend on the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from shared.errors import Failed, Invalid, NewerState, Refused, TooLarge, Unavailable, raised_in
from shared.events.fact import Blank, Unknown
from shared.ids import new_id
from shared.observability.logs import get_logger
from shared.pipeline.change import Item, Tick, Undecodable
from shared.pipeline.claims import Claims
from shared.pipeline.drain import Drain
from shared.pipeline.parked import park, record_of
from shared.pipeline.receipts import changes_anything, find, receipt
from shared.pipeline.rows import MAX_EVENT_BYTES, Place, Q, Row, Rows, due_of
from shared.pipeline.work import Work, handled
from shared.postgres.pool import Connection

if TYPE_CHECKING:
    from shared.pipeline.step import Step

S = TypeVar("S")
TIMER_RETRY = timedelta(hours=1)
NEWER_RETRY = timedelta(minutes=1)
MAX_ROUNDS = 8
NOTHING: Mapping[Place, int] = {}
log = get_logger()


class Batch(Generic[S]):
    """The rows, events and parked records of one transaction. At most ``limit`` parked records are drained.

    ``reached`` maps each key that is loaded late to the keys for which it is loaded.
    """

    def __init__(self, step: Step[S], connection: Connection, limit: int | None = None) -> None:
        self._step = step
        self._connection = connection
        self._now = step.now()
        self._claims = Claims(connection, step.hashed)
        self._extra: list[object] = []
        self._forwards: list[tuple[Item, UUID, object]] = []
        self._erased: set[UUID] = set()
        self.reached: dict[UUID, set[UUID]] = {}
        self.rows: Rows[S] = Rows(step.adapter)
        self.drain: Drain[S] = Drain(self, step.decoder, connection, limit)

    async def run(self, works: Sequence[Work]) -> int:
        """Do everything but the commit. Return how many events were written.

        Raises BreakerOpen, VersionConflict, and the errors of Postgres.
        """
        await find(self._connection, works)
        await self._claims.take(works)
        await self.rows.load(
            self._connection, (key for work in works if work.item and not work.held for key in work.item.keys)
        )
        for work in works:
            if work.outcome == "waiting":
                self.apply(work)
        self._step.fault("before_save")
        # Park before draining: a later work of this batch may fill the gap, and then the parked record is drained too.
        await park(self._connection, [work for work in works if work.outcome in ("gap", "parked")])
        await self._settle(handled(works))
        await self._claims.give_back(works)
        self._step.breaker.check(works)
        self._step.fault("before_commit")
        return len(self.rows.events)

    async def advance(self, key: UUID) -> int:
        """Fold the parked records of a key as far as possible. Return how many rows are gone."""
        await self.rows.load(self._connection, [key])
        self.drain.progressed.add(key)
        await self._settle()
        if not self.drain.unparked and self.rows.by_key[key].waiting:
            await self._connection.execute(Q["held_waits"], key)
        return len(self.drain.unparked)

    async def retry(self, row: Mapping[str, Any]) -> int:
        """Fold a parked record that has no place in an order. Return 1 when its row is gone, or 0 when it stays."""
        work = self._step.decoder.work(record_of(row))
        if work.item is None or work.problem is not None:
            return 0
        await self._claims.take([work])
        await self.rows.load(self._connection, work.item.keys)
        if work.outcome == "waiting":
            self.apply(work, draining=True)
        if work.done:
            self.drain.unparked.append(row["id"])
        await self._settle()
        return len(self.drain.unparked)

    async def discard(self, row: Mapping[str, Any], who: str, why: str) -> None:
        """Mark the row as discarded, count its sequence as read, and fold the records that waited behind it.

        Raises Invalid when an earlier record is missing, because that record would be skipped too.
        """
        if row["key"] is not None:
            await self.rows.load(self._connection, [row["key"]])
            held = self.rows.by_key[row["key"]]
            last = held.read.get(row["topic"], 0)
            if row["sequence"] is not None and row["sequence"] > last + 1:
                raise Invalid(
                    f"sequence {last + 1} of its complaint comes first: it is parked too, or must be republished"
                )
            if row["sequence"] is not None:
                held.read[row["topic"]] = max(last, row["sequence"])
                held.changed = True
            self.drain.progressed.add(row["key"])
        await self._connection.execute(Q["parked_discard"], row["id"], who, why)
        await self._settle()

    async def _settle(self, handled: Mapping[Place, int] = NOTHING) -> None:
        await self.forward()
        await self.drain.run(self._erased)
        if self._erased:
            await self._connection.fetchval(Q["erase"], sorted(self._erased))
        await self.rows.save(self._connection, handled)
        if self._extra and self._step.service.save_rows:
            await self._step.service.save_rows(self._connection, self._extra)

    def apply(self, work: Work, *, draining: bool = False) -> None:
        """Fold one work, or set the outcome that says why it was not folded."""
        item = work.item
        if item is None:
            work.outcome = "parked"
            return
        if work.held:
            work.outcome, work.refusal = ("parked", None) if work.record is not None else ("refused", Unavailable())
            return
        row = self.rows.by_key[item.key]
        if self._out_of_turn(work, item, row, draining=draining):
            return
        try:
            if work.problem is None:
                self._fold(work, item, row)
            else:
                self._put_aside(work, item, row)
        except TooLarge as refusal:
            self._too_large(work, item, row, refusal)
        except Refused as refusal:
            if work.record is not None or isinstance(item.data, Tick):
                self._poison(work, row, refusal)
            else:
                work.outcome, work.refusal = "refused", refusal
        except Exception as error:  # noqa: BLE001  (a rule of any service may be wrong: its record is parked, the rest goes on)
            self._poison(work, row, error)

    def _out_of_turn(self, work: Work, item: Item, row: Row[S], *, draining: bool) -> bool:
        """Return True for a repeat, a gap, a record behind a parked one, and a timer that is no longer due."""
        if item.opd and row.waiting and not draining and work.problem is None:
            work.outcome = "parked"
            work.stop("behind", "an earlier record of its complaint is parked")
            return True
        if isinstance(item.data, Tick) and not row.broken:
            due = due_of(row.state)
            if due is None or due > item.at:
                work.outcome = "repeat"
                return True
        if not work.sequenced or item.topic is None:
            return False
        last = row.read.get(item.topic, 0)
        if item.sequence <= last:
            work.outcome = "repeat"
            return True
        if item.sequence > last + 1 and not getattr(item.data, "ERASES", False):
            work.outcome = "gap"
            work.stop("gap", f"waits for sequence {last + 1}")
            _wait(row)
            return True
        return False

    def _put_aside(self, work: Work, item: Item, row: Row[S]) -> None:
        """Park a work that is known not to be foldable; put a timer off."""
        if isinstance(item.data, Tick):
            self._put_off(work, row)
            return
        work.outcome = "parked"
        if work.sequenced:
            _wait(row)
        elif item.opd and isinstance(item.data, Undecodable):
            self.change(None, item)

    def _too_large(self, work: Work, item: Item, row: Row[S], refusal: TooLarge) -> None:
        """Tell the OPD or the caller that an event is too large. Park a record of our own until a fix."""
        if work.record is None and not isinstance(item.data, Tick):
            work.outcome, work.refusal = "refused", refusal
        elif item.opd:
            reason = f"it would become an event of more than {MAX_EVENT_BYTES} bytes"
            try:
                self.change(None, replace(item, data=Undecodable(reason, "too_large")))
                work.outcome = "folded"
            except Exception as error:  # noqa: BLE001  (the answer's own rule may be wrong too)
                self._poison(work, row, error)
        else:
            self._poison(work, row, refusal)
            work.reason = "size"

    def _put_off(self, work: Work, row: Row[S]) -> None:
        """Retry a failed timer in an hour, so that it blocks no other; in a minute if only newer code reads its row."""
        work.outcome, work.refusal = "refused", Failed()
        row.due_at, row.changed = self._now + (NEWER_RETRY if row.broken else TIMER_RETRY), True

    def _poison(self, work: Work, row: Row[S], error: Exception) -> None:
        """Park the record of a fold that raised. The gap rule then parks the later records of its complaint."""
        place = raised_in(error)
        log.error("fold.failed", error=type(error).__name__, place=place, key=str(row.key))
        work.stop("fold", f"{type(error).__name__} in {place}")
        if work.item is not None and isinstance(work.item.data, Tick):
            self._put_off(work, row)
        elif work.record is None:
            work.outcome, work.refusal = "refused", Failed()
        else:
            work.outcome = "parked"
            _wait(row)

    def _fold(self, work: Work, item: Item, row: Row[S]) -> None:
        if isinstance(item.data, Unknown | Blank):
            work.outcome = "ignored"
        else:
            before = due_of(row.state) if isinstance(item.data, Tick) else None
            self.change(work, item)
            work.outcome = "folded"
            if before is not None and due_of(row.state) == before:
                log.error("timer.stays_due", key=str(row.key))
                row.due_at, row.changed = self._now + TIMER_RETRY, True
        if work.sequenced and item.topic is not None:
            row.read[item.topic] = item.sequence
            row.changed = True
            if row.waiting:
                self.drain.progressed.add(row.key)

    def change(self, work: Work | None, item: Item) -> None:
        """Call the service's fold and take over what it decided. Nothing has changed when this method raises.

        Raises NewerState when newer code wrote a row, and KeyError when the fold changes a key that is not its item's.
        """
        if any(self.rows.by_key[key].broken for key in item.keys):
            raise NewerState
        change = self._step.service.fold(self.rows.states(item.keys), item, self._now)
        prepared = self.rows.prepare(item, change.events)
        foreign = set(change.states) - set(item.keys)
        if foreign:
            raise KeyError("a fold may change states of its item's keys only")
        for key, state in change.states.items():
            changed = self.rows.by_key[key]
            changed.state = state
            changed.changed = True
        erased = {out.key for out in change.events if out.data.ERASES}
        if getattr(item.data, "ERASES", False):
            erased.add(item.key)
        if erased:
            self.rows.blank(erased)
            self._erased |= erased
        self.rows.write(item, prepared)
        self._extra.extend(change.rows)
        self._forwards.extend((item, key, data) for key, data in change.forwards)
        if work is not None:
            work.answer = change.answer
            if work.commanded and changes_anything(change):
                self.rows.receipts.append(receipt(item.id, change.answer))

    async def forward(self) -> None:
        """Fold the items that folds have passed on to other keys. Raises RecursionError after ``MAX_ROUNDS`` rounds.

        These keys are locked late, so a deadlock is possible; the batch is then tried again.
        """
        rounds = 0
        while self._forwards:
            rounds += 1
            if rounds > MAX_ROUNDS:
                raise RecursionError("forwards go round in circles")
            waiting, self._forwards = self._forwards, []
            for origin, key, _ in waiting:
                self.reached.setdefault(key, set()).add(origin.key)
            await self.rows.load(self._connection, (key for _, key, _ in waiting))
            for origin, key, data in waiting:
                item = Item(
                    key=key,
                    data=data,
                    actor=origin.actor,
                    at=origin.at,
                    id=new_id(),
                    keys=(key,),
                    traceparent=origin.traceparent,
                )
                self.change(None, item)


def _wait(row: Row[Any]) -> None:
    if not row.waiting:
        row.waiting = row.changed = True
