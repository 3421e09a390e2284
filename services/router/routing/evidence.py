"""The words of a text that the routing rules know, in the writer's own spelling, so that a page can mark them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from services.router.routing.lexicon import lexicon
from services.router.routing.text_scan import longest_phrase

_WORDS: Final = re.compile(r"\s+|\S+")


class Piece(NamedTuple):
    """A piece of a text. ``known``: the rules know its words, and they can speak for a matter or name a place."""

    text: str
    known: bool


def mark_evidence(text: str) -> list[Piece]:
    """Return the whole text in pieces, in order."""
    written = _WORDS.findall(text)
    tables = lexicon()
    tokens: list[str] = []
    # By token: the number of the written word that it comes from.
    source: list[int] = []
    for number, word in enumerate(written):
        # A new line ends a phrase, as in the scan of the rules.
        meant = ";" if "\n" in word and word.isspace() else tables.normaliser[word.lower()] if word.strip() else ""
        for token in meant.split():
            tokens.append(token)
            source.append(number)
    known: set[int] = set()
    at = 0
    while at < len(tokens):
        node = tables.roots.get(tokens[at])
        if node is None:
            at += 1
            continue
        entry, after = longest_phrase(node, tokens, at + 1, len(tokens))
        if entry is not None and (entry.targets or entry.rich):
            known.update(range(source[at], source[after - 1] + 1))
        at = after
    return _joined(written, known)


def _joined(written: list[str], known: set[int]) -> list[Piece]:
    """Return the words with neighbours of the same kind put together."""
    pieces: list[Piece] = []
    for number, word in enumerate(written):
        if pieces and pieces[-1].known == (number in known):
            pieces[-1] = Piece(pieces[-1].text + word, number in known)
        else:
            pieces.append(Piece(word, number in known))
    return pieces
