"""The keeping of one file: its row first, then its bytes, then the statement that it is kept.

A process that is killed in between leaves a row or bytes that the sweep finds.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID
from weakref import WeakValueDictionary

from prometheus_client import CollectorRegistry

from services.intake.media.apart import Examined, examine
from services.intake.media.errors import MediaAway, MediaRefused
from services.intake.media.files import CHUNK, VARIANTS, FolderFiles, MediaFiles, name_of
from services.intake.media.marking import StoreMark
from services.intake.media.rows import Q
from services.intake.media.scanning import scan
from services.intake.media.spool import SentFile
from services.intake.metrics import KEPT, MediaMeters
from services.intake.settings import IntakeSettings
from shared.backoff import retry
from shared.ids import new_id
from shared.postgres.pool import Connection, Pool

_TRIES: Final = 8


class KeptMedia(NamedTuple):
    """A kept file. ``sha256`` and ``size`` are those of the bytes that are served. A ``repeat`` was kept before."""

    id: UUID
    sha256: str
    type: str
    size: int
    repeat: bool = False


class MediaKeeper:
    """Keeps files in the store of the settings. Two files are examined at a time; others wait."""

    def __init__(
        self, pool: Pool, settings: IntakeSettings, files: MediaFiles | None = None, meters: MediaMeters | None = None
    ) -> None:
        self.pool = pool
        self.settings = settings
        self.files = files or make_files(settings)
        self._meters = meters or MediaMeters(CollectorRegistry())
        self._mark = StoreMark(pool, self.files)
        # A large picture takes up to 900 MiB while it is examined.
        self._examining = asyncio.Semaphore(2)
        self._under_way: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def keep_upload(self, owner: str, sent: SentFile) -> KeptMedia:
        """Keep a file that a caller sent. Equal bytes of one owner are one file, also when they arrive at once.

        Raise MediaRefused for a file that cannot be kept, and MediaAway when it cannot be kept now.
        """
        lock = self._under_way.setdefault((owner, sent.sha256), asyncio.Lock())
        async with lock:
            row = await self.pool.fetchrow(Q["begin"], new_id(), owner, sent.sha256)
            if row is None:
                raise MediaAway
            if row["state"] == "kept":
                return KeptMedia(row["id"], row["sha256"], row["type"], row["size"], repeat=True)
            return await self.keep(row["id"], sent)

    async def keep(self, media: UUID, sent: SentFile) -> KeptMedia:
        """Keep the bytes of a row that awaits them. A refusal is written into the row before it is raised."""
        await self._mark.check()
        try:
            scanned = await scan(sent.path, self.settings.media_clamd)
            async with self._examining:
                found = await examine(sent.path, sent.folder, self.settings.media_pixels)
        except MediaRefused as refusal:
            await self.refuse(media, refusal.reason)
            raise
        return await self._store(media, sent, found, scanned=scanned)

    async def refuse(self, media: UUID, reason: str) -> None:
        """Write into a row that awaits its bytes why it gets none."""
        if await self.pool.fetchval(Q["settle_refused"], media, reason) is not None:
            self._meters.settled(reason)

    async def _store(self, media: UUID, sent: SentFile, found: Examined, *, scanned: bool) -> KeptMedia:
        cleaned = sent.folder / "kept"
        path = cleaned if cleaned.exists() else sent.path
        sha256, size = await asyncio.to_thread(_measure, path)

        async def refer() -> KeptMedia | None:
            return await self._refer(media, sha256)

        # Equal bytes may be on their way out just now. That takes a moment.
        if faster := await retry(refer, (MediaAway,), tries=_TRIES):
            return faster
        await self.files.put(name_of(sha256), path)
        for variant in VARIANTS if found.width else ():
            await self.files.put(name_of(sha256, variant), sent.folder / variant)
        values: tuple[Any, ...] = (found.type, size, found.width, found.height, scanned)
        private = (found.taken_at, found.latitude, found.longitude, found.look)
        if await self.pool.fetchval(Q["settle_kept"], media, sha256, *values, *private) is not None:
            self._meters.settled(KEPT)
            return KeptMedia(media, sha256, found.type, size)
        if faster := await self._kept(self.pool, media):
            return faster
        # The row was erased or given up meanwhile. The sweep deletes the bytes.
        raise MediaAway

    async def _refer(self, media: UUID, sha256: str) -> KeptMedia | None:
        """Make the row refer to these bytes. Return the file if another replica was faster.

        Raise MediaAway when equal bytes are being deleted, or when the row awaits no bytes any more.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lock"], sha256)
            if await connection.fetchval(Q["refer"], media, sha256) is not None:
                return None
            if faster := await self._kept(connection, media):
                return faster
        raise MediaAway

    async def _kept(self, connection: Pool | Connection, media: UUID) -> KeptMedia | None:
        row = await connection.fetchrow(Q["kept"], media)
        return KeptMedia(row["id"], row["sha256"], row["type"], row["size"], repeat=True) if row is not None else None


def make_files(settings: IntakeSettings) -> MediaFiles:
    """Return the store of these settings: a bucket if one is named, else a folder."""
    if not settings.media_bucket:
        return FolderFiles(settings.media_folder)
    # The client of S3 takes 30 MiB of memory, which a service with a folder need not spend.
    from services.intake.media.bucket import BucketFiles

    return BucketFiles(settings)


def _measure(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
