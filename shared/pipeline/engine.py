"""The engine: decides what becomes of each item. It knows rows in memory and no connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic_core import to_json

from shared.errors import NewerState, OurFailure, Refused, TooLarge, Unavailable, raised_in
from shared.events.fact import Blank, Unknown
from shared.ids import new_id
from shared.observability.logs import get_logger
from shared.pipeline.change import Change, Fold
from shared.pipeline.items import Attempt, Entry, Item, Problem, Undecodable, Unkeyed
from shared.pipeline.rows import MAX_EVENT_BYTES, Row, Rows, due_of
from shared.trace import id_of

S = TypeVar("S")
TIMER_RETRY = timedelta(hours=1)
NEWER_RETRY = timedelta(minutes=1)
IGNORED, REPEAT = Attempt("ignored"), Attempt("repeat")
log = get_logger()


class Forward(NamedTuple):
    """Data that the fold of ``origin`` has passed on to another key."""

    origin: Item
    key: UUID
    data: object


class Engine(Generic[S]):
    """Folds items into the rows of one transaction, in order, and returns the attempt of each.

    An item changes the rows wholly or not at all. A transaction that is rolled back throws its engine and rows away.

    ``erased`` are keys whose content must go. ``progressed`` are keys with parked records whose turn may have come.
    ``extra`` are the rows of the service's own tables.
    """

    def __init__(self, fold: Fold[S], rows: Rows[S], now: datetime) -> None:
        self._fold = fold
        self._now = now
        self._forwards: list[Forward] = []
        self.rows = rows
        self.extra: list[object] = []
        self.erased: set[UUID] = set()
        self.progressed: set[UUID] = set()

    def apply(self, item: Entry, *, draining: bool = False) -> Attempt:
        """Fold one item whose keys are loaded, or say why it cannot be folded now. Never raises for a wrong rule.

        ``draining`` says that the item was parked and its turn has come.
        """
        if isinstance(item, Unkeyed):
            return Attempt("parked", problem=item.problem)
        if item.held:
            return _parked(item) if item.record is not None else Attempt("refused", refusal=Unavailable())
        if item.outdated:
            return IGNORED
        row = self.rows.by_key[item.key]
        waits = self._out_of_turn(item, row, draining=draining)
        if waits is not None:
            return waits
        try:
            return self._folded(item, row) if item.problem is None else self._put_aside(item, row)
        except TooLarge as refusal:
            return self._too_large(item, row, refusal)
        except Refused as refusal:
            return Attempt("refused", refusal=refusal) if item.commanded else self._failed(item, row, refusal)
        except Exception as error:  # noqa: BLE001  (a rule of any service may be wrong: its record is parked, the rest goes on)
            return self._failed(item, row, error)

    def take_forwards(self) -> list[Forward]:
        """Return what folds have passed on to other keys since the last call. The caller loads these keys."""
        waiting, self._forwards = self._forwards, []
        return waiting

    def forward(self, waiting: Sequence[Forward]) -> None:
        """Fold what was passed on, once its keys are loaded. An error rolls the transaction back."""
        for origin, key, data in waiting:
            item = Item(key, data, origin.actor, origin.at, new_id(), (key,), traceparent=origin.traceparent)
            self._change(item)

    def _out_of_turn(self, item: Item, row: Row[S], *, draining: bool) -> Attempt | None:
        """Return the attempt of an item whose turn it is not: a repeat, a gap, or a timer that is no longer due."""
        if item.opd and row.waiting and not draining and item.problem is None:
            return _parked(item, Problem("behind", "an earlier record of its complaint is parked"))
        if item.timer and not row.broken:
            due = due_of(row.state)
            if due is None or due > item.at:
                return REPEAT
        if not item.sequenced or item.topic is None:
            return None
        last = row.read.get(item.topic, 0)
        if item.sequence <= last:
            return REPEAT
        if item.sequence > last + 1 and not getattr(item.data, "ERASES", False):
            row.wait(True)
            return Attempt("gap", problem=Problem("gap", f"waits for sequence {last + 1}"))
        return None

    def _folded(self, item: Item, row: Row[S]) -> Attempt:
        if isinstance(item.data, Unknown | Blank):
            attempt = IGNORED
        else:
            before = due_of(row.state) if item.timer else None
            change = self._change(item, receipt=item.commanded)
            attempt = Attempt("folded", change.answer)
            if before is not None and due_of(row.state) == before:
                log.error("timer.stays_due", key=str(row.key))
                row.put_off(self._now + TIMER_RETRY)
        if item.sequenced and item.topic is not None:
            row.read[item.topic] = item.sequence
            row.changed = True
            if row.waiting:
                self.progressed.add(row.key)
        return attempt

    def _put_aside(self, item: Item, row: Row[S]) -> Attempt:
        """Park an item that is known not to be foldable; put a timer off."""
        if item.timer:
            return self._put_off(row)
        if item.sequenced:
            row.wait(True)
        elif item.opd and isinstance(item.data, Undecodable):
            self._change(item)
        return _parked(item)

    def _put_off(self, row: Row[S]) -> Attempt:
        """Retry a failed timer in an hour, so that it blocks no other; in a minute if only newer code reads its row."""
        row.put_off(self._now + (NEWER_RETRY if row.broken else TIMER_RETRY))
        return Attempt("refused", refusal=OurFailure())

    def _too_large(self, item: Item, row: Row[S], refusal: TooLarge) -> Attempt:
        """Tell the OPD or the caller that an event is too large. Park a record of our own until a fix."""
        if item.commanded:
            return Attempt("refused", refusal=refusal)
        if not item.opd:
            failed = self._failed(item, row, refusal)
            return failed._replace(problem=Problem("size", failed.problem.detail)) if failed.problem else failed
        reason = f"it would become an event of more than {MAX_EVENT_BYTES} bytes"
        try:
            self._change(replace(item, data=Undecodable(reason, "too_large")))
        except Exception as error:  # noqa: BLE001  (the answer's own rule may be wrong too)
            return self._failed(item, row, error)
        return Attempt("folded")

    def _failed(self, item: Item, row: Row[S], error: Exception) -> Attempt:
        """Park the record of a fold that raised. The gap rule then parks the later records of its complaint."""
        place = raised_in(error)
        log.error(
            "fold.failed", error=type(error).__name__, place=place, key=str(row.key), trace_id=id_of(item.traceparent)
        )
        if item.timer:
            return self._put_off(row)
        if item.record is None:
            return Attempt("refused", refusal=OurFailure())
        row.wait(True)
        return _parked(item, Problem("fold", f"{type(error).__name__} in {place}"))

    def _change(self, item: Item, *, receipt: bool = False) -> Change[S]:
        """Call the service's fold, take over what it decided, and return it. With ``receipt``, add the receipt.

        Nothing has changed when this method raises. It raises NewerState when newer code wrote a row, KeyError when the
        fold changes a key that is not its item's, and TooLarge. It also raises any error of the fold.
        """
        rows = self.rows
        if any(rows.by_key[key].broken for key in item.keys):
            raise NewerState
        change = self._fold(rows.states(item.keys), item, self._now)
        prepared = rows.prepare(item, change.events)
        receipts = [(item.id, to_json(change.answer).decode())] if receipt and not change.empty else []
        if not change.states.keys() <= set(item.keys):
            raise KeyError("a fold may change states of its item's keys only")
        for key, state in change.states.items():
            row = rows.by_key[key]
            row.state, row.changed = state, True
        erased = {out.key for out in change.events if out.data.ERASES}
        if getattr(item.data, "ERASES", False):
            erased.add(item.key)
        if erased:
            rows.blank(erased)
            self.erased |= erased
        rows.write(item, prepared)
        rows.receipts += receipts
        self.extra.extend(change.rows)
        self._forwards.extend(Forward(item, key, data) for key, data in change.forwards)
        return change


def _parked(item: Item, problem: Problem | None = None) -> Attempt:
    return Attempt("parked", problem=problem or item.problem)
