"""The keywords that mistyped words mean."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

_DOUBLED: Final = re.compile(r"([^\W\d_])\1+")
_SHORT_KEYWORD: Final = 5


def meant_keyword(word: str, keywords: Collection[str]) -> str | None:
    """Return the keyword that a word is, also with a doubled letter.

    In five letters one may be missing. In longer ones the last may be it, and two may have changed places. The shorter
    the keyword, the more often its mistyping is another word. The first letter is always right.
    """
    if word in keywords:
        return word
    typed = _DOUBLED.sub(r"\1", word)
    return next((one for one in keywords if {word, typed} & _mistyped(one)), None)


@lru_cache(maxsize=128)
def _mistyped(keyword: str) -> frozenset[str]:
    """Return the keyword without its doubled letters, and its common mistypings."""
    plain = _DOUBLED.sub(r"\1", keyword)
    found, last = {plain}, len(plain) - 1
    if len(plain) >= _SHORT_KEYWORD:
        found |= {plain[:at] + plain[at + 1 :] for at in range(1, last)}
    if len(plain) > _SHORT_KEYWORD:
        found |= {plain[:last], *(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :] for at in range(1, last))}
    return frozenset(found)
