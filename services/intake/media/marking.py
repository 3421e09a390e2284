"""The mark of a store: a folder or bucket belongs to one database, whose sweep deletes what it does not know."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from services.intake.media.errors import MediaAway, MediaMissing
from services.intake.media.files import MediaFiles
from services.intake.media.rows import Q
from shared.observability.logs import get_logger
from shared.postgres.pool import Pool

log = get_logger()
NAME: Final = "store"


class StoreMark:
    """Checks once that the store is ours, and marks a new one."""

    def __init__(self, pool: Pool, files: MediaFiles) -> None:
        self._pool = pool
        self._files = files
        self._ours = False

    async def check(self) -> None:
        """Raise MediaAway when the store bears the mark of another database. Nothing may be written or deleted then."""
        if self._ours:
            return
        mark = str(await self._pool.fetchval(Q["mark"])).encode()
        found = await self._read()
        if not found:
            await self._write(mark)
            # Another database may have marked the store at the same moment.
            found = await self._read()
        if found != mark:
            log.error("media.store_of_another_database")
            raise MediaAway
        self._ours = True

    async def _read(self) -> bytes:
        try:
            opened = await self._files.read(NAME)
        except MediaMissing:
            return b""
        return b"".join([chunk async for chunk in opened.chunks])

    async def _write(self, mark: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            await asyncio.to_thread(path.write_bytes, mark)
            await self._files.put(NAME, path)
