"""Receipts: stored proof that a command was carried out, with the answer for its caller.

A receipt is saved in the same transaction as the command's changes. When a connection breaks after COMMIT was sent and
before its answer, nobody knows whether the transaction took place. The next try of the same call finds the receipt and
answers from it. A first try never looks for receipts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from shared.observability.logs import get_logger
from shared.pipeline.change import Change
from shared.pipeline.rows import Q
from shared.pipeline.work import Work
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Connection, Pool

log = get_logger()
# Far longer than any call is tried again.
KEPT_S = 3600.0
FORGET_EVERY_S = 10.0
FORGET_AT_ONCE = 2_000


def changes_anything(change: Change[Any]) -> bool:
    """Return whether doing the change again would be noticed."""
    return bool(change.states or change.events or change.rows or change.forwards)


def receipt(command: UUID, answer: Any) -> tuple[UUID, str]:
    """Return the row that is saved with the command's changes."""
    return command, to_json(answer).decode()


async def find(connection: Connection, works: Sequence[Work]) -> None:
    """Mark the commands that an earlier try of the same call has committed, and give them the answer of that try."""
    asked = {work.item.id: work for work in works if work.unsure and work.commanded and work.item is not None}
    if not asked:
        return
    held = [row["id"] for row in await connection.fetch(Q["receipts_missing"], sorted(asked))]
    if held:
        await connection.execute(Q["receipts_unhold"], held)
    for row in await connection.fetch(Q["receipts_found"], [command for command in asked if command not in set(held)]):
        work = asked[row["id"]]
        work.outcome, work.answer = "folded", from_json(row["answer"])


async def forget(pool: Pool) -> None:
    """Delete receipts older than an hour, at most 2,000 a statement, until cancelled."""
    while True:
        gone = FORGET_AT_ONCE
        try:
            while gone == FORGET_AT_ONCE:
                before = UUID(int=int((time.time() - KEPT_S) * 1000) << 80)
                tag = await pool.execute(Q["receipts_forget"], before, FORGET_AT_ONCE)
                gone = int(tag.rpartition(" ")[2])
        except TRANSIENT as error:
            log.warning("receipts.kept", error=type(error).__name__)
        await asyncio.sleep(FORGET_EVERY_S)


__all__ = ["FORGET_EVERY_S", "KEPT_S", "changes_anything", "find", "forget", "receipt"]
