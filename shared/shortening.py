"""Texts and lists cut to a number of bytes as JSON, so that what holds them has a largest size. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic_core import to_json

T = TypeVar("T")
MARKER = "… [dipotong]"
_WORST = 6
"""Bytes that one character of a text can take as JSON: U+0001 becomes six."""


def shortened(text: str, limit: int) -> str:
    """The text itself where it fits into ``limit`` bytes of JSON, else its beginning and a marker that says so."""
    if len(text) * _WORST <= limit or json_size(text) <= limit:
        return text
    room = limit - len(MARKER.encode()) - 2
    kept = text[:room]
    while kept and (size := json_size(kept) - 2) > room:
        kept = kept[: min(len(kept) - 1, len(kept) * room // size)]
    return kept.rstrip() + MARKER


def json_size(value: object) -> int:
    """Bytes of a value as JSON."""
    return len(to_json(value))


def last_within(items: Sequence[T], number: int, limit: int, size: Callable[[T], int] = json_size) -> tuple[T, ...]:
    """The last ``number`` items, fewer where they take more than ``limit`` bytes together."""
    kept: list[T] = []
    left = limit
    for item in reversed(items[-number:] if number else ()):
        left -= size(item)
        if left < 0:
            break
        kept.append(item)
    return tuple(reversed(kept))
