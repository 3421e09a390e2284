"""iCalendar (RFC 5545): an OPD's deadlines as a calendar to subscribe to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

FOLD = 75
"""Octets in a line; a longer one goes on in the next, after a space."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline."""

    uid: str
    at: datetime
    summary: str
    description: str


def calendar(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The whole calendar, lines ended by CRLF, in UTF-8."""
    return b"".join(fold(line) for line in _lines(name, entries, now))


def _lines(name: str, entries: Iterable[Entry], now: datetime) -> Iterator[str]:
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
    """A moment in UTC, basic format, whole seconds."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped, other control characters left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if (sign >= " " and sign != "\x7f") or sign in "\n\t")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> bytes:
    """A content line in pieces of at most 75 octets, no character cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > FOLD:
            pieces.append(piece)
            piece = b" "
        piece += octets
    pieces.append(piece)
    return b"\r\n".join(pieces) + b"\r\n"
