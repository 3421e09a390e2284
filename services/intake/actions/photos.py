"""The photos that visitors of the web form send. Only the visitor who sent a photo may see it or file it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from services.intake.actions.media import NamedFiles, find_attachments
from services.intake.actions.running import RunningIntake
from services.intake.media.errors import MediaMissing, MediaRefused
from services.intake.media.files import CHUNK, OpenedFile, name_of
from services.intake.media.keeping import MediaKeeper
from services.intake.media.rows import Q
from services.intake.media.spool import sent_file
from shared.errors import TooLarge

_THUMBNAIL: Final = "320"


class Arriving(Protocol):
    """A file that a browser sends, read chunk by chunk."""

    async def read(self, size: int) -> bytes:
        """Return the next bytes, and none at the end."""


class VisitorPhotos:
    """Keeps and serves the photos of visitors, before a complaint has them."""

    def __init__(self, intake: RunningIntake, keeper: MediaKeeper) -> None:
        self._intake = intake
        self._keeper = keeper

    async def keep(self, visitor: str, file: Arriving) -> UUID:
        """Keep a photo. Raise MediaRefused, TooLarge, or MediaAway when it cannot be kept now."""
        settings = self._intake.settings
        with sent_file(settings.media_spool, settings.media_bytes) as sent:
            try:
                while chunk := await file.read(CHUNK):
                    sent.write(chunk)
            except TooLarge:
                most = settings.media_bytes // (1024 * 1024)
                words = f"Foto ini lebih besar dari {most} MB. Pilih foto yang lebih kecil."
                raise TooLarge(f"a photo has at most {settings.media_bytes} bytes", message=words) from None
            sent.close()
            try:
                kept = await self._keeper.keep_upload(_owner(visitor), sent)
            except MediaRefused as refusal:
                raise MediaRefused("no_photo" if refusal.reason == "type" else refusal.reason) from None
        if not kept.type.startswith("image/"):
            raise MediaRefused("no_photo")
        return kept.id

    async def find(self, visitor: str, photos: Sequence[UUID]) -> NamedFiles:
        """Return those of these photos that this visitor has sent and that are kept, and the ids of the others."""
        [named] = await find_attachments(self._intake, _owner(visitor), photos)
        return named

    async def read_thumbnail(self, visitor: str, photo: UUID) -> OpenedFile:
        """Open the small copy of a photo for the visitor who sent it. Raise MediaMissing for anybody else."""
        row: Any = await self._intake.pool.fetchrow(Q["own_picture"], photo, _owner(visitor))
        if row is None:
            raise MediaMissing
        return await self._keeper.files.read(name_of(row["sha256"], _THUMBNAIL))


def _owner(visitor: str) -> str:
    # No name of a key's owner has a colon in front of such a signature.
    return f"visitor:{visitor}"
