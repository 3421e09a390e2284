"""Texts as people send them, made tidy before they are kept."""

import re

from shared.web.clean import clean_text

_BLANKS = re.compile(r"[^\S\n]+")


def tidy(text: str) -> str:
    """A text as it is kept: storable, line ends as one newline, runs of blanks as one, no blank edges."""
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()
