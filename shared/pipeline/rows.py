"""State rows in memory, and the events that will be appended with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import from_json

from shared.errors import NewerState, TooLarge
from shared.frozen import read_state
from shared.ids import new_id
from shared.kafka.records import BLANK_BODY, MAX_RECORD_BYTES
from shared.pipeline.change import Out
from shared.pipeline.items import Item

S = TypeVar("S")
MAX_EVENT_BYTES = MAX_RECORD_BYTES - 16_384
# Indexes of two columns in a row of the log.
_KEY, _DATA = 2, 8
_by_key = attrgetter("key.int")


class Row(Generic[S]):
    """The state row of one key: as loaded, and as changed by the folds of this transaction.

    ``read`` and ``written`` hold the last sequence of each topic. ``waiting`` says that records of the key are parked.
    ``broken`` says that the present code cannot read the stored state. The state is then kept unchanged in ``raw``
    until newer code can read it.
    """

    __slots__ = ("broken", "changed", "due_at", "key", "raw", "read", "state", "version", "waiting", "written")

    def __init__(self, key: UUID) -> None:
        self.key = key
        self.version = 0
        self.state: S | None = None
        self.read: dict[str, int] = {}
        self.written: dict[str, int] = {}
        self.waiting = False
        self.due_at: datetime | None = None
        self.changed = False
        self.broken = False
        self.raw: str | None = None

    def wait(self, waiting: bool) -> None:
        """Note whether records of the key are parked."""
        if self.waiting != waiting:
            self.waiting, self.changed = waiting, True

    def put_off(self, until: datetime) -> None:
        """Let the key's timer fire at ``until``, whatever its state says."""
        self.due_at, self.changed = until, True


class Rows(Generic[S]):
    """The rows of one transaction, with the events and receipts that will be saved together with them.

    ``events`` are rows of the log: id, topic, key, sequence, type, time, actor, traceparent, body. ``receipts`` are
    pairs of a command's id and its answer as JSON.
    """

    def __init__(self, adapter: TypeAdapter[S]) -> None:
        self._adapter = adapter
        self.by_key: dict[UUID, Row[S]] = {}
        self.events: list[tuple[Any, ...]] = []
        self.receipts: list[tuple[UUID, str]] = []

    def begin(self, keys: Iterable[UUID]) -> list[UUID]:
        """Add an empty row for each key that is new here. Return these keys in the order in which they are locked."""
        new = sorted(set(keys) - self.by_key.keys(), key=attrgetter("int"))
        self.by_key.update((key, Row(key)) for key in new)
        return new

    def fill(self, found: Iterable[Any]) -> None:
        """Fill the rows that exist in the table, from the columns that the statement ``load`` returns."""
        for key, version, read, written, waiting, due_at, data in found:
            row = self.by_key[key]
            row.version = version
            row.read = from_json(read)
            row.written = from_json(written)
            row.waiting = waiting
            try:
                row.state = read_state(self._adapter, data) if data is not None else None
            except NewerState:
                row.broken, row.raw, row.due_at = True, data, due_at

    def changed(self) -> list[Row[S]]:
        """Return the rows to be saved, in the order of their keys."""
        return sorted((row for row in self.by_key.values() if row.changed), key=_by_key)

    def stored_state(self, row: Row[S]) -> str | None:
        """Return the JSON of a row's state, as it will be stored."""
        return row.raw if row.state is None else self._adapter.dump_json(row.state).decode()

    def states(self, keys: Sequence[UUID]) -> Mapping[UUID, S | None]:
        """Return the states of these keys, for a fold."""
        return {key: self.by_key[key].state for key in keys}

    def prepare(self, item: Item, outs: Sequence[Out]) -> list[tuple[Out, str]]:
        """Serialise the events of one fold. Nothing has changed when this method raises.

        Raises TooLarge for an event over the limit, and KeyError for a key that is not the item's.
        """
        prepared: list[tuple[Out, str]] = []
        for out in outs:
            if out.key not in item.keys:
                raise KeyError("a fold may write events of its item's keys only")
            body = out.data.model_dump_json()
            if len(body) * 4 > MAX_EVENT_BYTES and len(body.encode()) > MAX_EVENT_BYTES:
                raise TooLarge
            prepared.append((out, body))
        return prepared

    def write(self, item: Item, prepared: Sequence[tuple[Out, str]]) -> None:
        """Number the events and add them to those that will be saved."""
        for out, body in prepared:
            row = self.by_key[out.key]
            sequence = row.written.get(out.topic, 0) + 1
            row.written[out.topic] = sequence
            row.changed = True
            at, actor = out.at or item.at, out.actor or item.actor
            columns = (new_id(), out.topic, out.key, sequence, out.data.TYPE, at, actor, item.traceparent, body)
            self.events.append(columns)

    def blank(self, keys: Collection[UUID]) -> None:
        """Remove the content of the events of these keys that this transaction has written so far."""
        for place, event in enumerate(self.events):
            if event[_KEY] in keys:
                self.events[place] = (*event[:_DATA], BLANK_BODY.decode())


def due_of(state: object) -> datetime | None:
    """Return the time of a state's next timer, or None."""
    return getattr(state, "due", None)
