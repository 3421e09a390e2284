"""The tidying of a text: what stands beside the matter is taken out before words are weighed.

Taken out are the writer's own identity, whom he has told, the names of streets and buildings, and short forms that mean
another thing (`asides`). Only the copy that is weighed changes, never the letter itself.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from typing import Final

from services.router.routing.asides import MARKED, REMOVED, UNTIL, UNTIL_BETWEEN, UNTIL_HINT
from services.router.routing.matters import load_table

# "jalan" or "gang" and up to four words, none of which begins the next name. After a short form a full stop may stand.
_STREET: Final = re.compile(
    r"\b(?:(?:jalan|gang)[ ]+|(?:jln|jl|gg)\b\.?[ ]*)"
    r"((?:(?!(?:jalan|gang|jln|jl|gg)\b)[a-z']+\.?(?:[ ]|\b)){1,4})",
    re.IGNORECASE,
)
# "anak2", "kos2an": the word twice.
_TWICE: Final = re.compile(r"\b([a-z]{3,})2(an|nya)?\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z']+")
_LONGEST_NAME: Final = 3


def tidy(text: str, places: Container[str] = frozenset()) -> str:
    """Return the copy of a text in which only what may be the matter is left.

    ``places``: the words with which names of places begin. Only before these a mark is set.
    """
    if "2" in text:
        text = _TWICE.sub(r"\1 \1\2", text)
    lower = text.lower()
    if UNTIL_HINT.search(lower):
        text = UNTIL_BETWEEN.sub(r"\1 sampai ", UNTIL.sub("sampai", text))
    for hints, pattern, instead in REMOVED:
        if _holds(lower, hints):
            text = pattern.sub(instead, text)
    for hints, pattern, mark in MARKED:
        if _holds(lower, hints):
            text = _mark(text, pattern, mark, places)

    def street(found: re.Match[str]) -> str:
        return _without_name(found, places)

    return _STREET.sub(street, text)


def _holds(text: str, hints: tuple[str, ...]) -> bool:
    return any(hint in text for hint in hints)


def _mark(text: str, pattern: re.Pattern[str], mark: str, places: Container[str]) -> str:
    """Return the text with a mark behind each match that the name of a place follows."""

    def marked(found: re.Match[str]) -> str:
        following = next(filter(None, found.groups()), "").lower()
        return f"{found.group()}{mark} " if following in places else found.group()

    return pattern.sub(marked, text)


def _without_name(found: re.Match[str], places: Container[str]) -> str:
    """Return "jalan" and what follows it, with "x" for the name of a street.

    A name is written with capitals. In lower case, and where all is in capitals, only ordinary words that streets are
    named after count as one. The name of a place ends the name of a street ("Jalan Pramuka Samarinda").
    """
    names, of_roads = _street_words()
    whole = found.group(0)
    begin = found.start(1) - found.start(0)
    end = begin
    capitals = not found.group(1).isupper()
    for count, word in enumerate(_WORD.finditer(whole, begin)):
        plain = word.group()
        named = (capitals and plain[0].isupper()) or plain.lower() in names
        ends = plain.lower() in of_roads or (count and plain.lower() in places)
        if count == _LONGEST_NAME or ends or not named:
            break
        end = word.end()
    return f"{whole[:begin]}x{whole[end:]}" if end > begin else whole


@cache
def _street_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the ordinary words that streets are named after, and the words that describe a road."""
    street = load_table("cues.toml")["street"]
    return frozenset(street["names"].split()), frozenset(street["roads"].split())
