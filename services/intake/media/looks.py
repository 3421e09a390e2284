"""A perceptual hash of a picture: pictures that look alike have looks that differ in few bits."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PIL import Image

_SIDE: Final = 8
_BITS: Final = _SIDE * _SIDE
# So many of 64 bits may differ between two looks of one picture, saved anew or with a part edited.
NEAR: Final = 12


def look_of(picture: Image.Image) -> int:
    """Return the look of a picture as a signed number of 64 bits, as Postgres keeps it.

    Each bit says whether a spot is brighter than the spot to its left, so light and colours hardly matter.
    """
    small = picture.convert("RGB").convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    grey = small.tobytes()
    rows = (grey[start : start + _SIDE + 1] for start in range(0, len(grey), _SIDE + 1))
    return _number([right > left for row in rows for left, right in pairwise(row)])


def mirrored(look: int) -> int:
    """Return the look of the mirror image, in which left and right have changed places."""
    bits = [bool(look >> place & 1) for place in reversed(range(_BITS))]
    rows = (bits[start : start + _SIDE] for start in range(0, _BITS, _SIDE))
    return _number([not bit for row in rows for bit in reversed(row)])


def _number(bits: list[bool]) -> int:
    value = sum(1 << place for place, bit in zip(reversed(range(_BITS)), bits, strict=True) if bit)
    return value - (1 << _BITS) if bits[0] else value
