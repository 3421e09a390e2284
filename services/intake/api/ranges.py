"""Parts of a file, for players that ask for a recording piece by piece (RFC 9110, one range)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final, NamedTuple

_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class FilePart(NamedTuple):
    """The bytes from ``begin`` up to, but without, ``end``."""

    begin: int
    end: int


def wanted_part(header: str, size: int) -> FilePart | None:
    """Return the part that a Range header asks for, or None for the whole file.

    Several parts, a part behind the end, and whatever is no range get the whole file.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    begin = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]) + 1, size) if found[1] and found[2] else size
    return FilePart(begin, end) if begin < end else None


async def part_of(chunks: AsyncGenerator[bytes, None], part: FilePart) -> AsyncIterator[bytes]:
    """Yield the bytes of a part, and close the file behind it."""
    at = 0
    async with contextlib.aclosing(chunks):
        async for chunk in chunks:
            piece = chunk[max(0, part.begin - at) : max(0, part.end - at)]
            at += len(chunk)
            if piece:
                yield piece
            if at >= part.end:
                return
