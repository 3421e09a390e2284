"""Doors strip what Postgres refuses or no person typed: U+0000 and lone surrogates."""

from __future__ import annotations

import json
from typing import Any

_DROP = {0: None} | dict.fromkeys(range(55296, 57344))


def clean_text(text: str) -> str:
    """The text without U+0000 and lone surrogates."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.translate(_DROP)


def clean(value: Any) -> Any:
    """A JSON value with every string in it cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean(entry) for entry in value]
    if isinstance(value, dict):
        return {clean_text(str(name)): clean(entry) for name, entry in value.items()}
    return value


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """Return the number that plain digits write, at most so many; None for anything else, such as superscripts."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def clean_json(body: bytes) -> bytes:
    """A JSON document without U+0000 and lone surrogates; untouched (and not parsed) where it cannot contain any.

    Raises ValueError when it must be looked into and is not JSON.
    """
    if b"\\u0000" not in body and b"\\ud" not in body and b"\\uD" not in body and b"\x00" not in body:
        return body
    return json.dumps(clean(json.loads(body.replace(b"\x00", b"")))).encode()
