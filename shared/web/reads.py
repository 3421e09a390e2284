"""Records each read of personal data: the reader, the complaint and the reason."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from shared.postgres.pool import Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")


async def note_read(pool: Pool, actor: str, key: UUID, why: str) -> None:
    """Record that ``actor`` read the personal data of a complaint."""
    await pool.execute(Q["read_note"], actor, key, why)
