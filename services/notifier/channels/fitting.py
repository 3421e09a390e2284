"""The cutting of a text to what a channel takes. What the reader needs last, a link or the choices, stays whole."""

import re
from collections.abc import Callable
from typing import Final

# A line of the end: a link, a numbered choice, or the word how to choose.
_TAIL: Final = re.compile(r"\d+\. .*|.*https?://\S+|Balas dengan angkanya\.|")
_MORE: Final = "..."


def cut_to_fit(text: str, fits: Callable[[str], bool]) -> str:
    """Return the text, cut before its end so that it fits. Without room for the end, the text is simply cut."""
    if fits(text):
        return text
    lines = text.split("\n")
    end = len(lines)
    while end and _TAIL.fullmatch(lines[end - 1]):
        end -= 1
    body, tail = "\n".join(lines[:end]), "\n".join(lines[end:]).strip("\n")
    if not fits(_MORE + "\n" + tail):
        body, tail = text, ""
    joint = "\n" if tail else ""
    low, high = 0, len(body)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(body[:middle].rstrip() + _MORE + joint + tail):
            low = middle
        else:
            high = middle - 1
    return body[:low].rstrip() + _MORE + joint + tail
