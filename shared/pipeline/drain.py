"""Folds parked records whose turn has come, in the same transaction that fills their gap."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from shared.pipeline.decoding import Decoder
from shared.pipeline.parked import parked_of
from shared.pipeline.rows import Q
from shared.pipeline.work import Parked
from shared.postgres.pool import Connection

if TYPE_CHECKING:
    from shared.pipeline.batch import Batch

S = TypeVar("S")


class Drain(Generic[S]):
    """The parked rows that one transaction takes out.

    ``limit`` is the largest number of rows, ``trying`` the row being tried.
    """

    def __init__(self, batch: Batch[S], decoder: Decoder, connection: Connection, limit: int | None) -> None:
        self._batch = batch
        self._decoder = decoder
        self._connection = connection
        self._limit = limit
        self.progressed: set[UUID] = set()
        self.unparked: list[int] = []
        self.trying: int | None = None
        self._stopped: list[tuple[int, str, str]] = []

    async def run(self, erased: set[UUID]) -> None:
        """Fold the records that wait behind progress, in order per key and topic.

        Records of erased keys wait no more.
        """
        rows = self._batch.rows.by_key
        for key in erased & rows.keys():
            if rows[key].waiting:
                rows[key].waiting, rows[key].changed = False, True
        keys = sorted(self.progressed - erased)
        if keys and self._limit != 0:
            await self._keys(keys)
            await self._batch.forward()
        if self.unparked:
            await self._connection.execute(Q["unpark"], self.unparked)
        if self._stopped:
            columns = zip(*self._stopped, strict=True)
            await self._connection.execute(Q["parked_reason"], *(list(column) for column in columns))

    async def _keys(self, keys: list[UUID]) -> None:
        rows = self._batch.rows
        found = [parked_of(row) for row in await self._connection.fetch(Q["parked_of"], keys)]
        for parked in found:
            for key in self._item_keys(parked):
                self._batch.reached.setdefault(key, set()).add(parked.key)
        await rows.load(self._connection, [key for parked in found for key in self._item_keys(parked)])
        waiting = set[UUID]()
        for key, of_key in groupby(found, lambda parked: parked.key):
            for _, of_topic in groupby(of_key, lambda parked: parked.topic):
                if self._topic(of_topic):
                    waiting.add(key)
        for key in keys:
            row = rows.by_key[key]
            if row.waiting != (key in waiting):
                row.waiting, row.changed = key in waiting, True

    def _item_keys(self, parked: Parked) -> tuple[UUID, ...]:
        work = self._decoder.work(parked.record)
        return work.item.keys if work.item else (parked.key,)

    def _topic(self, of_topic: Iterable[Parked]) -> bool:
        """Fold in sequence order as far as possible. Return True when something stays parked."""
        left = False
        for parked in of_topic:
            if left or (self._limit is not None and len(self.unparked) >= self._limit):
                left = True
                continue
            work = self._decoder.work(parked.record)
            self.trying = parked.id
            self._batch.apply(work, draining=True)
            if work.done:
                self.unparked.append(parked.id)
                continue
            if work.outcome == "parked" and work.reason and work.reason != "gap":
                self._stopped.append((parked.id, work.reason, work.problem or ""))
            # An OPD's unreadable record blocks nothing behind it.
            left = parked.sequence is not None or work.reason != "undecodable"
        return left
