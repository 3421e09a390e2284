"""Sealing: the leader adds what was committed to the chain, in the order of positions.

A position may commit after a higher one. So a round first looks which positions there are and which transactions write
to the log. It waits for these transactions to end. Up to the highest position it saw, nothing can come any more.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from shared.pipeline.chain import GENESIS, link_of, row_digest
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool

BATCH = 500
# The rest between two batches leaves the processor to the callers.
REST_S = 0.02
WRITERS_POLL_S = 0.05
# A transaction of a service ends within seconds. One that stays longer is left to the next round.
WRITERS_LIMIT_S = 20.0


async def seal(pool: Pool) -> int:
    """Seal what is committed now, and return the number of rows. Nothing is sealed while an older writer stays.

    Raises UniqueViolationError when a second leader was first; the next call goes on behind it.
    """
    upto = await settled(pool)
    sealed = 0
    while upto is not None and (batch := await seal_batch(pool, upto)):
        sealed += batch
        if batch < BATCH:
            break
        await asyncio.sleep(REST_S)
    return sealed


async def settled(pool: Pool) -> int | None:
    """Return a position up to which nothing can commit any more, or None if there is nothing new below it."""
    seen = await pool.fetchrow(Q["seal_horizon"])
    if seen is None or seen["upto"] is None:
        return None
    until = time.monotonic() + WRITERS_LIMIT_S
    while seen["writers"] and await pool.fetchval(Q["seal_writers"], seen["writers"]):
        if time.monotonic() > until:
            return None
        await asyncio.sleep(WRITERS_POLL_S)
    return int(seen["upto"])


async def seal_batch(pool: Pool, upto: int) -> int:
    """Seal the next rows up to a settled position, in one statement, and return their number."""
    last = await pool.fetchrow(Q["seal_last"])
    number, position, link = (last["number"], last["position"], last["link"]) if last else (0, 0, GENESIS)
    rows: list[Any] = await pool.fetch(Q["seal_read"], position, upto, BATCH)
    digests = [row_digest(row, row["data"]) for row in rows]
    links = []
    for digest in digests:
        link = link_of(link, digest)
        links.append(link)
    if rows:
        numbers = list(range(number + 1, number + 1 + len(rows)))
        places, data = [row["position"] for row in rows], [row["data"] for row in rows]
        await pool.execute(Q["seal"], numbers, places, data, digests, links)
    return len(rows)
