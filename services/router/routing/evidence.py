"""The words of a text that the routing rules know and that the model weighed most, in the writer's own spelling."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.model import Model
from services.router.routing.prior import words_of
from services.router.routing.text_scan import longest_phrase

_WORDS: Final = re.compile(r"\s+|\S+")
# So many words and pairs of the model are marked.
_WEIGHED_MOST: Final = 5


class Piece(NamedTuple):
    """A piece of a text.

    ``known``: the rules know its words, and they can speak for a matter or name a place. ``learned``: its words are
    among those that spoke most for the topic by what the model has learned.
    """

    text: str
    known: bool
    learned: bool = False


def mark_evidence(text: str, model: Model | None = None, topic: str | None = None) -> list[Piece]:
    """Return the whole text in pieces, in order. Without a model and a topic no word is marked as learned."""
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
    learned = _learned(tables, written, model, topic) if model is not None and topic is not None else set()
    return _joined(written, known, learned)


def _learned(tables: Lexicon, written: list[str], model: Model, topic: str) -> set[int]:
    """Return the numbers of the written words that spoke most for the topic."""
    number = model.prior.number_of.get(topic)
    if number is None:
        return set()
    spelt = [words_of(word, tables.normaliser.__getitem__, model.prior.weights) for word in written]
    all_words = [word for words in spelt for word in words]
    most = {word for text in model.prior.weighed_most(all_words, number, _WEIGHED_MOST) for word in text.split()}
    return {number for number, words in enumerate(spelt) if most.intersection(words)}


def _joined(written: list[str], known: set[int], learned: set[int]) -> list[Piece]:
    """Return the words with neighbours of the same kind put together."""
    pieces: list[Piece] = []
    for number, word in enumerate(written):
        kind = (number in known, number in learned)
        if pieces and pieces[-1][1:] == kind:
            pieces[-1] = Piece(pieces[-1].text + word, *kind)
        else:
            pieces.append(Piece(word, *kind))
    return pieces
