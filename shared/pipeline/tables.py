"""The tables of the pipeline: the named statements, and the loading and saving of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from shared.errors import VersionConflict
from shared.pipeline.rows import Rows, due_of
from shared.postgres.pool import Connection
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
EVENT_COLUMNS = 9
# A topic and a partition.
Place = tuple[str, int]


async def load(connection: Connection, rows: Rows[Any], keys: Iterable[UUID]) -> None:
    """Lock the rows of these keys in key order, and read them. Rows that are loaded already are left alone."""
    wanted = rows.begin(keys)
    if wanted:
        rows.fill(await connection.fetch(Q["load"], wanted))


async def save(connection: Connection, rows: Rows[Any], offsets: Mapping[Place, int]) -> None:
    """Save all changed rows, the events, the receipts and the next offset of each partition, in one statement.

    Raises VersionConflict when another replica was first.
    """
    changed, places = rows.changed(), sorted(offsets)
    if not changed and not rows.events and not places and not rows.receipts:
        return
    saved = await connection.fetchval(
        Q["save"],
        [row.key for row in changed],
        [row.version + 1 for row in changed],
        [to_json(row.read).decode() for row in changed],
        [to_json(row.written).decode() for row in changed],
        [row.waiting for row in changed],
        [row.due_at or due_of(row.state) for row in changed],
        [rows.stored_state(row) for row in changed],
        *(list(zip(*rows.events, strict=True)) or [()] * EVENT_COLUMNS),
        [topic for topic, _ in places],
        [partition for _, partition in places],
        [offsets[place] for place in places],
        [command for command, _ in rows.receipts],
        [answer for _, answer in rows.receipts],
    )
    if saved != len(changed):
        raise VersionConflict
