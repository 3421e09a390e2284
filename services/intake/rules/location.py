"""The rules that give a complaint the official code and the position of its place."""

from __future__ import annotations

import math
import re
from typing import Final

from shared.events.submissions import ComplaintContent, Position
from shared.reference.place_names import place_code_of

# Degrees as a shared location, a map's link or a careful person writes them. Nothing outside of Indonesia is meant.
_DEGREES: Final = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d{3,}),\s*(\d{2,3}\.\d{3,})(?![\d.])")
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5


def located(content: ComplaintContent) -> ComplaintContent:
    """Return the content with the position and the code of the place that its words name. What was given stays."""
    position = content.position or _position_in(content.place)
    if position is not content.position:
        content = content.model_copy(update={"position": position})
    if content.place_code is not None:
        return content
    words = f"{content.title}\n{content.text}" if content.title else content.text
    code = place_code_of(content.place, words)
    return content if code is None else content.model_copy(update={"place_code": code})


def rounded_position(latitude: str, longitude: str) -> Position | None:
    """Return the position rounded to some ten metres, or None if these are no coordinates."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return None
    return Position(latitude=round(north, 4), longitude=round(east, 4))


def _position_in(place: str | None) -> Position | None:
    """Return the position that stands in the words for a place, as WhatsApp's pin does, or None."""
    found = _DEGREES.search(place or "")
    position = rounded_position(found[1], found[2]) if found else None
    if position is None or not (_SOUTH <= position.latitude <= _NORTH and _WEST <= position.longitude <= _EAST):
        return None
    return position
