"""Receipts: stored proof that a command was carried out, with the answer for its caller.

A receipt is saved in the same transaction as the command's changes. When a connection breaks after COMMIT was sent and
before its answer, nobody knows whether the transaction took place. The next try of the same call finds the receipt and
answers from it. A first try never looks for receipts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from pydantic_core import from_json

from shared.pipeline.items import Attempt, Entry, Item
from shared.pipeline.tables import Q
from shared.postgres.pool import Connection, Pool

# Far longer than any call is tried again.
KEPT_S = 3600.0
FORGET_AT_ONCE = 2_000


async def find(connection: Connection, entries: Sequence[Entry]) -> dict[int, Attempt]:
    """Return the attempts of the commands that an earlier try of the same call has committed, by their place."""
    asked = {
        item.id: place
        for place, item in enumerate(entries)
        if isinstance(item, Item) and item.unsure and item.commanded
    }
    if not asked:
        return {}
    missing = {row["id"] for row in await connection.fetch(Q["receipts_missing"], sorted(asked))}
    if missing:
        await connection.execute(Q["receipts_unhold"], sorted(missing))
    rows = await connection.fetch(Q["receipts_found"], [command for command in asked if command not in missing])
    return {asked[row["id"]]: Attempt("folded", from_json(row["answer"])) for row in rows}


async def forget(pool: Pool) -> None:
    """Delete receipts older than an hour, at most 2,000 a statement."""
    gone = FORGET_AT_ONCE
    while gone == FORGET_AT_ONCE:
        before = UUID(int=int((time.time() - KEPT_S) * 1000) << 80)
        tag = await pool.execute(Q["receipts_forget"], before, FORGET_AT_ONCE)
        gone = int(tag.rpartition(" ")[2])
