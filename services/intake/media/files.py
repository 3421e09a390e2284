"""The bytes of the media store under names made from their hash. Two kinds of store offer the same few methods."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

from services.intake.media.errors import MediaAway, MediaMissing

CHUNK: Final = 256 * 1024
INCOMING: Final = "incoming"
# The variants of a picture beside the picture itself: thumbnails by their longest side.
VARIANTS: Final = ("320", "1280")


class ListedFile(NamedTuple):
    """A name in the store and the time of its last writing."""

    name: str
    written_at: datetime


class OpenedFile(NamedTuple):
    """The bytes of a file, chunk by chunk, and their number."""

    size: int
    chunks: AsyncGenerator[bytes, None]


class MediaFiles(Protocol):
    """A store of bytes. Each method raises MediaAway when the store does not answer."""

    async def put(self, name: str, path: Path) -> None:
        """Write the bytes of a local file durably. A name that exists is written again with equal bytes."""

    async def read(self, name: str) -> OpenedFile:
        """Open a file. Raise MediaMissing when there is none."""

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files. A missing one is no error."""

    def listed(self) -> AsyncIterator[list[ListedFile]]:
        """Yield every file, page by page, with leftovers of writes that were cut off."""


def name_of(sha256: str, variant: str = "") -> str:
    """Return the name of bytes in the store. ``variant`` is a thumbnail's longest side, or empty for the file itself."""
    return f"{sha256[:2]}/{sha256}{'.' if variant else ''}{variant}"


def names_of(sha256: str) -> list[str]:
    """Return the names of a file and of all its variants."""
    return [name_of(sha256), *(name_of(sha256, variant) for variant in VARIANTS)]


class FolderFiles:
    """A folder that all replicas of intake share. A file appears under its name only when it is whole and on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, path: Path) -> None:
        """Write a file beside its place, flush it to disk, and move it there."""
        try:
            await asyncio.to_thread(self._put, name, path)
        except OSError as error:
            raise MediaAway from error

    def _put(self, name: str, path: Path) -> None:
        target, part = self._folder / name, self._folder / INCOMING / uuid.uuid4().hex
        # Only the service's own user may read what citizens send.
        for folder in (self._folder, target.parent, part.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("rb") as source, part.open("wb") as copy:
            os.fchmod(copy.fileno(), 0o600)
            shutil.copyfileobj(source, copy, CHUNK)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(target)
        for folder in (target.parent, self._folder):
            _flush_folder(folder)

    async def read(self, name: str) -> OpenedFile:
        """Open a file of the folder."""
        try:
            file = await asyncio.to_thread((self._folder / name).open, "rb")
        except FileNotFoundError:
            raise MediaMissing from None
        except OSError as error:
            raise MediaAway from error
        return OpenedFile(os.fstat(file.fileno()).st_size, _chunks(file))

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files of the folder."""
        try:
            await asyncio.to_thread(self._delete, names)
        except OSError as error:
            raise MediaAway from error

    def _delete(self, names: Sequence[str]) -> None:
        for name in names:
            (self._folder / name).unlink(missing_ok=True)
        for folder in {(self._folder / name).parent for name in names}:
            if folder.is_dir():
                _flush_folder(folder)

    async def listed(self) -> AsyncIterator[list[ListedFile]]:
        """Yield the files of one subfolder after the other."""
        try:
            for folder in await asyncio.to_thread(self._subfolders):
                yield await asyncio.to_thread(self._page, folder)
        except OSError as error:
            raise MediaAway from error

    def _subfolders(self) -> list[Path]:
        return sorted(one for one in self._folder.iterdir() if one.is_dir()) if self._folder.is_dir() else []

    def _page(self, folder: Path) -> list[ListedFile]:
        found = []
        for path in folder.iterdir():
            try:
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                # Another replica has moved or deleted the file since the folder was listed.
                continue
            found.append(ListedFile(f"{folder.name}/{path.name}", written))
        return found


async def _chunks(file: IO[bytes]) -> AsyncGenerator[bytes, None]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
