"""Readers of the values in a webhook's JSON. None of them raises for a value of another type."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from shared.clean import clean

# Without any of these bytes a document holds neither U+0000 nor a lone surrogate. Most bodies have none of them.
_SUSPECT: Final = (b"\\u", b"\x00", b"\xed")


class Unreadable(ValueError):
    """One item of the body lacks a field that it needs."""


def read_json(body: bytes) -> Any:
    """Return the document of a body, with every string in it cleaned. Raise ValueError or RecursionError."""
    document = json.loads(body)
    return clean(document) if any(mark in body for mark in _SUSPECT) else document


def mapping(value: Any) -> dict[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def words(value: Any) -> str | None:
    """Return the value if it is a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def instant(value: Any, *, per_second: int = 1) -> datetime:
    """Return the instant of a number of unix seconds, or of parts of a second. Raise Unreadable for other values."""
    try:
        return datetime.fromtimestamp(int(value) / per_second, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable("timestamp is not in unix time") from error


def instant_or_none(value: Any) -> datetime | None:
    """Return the instant of a number of unix seconds, or None for any other value."""
    try:
        return instant(value)
    except Unreadable:
        return None
