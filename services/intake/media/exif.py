"""The capture time and position that a camera wrote into a picture. They are kept as private columns, never served."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from shared.clock import WITA

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 36867, 36881
_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_ZONE: Final = re.compile(r"([+-])(\d\d):(\d\d)")
_YEARS: Final = range(1990, 2100)


def private_values(exif: Any) -> dict[str, Any]:
    """Return ``taken_at``, ``latitude`` and ``longitude`` of a picture's EXIF block. A wrong value is left out.

    ``exif`` is a block as Pillow reads it.
    """
    taken = _taken_at(exif.get_ifd(_EXIF))
    place = _position(exif.get_ifd(_GPS))
    return ({"taken_at": taken.isoformat()} if taken else {}) | (place or {})


def _taken_at(fields: Mapping[int, Any]) -> datetime | None:
    """Return the capture time. A camera that names no zone is taken to show the time of the province."""
    written = _TIME.match(_text(fields.get(_TAKEN)))
    if written is None or int(written[1]) not in _YEARS:
        return None
    zone = _ZONE.match(_text(fields.get(_OFFSET)))
    try:
        shift = timedelta(hours=int(zone[2]), minutes=int(zone[3])) if zone else None
        at = WITA if shift is None or zone is None else timezone(-shift if zone[1] == "-" else shift)
        year, month, day, hour, minute, second = (int(part) for part in written.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=at)
    except ValueError:
        return None


def _position(fields: Mapping[int, Any]) -> dict[str, float] | None:
    latitude = _degrees(fields.get(2), _text(fields.get(1)), "NS", 90)
    longitude = _degrees(fields.get(4), _text(fields.get(3)), "EW", 180)
    if latitude is None or longitude is None:
        return None
    return {"latitude": latitude, "longitude": longitude}


def _degrees(parts: Any, side: str, sides: str, most: int) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3 or side[:1] not in tuple(sides):
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return round(-value if side[:1] == sides[1] else value, 6)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value.strip("\x00 ") if isinstance(value, str) else ""
