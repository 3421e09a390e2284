"""Texts as people send them: what Postgres and JSON writers cannot hold is taken out at the doors."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LINES = re.compile(r"[^\S\n]+")


def storable(text: str) -> str:
    """The text without U+0000 and lone surrogates, which Postgres and UTF-8 refuse."""
    return _UNSTORABLE.sub("", text) if _UNSTORABLE.search(text) else text


def storable_json(value: Any) -> Any:
    """The same for a decoded JSON value, keys included, however deep."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_json(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable_json(item) for key, item in value.items()}
    return value


def tidy(text: str) -> str:
    """A text as it is kept: storable, line ends as one newline, runs of blanks as one, no blank edges."""
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_LINES.sub(" ", line).strip() for line in lines).strip()
