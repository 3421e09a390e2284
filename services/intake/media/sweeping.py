"""The sweep: it gives up what nobody finishes, erases what nobody uses, and deletes bytes without a row."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from services.intake.media.files import INCOMING, MediaFiles, names_of
from services.intake.media.rows import Q
from shared.postgres.pool import Pool

OLD: Final = timedelta(hours=1)
_NAME: Final = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})(?:\.\d+)?")


async def sweep(pool: Pool, files: MediaFiles, unused_hours: int) -> dict[str, int]:
    """Give up and erase rows, then delete the bytes that no row needs any more.

    Return how many files were given up, by reason.
    """
    given_up = {row["reason"]: row["number"] for row in await pool.fetch(Q["give_up"])}
    await pool.fetchval(Q["erase_unused"], unused_hours)
    await delete_doomed(pool, files)
    return given_up


async def delete_doomed(pool: Pool, files: MediaFiles) -> int:
    """Delete the bytes that are marked for deletion and to which no row refers. Return their number."""
    taken = []
    for row in await pool.fetch(Q["doomed"]):
        sha256 = row["sha256"]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lock"], sha256)
            await connection.execute(Q["pardon"], sha256)
            if await connection.fetchval(Q["take_doomed"], sha256) is not None:
                taken.append(sha256)
    if taken:
        await files.delete([name for sha256 in taken for name in names_of(sha256)])
        await pool.execute(Q["deleted"], taken)
    return len(taken)


async def find_orphans(pool: Pool, files: MediaFiles) -> None:
    """Mark old bytes without a row for deletion, and delete what writes that were cut off have left.

    Files that do not have a name of ours stay.
    """
    before = datetime.now(UTC) - OLD
    async for page in files.listed():
        old = [file.name for file in page if file.written_at < before]
        leftovers = [name for name in old if name.startswith(f"{INCOMING}/")]
        if leftovers:
            await files.delete(leftovers)
        hashes = [match[1] for name in old if (match := _NAME.fullmatch(name))]
        if hashes:
            await pool.execute(Q["doom_orphans"], hashes)
