"""Replays dead letters: retries and discards parked records with the same transaction as fresh ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.errors import NotFound
from shared.observability.logs import get_logger
from shared.pipeline.blame import passes, problem_of
from shared.pipeline.tables import Q
from shared.pipeline.transaction import Transaction
from shared.postgres.pool import Pool

S = TypeVar("S")
log = get_logger()
Open = Callable[[int | None], AbstractAsyncContextManager[Transaction[S]]]


class Replay(Generic[S]):
    """The parked records of one service, tried again one transaction at a time.

    ``transaction`` opens a transaction that drains at most the given number of parked records.
    """

    def __init__(self, pool: Pool, transaction: Open[S]) -> None:
        self._pool = pool
        self._transaction = transaction

    async def retry(self, row_id: int) -> bool:
        """Fold a parked record again, after the parked records of its complaint before it.

        Return True when its row is gone. Raises NotFound when no such row is parked.
        """
        row = await self._parked(row_id)
        if row["key"] is not None and (row["sequence"] is not None or row["reason"] != "undecodable"):
            await self.advance(row["key"])
        else:
            await self._try(row_id, lambda transaction: transaction.retry_unordered(row))
        return await self._pool.fetchrow(Q["parked_show"], row_id) is None

    async def discard(self, row_id: int, who: str, why: str) -> None:
        """Count a parked record as read, and fold the records that waited behind it.

        Raises NotFound when no such row is parked, and Invalid when an earlier record is missing.
        """
        row = await self._parked(row_id)
        async with self._transaction(0) as transaction:
            await transaction.discard(row, who, why)
        if row["key"] is not None:
            await self.advance(row["key"])

    async def advance(self, key: UUID) -> int:
        """Fold the parked records of a key, as far as possible, each in its own transaction. Return how many are gone.

        A record that Postgres refuses then blocks only later ones.
        """
        gone = 0
        while more := await self._try(None, lambda transaction: transaction.advance(key)):
            gone += more
        return gone

    async def _parked(self, row_id: int) -> Mapping[str, Any]:
        row = await self._pool.fetchrow(Q["parked_show"], row_id)
        if row is None or row["discarded_at"] is not None:
            raise NotFound(f"no parked row {row_id}")
        return dict(row)

    async def _try(self, row_id: int | None, work: Callable[[Transaction[S]], Awaitable[int]]) -> int:
        transaction: Transaction[S] | None = None
        try:
            async with self._transaction(1) as transaction:
                return await work(transaction)
        except Exception as error:
            if passes(error):
                raise
            problem = problem_of(error)
            row_id = row_id or (transaction.drain.trying if transaction else None)
            log.error("step.culprit", error=problem.detail, parked=row_id)
            if row_id is not None:
                await self._pool.execute(Q["parked_reason"], [row_id], [problem.reason], [problem.detail])
            return 0
