"""Tidies incoming texts before they are stored."""

import re

from shared.clean import clean_text

_BLANKS = re.compile(r"[^\S\n]+")
# Matches whatever tidying would change. Most texts have none of it and are returned unchanged.
_UNTIDY = re.compile("[\x00\r\ud800-\udfff]|[^\\S\n ]|  | \n|\n |\\A\\s|\\s\\Z")


def tidy(text: str) -> str:
    """Return a text in the form in which it is stored.

    The form has no characters that Postgres refuses, one newline at each line end, single blanks, and no blanks at the
    ends.
    """
    if _is_plainly_tidy(text) or not _UNTIDY.search(text):
        return text
    lines = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines).strip()


def _is_plainly_tidy(text: str) -> bool:
    """Return whether the text surely needs no tidying. False leaves the question open.

    Every blank but the space, every control character and every surrogate is unprintable.
    """
    lines = text if text.isprintable() else text.replace("\n", "")
    return lines.isprintable() and "  " not in text and " \n" not in text and "\n " not in text and text.strip() == text
