"""Removes U+0000 and lone surrogates from incoming text. Postgres refuses them, and no person types them."""

from __future__ import annotations

import json
from typing import Any

_DROP = {0: None} | dict.fromkeys(range(55296, 57344))


def clean_text(text: str) -> str:
    """Return the text without U+0000 and lone surrogates."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.translate(_DROP)


def clean(value: Any) -> Any:
    """Return a JSON value with every string in it cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean(entry) for entry in value]
    if isinstance(value, dict):
        return {clean_text(str(name)): clean(entry) for name, entry in value.items()}
    return value


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """Return the number that a text of plain digits writes.

    Return None for too many digits or other characters, such as superscripts.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def clean_json(body: bytes) -> bytes:
    """Return a JSON document without U+0000 and lone surrogates.

    A document that cannot contain any is returned unparsed.

    Raises ValueError when the document must be parsed and is not JSON.
    """
    if b"\\u0000" not in body and b"\\ud" not in body and b"\\uD" not in body and b"\x00" not in body:
        return body
    return json.dumps(clean(json.loads(body.replace(b"\x00", b"")))).encode()
