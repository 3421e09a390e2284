"""Readers of the values in a webhook's JSON. None of them raises for a value of another type."""

from datetime import UTC, datetime
from typing import Any


class Unreadable(ValueError):
    """One item of the body lacks a field that it needs."""


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
