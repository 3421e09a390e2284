"""Texts as people send them, made tidy before they are kept."""

import re

from shared.web.clean import clean_text

_BLANKS = re.compile(r"[^\S\n]+")
# What tidying would change; most texts have none of it and are given back as they are.
_UNTIDY = re.compile("[\x00\r\ud800-\udfff]|[^\\S\n ]|  | \n|\n |\\A\\s|\\s\\Z")


def tidy(text: str) -> str:
    """A text as it is kept: storable, line ends as one newline, runs of blanks as one, no blank edges."""
    if not _UNTIDY.search(text):
        return text
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()
