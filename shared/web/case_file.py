"""The parts of a case file that services share: its place in the chain over the log, and its download as a ZIP.

A ZIP holds a page to read, the files, and as the last a manifest with the SHA-256 of each. It is written while it is
sent, so a large one needs no memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zipfile import ZipFile, ZipInfo

from starlette.responses import Response, StreamingResponse

from shared.clock import WITA
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
PAGE: Final = "berkas-perkara.html"
MANIFEST: Final = "manifest.json"


class NotPacked(Exception):
    """The bytes of a file cannot be had now."""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event of the case in the service's log, with its number and link in the chain. Both are None before its seal."""

    type: str
    at: datetime
    number: int | None
    link: str | None


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a case: its name in the ZIP, its type, its size in bytes, and the SHA-256 of its bytes.

    ``chunks`` is None for a file that another service keeps, and raises NotPacked before its first chunk for one that
    cannot be had now. The manifest names such a file, and the ZIP does not hold it.
    """

    name: str
    type: str
    size: int
    sha256: str
    chunks: AsyncIterable[bytes] | None = None


async def load_seals(pool: Pool, key: UUID) -> list[SealedEvent]:
    """Return the events of a case in this service's log, the oldest first, with their places in the chain."""
    return [
        SealedEvent(row["type"], row["occurred_at"], row["number"], row["link"].hex() if row["link"] else None)
        for row in await pool.fetch(Q["case_seals"], key)
    ]


def manifest_of(
    ticket: str,
    made: datetime,
    texts: Mapping[str, bytes],
    files: Sequence[tuple[PackedFile, bool]],
    chain: Sequence[SealedEvent],
) -> dict[str, Any]:
    """Return the manifest of a ZIP: the SHA-256 of everything in it, and the case's places in the chain over the log.

    ``files``: each with whether the ZIP holds it.
    """
    own = [
        {"name": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest(), "included": True}
        for name, text in texts.items()
    ]
    kept = [
        {"name": one.name, "type": one.type, "size": one.size, "sha256": one.sha256, "included": included}
        for one, included in files
    ]
    events = [{"type": one.type, "at": one.at.isoformat(), "number": one.number, "link": one.link} for one in chain]
    return {"ticket": ticket, "made_at": made.isoformat(), "files": [*own, *kept], "chain": events}


def zip_response(
    ticket: str, made: datetime, texts: Mapping[str, bytes], files: list[PackedFile], chain: list[SealedEvent]
) -> Response:
    """Answer with the ZIP of a case file. ``texts`` are pages and lists that are made for it."""
    headers = {
        "Content-Disposition": f'attachment; filename="berkas-perkara-{ticket}.zip"',
        "Cache-Control": "no-store",
    }

    def manifest(packed: Sequence[tuple[PackedFile, bool]]) -> bytes:
        return json.dumps(manifest_of(ticket, made, texts, packed, chain), ensure_ascii=False, indent=1).encode()

    return StreamingResponse(_zipped(made, texts, files, manifest), headers=headers, media_type="application/zip")


class _Pipe:
    """A file that is only written to, and emptied after each chunk."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written is taken at once."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


async def _zipped(
    made: datetime,
    texts: Mapping[str, bytes],
    files: Sequence[PackedFile],
    manifest: Callable[[Sequence[tuple[PackedFile, bool]]], bytes],
) -> AsyncIterator[bytes]:
    pipe = _Pipe()
    at = made.astimezone(WITA)
    day = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    packed: list[tuple[PackedFile, bool]] = []
    with ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]  # it needs no more of a file than to be written to
        for name, text in texts.items():
            archive.writestr(ZipInfo(name, day), text)
        yield pipe.take()
        for file in files:
            chunks = aiter(file.chunks) if file.chunks is not None else None
            try:
                first = await anext(chunks, b"") if chunks is not None else None
            except NotPacked:
                first = None
            packed.append((file, first is not None))
            if chunks is None or first is None:
                continue
            with archive.open(ZipInfo(file.name, day), "w", force_zip64=True) as member:
                member.write(first)
                async for chunk in chunks:
                    member.write(chunk)
                    yield pipe.take()
        archive.writestr(ZipInfo(MANIFEST, day), manifest(packed))
    yield pipe.take()
