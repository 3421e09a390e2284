"""The normaliser: it turns what people type into the words of the rule tables.

A text becomes a list of tokens. Slang is spelt out ("jln rsak" -> jalan rusak), fillers are dropped, and letters are
parted from digits ("sman5" -> sman 5). Affixes, lost letters and swapped letters are undone if the result is a word of
the tables. The result for each token is cached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"[a-z](?:\.[a-z])+\.?(?![a-z])|[a-z]+|\d+(?:\.\d{3})*|[.,;:!?]")
_LONG = re.compile(r"(.)\1{2,}")
_VOWELS = re.compile("[aeiou]")
_ABBREVIATIONS = tuple(
    (f"{short}.", f"{short} ")
    for short in (
        "jl",
        "jln",
        "kec",
        "kel",
        "kab",
        "yth",
        "no",
        "gg",
        "prov",
        "ds",
        "dr",
        "rt",
        "rw",
        "kpd",
        "rs",
        "kepsek",
        "st",
        "ir",
    )
)
_SUFFIXES = ("nya", "lah", "kah", "pun", "ku", "mu", "an", "i", "kan")
_SPOKEN = "in"
_PREFIXES = ("di", "mem", "men", "me", "ber", "ter", "se", "ke", "pe", "nge", "ng", "ny", "n", "m")
_REMEMBERED = 20_000
BREAKS = frozenset(".,;:!?")


def raw(text: str) -> list[str]:
    """Split a lower-case text into tokens. The marks that end a phrase are tokens too."""
    if "." in text:
        for short, plain in _ABBREVIATIONS:
            if short in text:
                text = text.replace(short, plain)
    return _TOKEN.findall(text)


def _slips(word: str) -> Iterable[str]:
    """Yield the word with one letter left out, or with two neighbouring letters swapped.

    A replaced letter is not undone, because too many results are real words.
    """
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class Normaliser(dict[str, str]):
    """A cache from a written word (the text between two blanks) to the words of the tables, with blanks between them.

    A filler becomes "". Call ``settle`` with the vocabulary of the tables first.
    """

    def __init__(self, slang: dict[str, str], fillers: Iterable[str], known: Iterable[str]) -> None:
        super().__init__()
        self._given = {**dict.fromkeys(fillers, ""), **slang, **{mark: mark for mark in BREAKS}}
        self._known = frozenset(known)
        self._vocabulary: frozenset[str] = frozenset()
        self._nearby: dict[str, str | None] = {}
        self._skeletons: dict[str, str | None] = {}

    def settle(self, vocabulary: Iterable[str]) -> None:
        """Set the words that the tables use. A repair leads only to one of these."""
        self._vocabulary = frozenset(vocabulary)
        for word in sorted(self._vocabulary):
            if len(word) >= 6 and word.isalpha():
                for form in _slips(word):
                    if self._nearby.setdefault(form, word) != word:
                        self._nearby[form] = None
            if len(word) >= 5 and word.isalpha():
                bones = _VOWELS.sub("", word)
                self._skeletons[bones] = None if bones in self._skeletons else word
        self.clear()

    def __missing__(self, written: str) -> str:
        """Normalise a written word and cache the result. Clear the cache first when it is full."""
        if len(self) > _REMEMBERED:
            self.clear()
        meant = " ".join(filter(None, map(self._word, raw(written))))
        self[written] = meant
        return meant

    def tokens(self, text: str) -> list[str]:
        """Return the words of the tables for a text, without fillers. A new line ends a phrase."""
        if "\n" in text:
            text = text.replace("\n", " ; ")
        return " ".join(map(self.__getitem__, text.lower().split())).split()

    def _word(self, token: str) -> str:
        """Return the word for a token: given, known, without repeated letters, stemmed or repaired, or as it is."""
        if token in self._given:
            return self._given[token]
        # The dot in 1.500 or R.T. does not separate words.
        if "." in token:
            return self._word(token.replace(".", ""))
        if not token.isalpha() or token in self._vocabulary:
            return token
        short = _LONG.sub(r"\1", token)
        if short in self._given or short in self._vocabulary:
            return self._given.get(short, short)
        return self._stem(short) or self._repair(short) or short

    def _stem(self, token: str) -> str | None:
        """Return the word of the tables without its suffix and prefix, or None if there is none."""
        if token in self._known:
            return None
        ends = [token, *(token[: -len(end)] for end in _SUFFIXES if token.endswith(end) and len(token) - len(end) >= 3)]
        if token.endswith(_SPOKEN) and len(token) >= 6:
            # As people talk, "dipukulin" stands for "dipukuli", and "dibuangin" for "dibuangkan".
            ends += (token[:-1], token[:-2], f"{token[:-2]}kan")
        for body in ends:
            if body in self._vocabulary:
                return body
            if len(body) >= 4 and self._given.get(body):
                return self._given[body]
        for body in ends:
            for start in _PREFIXES:
                root = body[len(start) :]
                if body.startswith(start) and len(root) >= 4 and root in self._vocabulary:
                    return root
        return None

    def _repair(self, token: str) -> str | None:
        """Return the one word of the tables that a slip of the writer or missing vowels may have changed, or None."""
        if token in self._known:
            return None
        if len(token) >= 3 and len(_VOWELS.findall(token)) * 4 <= len(token):
            return self._skeletons.get(_VOWELS.sub("", token)) if len(token) >= 4 else None
        return self._nearby.get(token)
