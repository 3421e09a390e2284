"""Recordings that are a row of frames: AMR, MP3 and AAC. What stands before and behind the frames is metadata."""

from __future__ import annotations

from typing import Final, NamedTuple

from services.intake.media.errors import MediaRefused

# The bytes of a frame behind its head, by the frame's kind. A kind without a number is none.
_AMR: Final = {b"#!AMR\n": (12, 13, 15, 17, 19, 20, 26, 31, 5), b"#!AMR-WB\n": (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)}
_AMR_SILENT: Final = {14, 15}
# Kilobits a second by the index in the head of an MP3 frame: of MPEG 1, and of MPEG 2 and 2.5.
_RATES_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# Samples a second by the version and the index in the head.
_SAMPLES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_ID3_HEAD: Final = 10
_ADTS_HEAD: Final = 7
# Two bytes could look like a frame by chance. So many in a row do not.
_LEAST: Final = 3
_TAGS: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")


class Sound(NamedTuple):
    """The type of a recording, and where its frames begin and end."""

    type: str
    begin: int
    end: int


def check_amr(content: bytes) -> None:
    """Walk the frames of an AMR file. Raise MediaRefused if they do not fill it."""
    head = next((one for one in _AMR if content.startswith(one)), None)
    if head is None:
        raise MediaRefused("type")
    at, sizes, frames = len(head), _AMR[head], 0
    while at < len(content):
        kind = content[at] >> 3 & 15
        if content[at] & 0x83 or (kind >= len(sizes) and kind not in _AMR_SILENT):
            raise MediaRefused("unreadable")
        at, frames = at + 1 + (sizes[kind] if kind < len(sizes) else 0), frames + 1
    if at != len(content) or not frames:
        raise MediaRefused("unreadable")


def is_frame(content: bytes) -> bool:
    """Return whether the bytes begin like a frame of MP3 or AAC."""
    return _size(content, 0) > 0


def framed_sound(content: bytes) -> Sound:
    """Walk the frames of an MP3 or AAC file. Raise MediaRefused for anything else than frames between tags.

    A last frame that is cut off stays out, because many phones end a recording so.
    """
    begin = _behind_id3(content)
    at, frames, layer = begin, 0, _layer(content, begin)
    while (size := _size(content, at)) and _layer(content, at) == layer and at + size <= len(content):
        at, frames = at + size, frames + 1
    cut_off = _size(content, at) > 0 and _layer(content, at) == layer
    if frames < _LEAST:
        raise MediaRefused("type" if begin == 0 else "unreadable")
    if at < len(content) and not cut_off and not content.startswith(_TAGS, at) and any(content[at:]):
        raise MediaRefused("unreadable")
    return Sound("audio/mpeg" if layer else "audio/aac", begin, at)


def _behind_id3(content: bytes) -> int:
    """Return where the tags at the beginning end. Their size is written in seven bits of each byte."""
    at = 0
    while content.startswith(b"ID3", at):
        if len(content) - at < _ID3_HEAD:
            raise MediaRefused("unreadable")
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | byte & 127
        at += _ID3_HEAD + size
    return at


def _layer(content: bytes, at: int) -> int:
    """Return the layer of a frame: 0 for AAC, 1 for MP3."""
    return content[at + 1] >> 1 & 3 if at + 1 < len(content) else 0


def _size(content: bytes, at: int) -> int:
    """Return the size of the frame that begins here, or 0 if none does."""
    head = content[at : at + _ADTS_HEAD]
    if len(head) < _ADTS_HEAD or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    layer = head[1] >> 1 & 3
    if layer == 0:
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return size if head[1] & 0xF0 == 0xF0 and size > _ADTS_HEAD else 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if layer != 1 or version not in _SAMPLES or not 0 < rate < len(_RATES_1) or samples > 2:
        return 0
    kilobits, factor = (_RATES_1[rate], 144) if version == 3 else (_RATES_2[rate], 72)
    return factor * kilobits * 1000 // _SAMPLES[version][samples] + (head[2] >> 1 & 1)
