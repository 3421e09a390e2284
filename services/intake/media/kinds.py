"""The kinds of files that we keep, found by their content. The sender's word for a file counts for nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from services.intake.media.errors import MediaRefused
from services.intake.media.sounds import check_amr, framed_sound, is_frame

PICTURES: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
# The brands of MP4 and 3GP files. A QuickTime file is none of them.
_MP4: Final = frozenset(
    {b"M4A ", b"M4B ", b"M4V ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mmp4"}
)
_3GP: Final = frozenset({b"3gp4", b"3gp5", b"3gp6", b"3g2a"})
# A reader of PDF looks for the end within the last kilobyte, and so do we.
_PDF_TAIL: Final = 1024
_PAGE: Final = struct.Struct("<4sBBqIIIB")
# The boxes of a recording that lead to the kind of each track, from the outermost in.
_WAY: Final = (b"moov", b"trak", b"mdia")


def kind_of(content: bytes) -> str:
    """Return the media type of a file. Raise MediaRefused for another kind and for a file that is cut off.

    A picture is only recognised here. Its decoder finds out whether it is whole.
    """
    if not content:
        raise MediaRefused("empty")
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC else _recording(content)
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"OggS"):
        return _opus(content)
    if content.startswith(b"#!AMR"):
        check_amr(content)
        return "audio/amr"
    if content.startswith(b"ID3") or is_frame(content):
        return framed_sound(content).type
    raise MediaRefused("type")


def _pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-_PDF_TAIL:]:
        raise MediaRefused("unreadable")
    return "application/pdf"


def _opus(content: bytes) -> str:
    """Walk all pages of an Ogg file: they must be Opus, and fill the file exactly."""
    at, first = 0, True
    while at < len(content):
        if len(content) - at < _PAGE.size:
            raise MediaRefused("unreadable")
        magic, version, *_, segments = _PAGE.unpack_from(content, at)
        body = at + _PAGE.size + segments
        if magic != b"OggS" or version != 0:
            raise MediaRefused("unreadable")
        if body > len(content):
            raise MediaRefused("unreadable")
        if first and content[body : body + 8] != b"OpusHead":
            raise MediaRefused("type")
        at, first = body + sum(content[at + _PAGE.size : body]), False
    if at != len(content):
        raise MediaRefused("unreadable")
    return "audio/ogg"


def _recording(content: bytes) -> str:
    """Walk the boxes of an MP4 or 3GP file: they must fill it exactly, and every track must be sound or film."""
    brand = content[8:12]
    if brand not in _MP4 | _3GP:
        raise MediaRefused("type")
    handlers = set(_handlers(content, 0, len(content)))
    if not handlers:
        raise MediaRefused("unreadable")
    if not handlers <= {b"soun", b"vide"}:
        raise MediaRefused("type")
    if handlers == {b"soun"}:
        return "audio/mp4"
    return "video/3gpp" if brand in _3GP else "video/mp4"


def _handlers(content: bytes, at: int, end: int, depth: int = 0) -> Iterator[bytes]:
    """Yield the kind of each track. Boxes are searched no deeper than the way goes."""
    while at < end:
        if end - at < 8:
            raise MediaRefused("unreadable")
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1 and end - at >= 16:
            (size,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        if size < head or at + size > end:
            raise MediaRefused("unreadable")
        if depth < len(_WAY) and name == _WAY[depth]:
            yield from _handlers(content, at + head, at + size, depth + 1)
        elif depth == len(_WAY) and name == b"hdlr":
            # A version and a reserved field stand before the handler's type.
            yield content[at + head + 8 : at + head + 12]
        at += size
