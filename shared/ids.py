"""Ids: random ones that sort by time, and keyed ones that are always the same for the same parts."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from uuid import UUID

_RANDOM_BITS = (1 << 80) - 1 & ~(0xF << 76) & ~(0x3 << 62)
_VERSION_7 = 7 << 76 | 2 << 62


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562): 48 bits of wall-clock milliseconds, then 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big")
    return UUID(int=(time.time_ns() // 1_000_000) << 80 | _VERSION_7 | random & _RANDOM_BITS)


def first_id(seconds: float) -> UUID:
    """Return the bound below every UUIDv7 that is made from this instant on, in seconds since 1970."""
    return UUID(int=int(seconds * 1000) << 80)


def parse_id(text: str | None) -> UUID | None:
    """Return the id that a text from outside writes, or None for any other text."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def keyed_hash(secret: bytes, *parts: str) -> str:
    """Return the HMAC-SHA256 of the parts in hex. Without the secret a reader can see equality, but not the content."""
    message = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def keyed_id(secret: bytes, *parts: str) -> UUID:
    """Return a UUIDv8 made from the keyed hash of the parts.

    The same person on the same channel is thus the same contact.
    """
    value = int(keyed_hash(secret, *parts)[:32], 16)
    value = value & ~(0xF << 76) | 8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
