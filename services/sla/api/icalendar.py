"""An OPD's deadlines as an iCalendar feed (RFC 5545) for calendar programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

# The longest line in octets. A longer line continues in the next one, after a space.
LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One deadline."""

    uid: str
    at: datetime
    summary: str
    description: str


def render_calendar(name: str, entries: Iterable[CalendarEntry], now: datetime) -> bytes:
    """Return the whole calendar in UTF-8, with lines ended by CRLF."""
    return b"".join(fold_line(line) for line in _lines(name, entries, now))


def _lines(name: str, entries: Iterable[CalendarEntry], now: datetime) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Tanggap//Deadlines//ID"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"X-WR-CALNAME:{escaped(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    for entry in entries:
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(entry.uid)}"
        yield f"DTSTAMP:{stamp(now)}"
        yield f"DTSTART:{stamp(entry.at)}"
        yield f"SUMMARY:{escaped(entry.summary)}"
        yield f"DESCRIPTION:{escaped(entry.description)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def stamp(at: datetime) -> str:
    """Return a moment in UTC, in basic format with whole seconds."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Return a TEXT value: escape backslash, semicolon, comma and line ends; leave out other control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if (sign >= " " and sign != "\x7f") or sign in "\n\t")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold_line(line: str) -> bytes:
    """Return a content line in pieces of at most 75 octets. No character is cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    pieces.append(piece)
    return b"\r\n".join(pieces) + b"\r\n"
