"""Cuts texts and lists to a number of bytes as JSON, so that the records that hold them have a largest size. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic_core import to_json

T = TypeVar("T")
MARKER = "… [dipotong]"
# Most bytes that one character of a text takes as JSON: U+0001 becomes six.
_WORST = 6


def shortened(text: str, limit: int) -> str:
    """Return the text when it fits into ``limit`` bytes of JSON, else its beginning with a marker."""
    if len(text) * _WORST <= limit or json_size(text) <= limit:
        return text
    room = limit - len(MARKER.encode()) - 2
    kept = text[:room]
    while kept and (size := json_size(kept) - 2) > room:
        kept = kept[: min(len(kept) - 1, len(kept) * room // size)]
    return kept.rstrip() + MARKER


def json_size(value: object) -> int:
    """Return the size of a value as JSON, in bytes."""
    return len(to_json(value))


def last_within(items: Sequence[T], number: int, limit: int, size: Callable[[T], int] = json_size) -> tuple[T, ...]:
    """Return the last ``number`` items, or fewer when they take more than ``limit`` bytes together."""
    kept: list[T] = []
    left = limit
    for item in reversed(items[-number:] if number else ()):
        left -= size(item)
        if left < 0:
            break
        kept.append(item)
    return tuple(reversed(kept))
