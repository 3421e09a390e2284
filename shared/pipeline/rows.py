"""State rows in memory: loaded, folded, and saved in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from shared.errors import NewerState, TooLarge, VersionConflict
from shared.frozen import read_state
from shared.ids import new_id
from shared.kafka.records import BLANK_BODY, MAX_RECORD_BYTES
from shared.pipeline.change import Item, Out
from shared.postgres.pool import Connection
from shared.postgres.queries import Queries

S = TypeVar("S")
_order = attrgetter("int")
Q = Queries.load(Path(__file__).parent / "queries.sql")
MAX_EVENT_BYTES = MAX_RECORD_BYTES - 16_384
# Indexes of two columns in a row of the log, and the number of its columns.
_KEY, _DATA, EVENT_COLUMNS = 2, 8, 9
# A topic and a partition.
Place = tuple[str, int]


class Row(Generic[S]):
    """The state row of one key: as loaded, and as changed by the folds of this batch.

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


class Rows(Generic[S]):
    """The rows of one transaction, and the events that will be appended with them."""

    def __init__(self, adapter: TypeAdapter[S], traceparent: str | None = None) -> None:
        self._adapter = adapter
        self._traceparent = traceparent
        self.by_key: dict[UUID, Row[S]] = {}
        self.events: list[tuple[Any, ...]] = []
        self.receipts: list[tuple[UUID, str]] = []

    async def load(self, connection: Connection, keys: Iterable[UUID]) -> None:
        """Lock and read the rows of these keys. A key without a row gets an empty one."""
        wanted = sorted(set(keys) - self.by_key.keys(), key=_order)
        if not wanted:
            return
        for key in wanted:
            self.by_key[key] = Row(key)
        for key, version, read, written, waiting, due_at, data in await connection.fetch(Q["load"], wanted):
            row = self.by_key[key]
            row.version = version
            row.read = from_json(read)
            row.written = from_json(written)
            row.waiting = waiting
            try:
                row.state = read_state(self._adapter, data) if data is not None else None
            except NewerState:
                row.broken, row.raw, row.due_at = True, data, due_at

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
            self.events.append(
                (
                    new_id(),
                    out.topic,
                    out.key,
                    sequence,
                    out.data.TYPE,
                    out.at or item.at,
                    out.actor or item.actor,
                    item.traceparent,
                    body,
                )
            )

    def blank(self, keys: Collection[UUID]) -> None:
        """Remove the content of the events of these keys that this batch has written so far."""
        for place, event in enumerate(self.events):
            if event[_KEY] in keys:
                self.events[place] = (*event[:_DATA], BLANK_BODY.decode())

    async def save(self, connection: Connection, handled: Mapping[Place, int]) -> None:
        """Save all changed rows, events and receipts, and how far partitions are handled, in one statement.

        Raises VersionConflict when another replica was first.
        """
        changed = sorted((row for row in self.by_key.values() if row.changed), key=lambda row: row.key.int)
        places = sorted(handled)
        if not changed and not self.events and not places and not self.receipts:
            return
        saved = await connection.fetchval(
            Q["save"],
            [row.key for row in changed],
            [row.version + 1 for row in changed],
            [to_json(row.read).decode() for row in changed],
            [to_json(row.written).decode() for row in changed],
            [row.waiting for row in changed],
            [row.due_at or due_of(row.state) for row in changed],
            [row.raw if row.state is None else self._adapter.dump_json(row.state).decode() for row in changed],
            *(list(zip(*self.events, strict=True)) or [()] * EVENT_COLUMNS),
            [topic for topic, _ in places],
            [partition for _, partition in places],
            [handled[place] for place in places],
            [command for command, _ in self.receipts],
            [answer for _, answer in self.receipts],
        )
        if saved != len(changed):
            raise VersionConflict


def due_of(state: object) -> datetime | None:
    """Return the time of a state's next timer, or None."""
    return getattr(state, "due", None)
