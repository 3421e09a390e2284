"""One digest for the content that a caller sent, however it was written down. Repeats are compared by this digest.

The canonical form is JSON of the members that were sent. Names are in order, blanks are left out, whole numbers are
integers. Text is in Unicode's NFC with blanks tidied. A member that is null counts as not sent. Defaults that a model
adds are left out, so a new field with a default changes no digest.
"""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.text import tidy

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Made once: to make an encoder costs as much as to write a small document.
_written = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def digest_of(value: Any) -> str:
    """Return the digest of a JSON value in its canonical form."""
    return hashlib.sha256(_written(_plain(value)).encode()).hexdigest()


def digest_of_command(command: DataclassInstance, *context: str) -> str:
    """Return the digest of a command, made of its kind and of the values that differ from their defaults."""
    values = ((one, getattr(command, one.name)) for one in fields(command))
    given = {one.name: value for one, value in values if value != one.default}
    return digest_of([*context, type(command).__name__, given])


def _plain(value: Any) -> Any:
    match value:
        case str():
            return _composed(tidy(value))
        case dict():
            return {_composed(str(name)): _plain(one) for name, one in value.items() if one is not None}
        case list() | tuple():
            return [_plain(one) for one in value]
        case float():
            return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
        case UUID() | date():
            return str(value)
        case _:
            dumped = getattr(value, "model_dump", None)
            return _plain(dumped(mode="json")) if dumped is not None else value


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
