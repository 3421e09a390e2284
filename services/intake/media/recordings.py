"""The cleaning of recordings: their metadata goes, and their sound and film stay byte for byte.

Nothing is decoded. Whatever a program wrote into the stream itself stays, so recordings are private like all files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from services.intake.media.sounds import framed_sound

# The boxes that lead to those with dates, and the boxes with names, places and comments.
_INNER: Final = frozenset({b"moov", b"trak", b"mdia"})
_PRIVATE: Final = frozenset({b"udta", b"meta", b"uuid", b"skip", b"free"})
# The boxes with the times of making and changing, which are two numbers behind the version.
_DATED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_PAGE_HEAD: Final = 27
_TAGS: Final = b"OpusTags"


def without_metadata(kind: str, content: bytes) -> bytes:
    """Return a recording of this kind without its metadata. Its content must have been recognised before."""
    if kind in {"audio/mp4", "video/mp4", "video/3gpp"}:
        return _bare_boxes(content)
    if kind in {"audio/mpeg", "audio/aac"}:
        _, begin, end = framed_sound(content)
        return content[begin:end]
    return _bare_pages(content) if kind == "audio/ogg" else content


def _bare_boxes(content: bytes) -> bytes:
    """Empty the boxes with metadata where they stand, because the positions of all others are written in the file."""
    bare = bytearray(content)
    for name, at, begin, end in _boxes(content, 0, len(content)):
        if name in _PRIVATE:
            bare[at + 4 : at + 8] = b"free"
            bare[begin:end] = bytes(end - begin)
        elif name in _DATED and end - begin >= 20:
            size = 16 if content[begin] == 1 else 8
            bare[begin + 4 : begin + 4 + size] = bytes(size)
    return bytes(bare)


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield each box with its name, its place, and the beginning and end of its content."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        yield name, at, at + head, at + size
        if name in _INNER:
            yield from _boxes(content, at + head, at + size)
        at += size


def _bare_pages(content: bytes) -> bytes:
    """Empty the comments of an Ogg Opus file, in pages of the same size with new check sums."""
    bare, at, within = bytearray(content), 0, False
    while at < len(content):
        table = content[at + _PAGE_HEAD : at + _PAGE_HEAD + content[at + 26]]
        body = at + _PAGE_HEAD + len(table)
        end = body + sum(table)
        begins = content.startswith(_TAGS, body)
        if begins or within:
            # The comments end with the first segment that is not full.
            last = next((place for place, size in enumerate(table) if size < 255), None)
            stop = end if last is None else body + sum(table[: last + 1])
            bare[body:stop] = bytes(stop - body)
            if begins:
                # No vendor and no comment: two numbers of four bytes that are zero.
                bare[body : body + len(_TAGS)] = _TAGS[: stop - body]
            bare[at + 22 : at + 26] = bytes(4)
            bare[at + 22 : at + 26] = struct.pack("<I", _check_sum(bare[at:end]))
            within = last is None
        if not within and at > 0:
            break
        at = end
    return bytes(bare)


def _check_sum(page: bytes | bytearray) -> int:
    """Return the check sum of an Ogg page, whose own field must be zero."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _table_entry(index: int) -> int:
    value = index << 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


_TABLE: Final = tuple(_table_entry(index) for index in range(256))
