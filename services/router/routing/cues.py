"""The cues of a text: words around a phrase that say how much the phrase counts."""

from __future__ import annotations

from services.router.routing.lexicon import Lexicon, PhraseEntry
from services.router.routing.normaliser import BREAKS

# Share of a phrase that is a landmark ("di depan SMAN 1"): it says where the matter is, not what it is.
LANDMARK = 0.15
# Share of a phrase that is the addressee ("Yth. PLN").
ADDRESSED = 0.3
# Share of a phrase that comes so many words after the first plain one. Such a phrase is mostly background.
LATE, LATE_AFTER = 0.6, 25
# Share of a phrase that says who writes ("Saya petani padi."), at the beginning of a sentence.
ROLE = 0.5
# Share of a phrase in a part of a sentence that says that all is well there.
ASIDE = 0.3
# Share of a phrase in the field for the place.
ELSEWHERE = 0.3
# In a salutation the addressee comes after such a word, whatever else the next word may mean.
OFFICES = frozenset(("menteri", "kementerian", "direktur", "kepala", "dinas", "badan", "balai", "biro"))
# After such a word, or at the beginning of a sentence, a phrase may say who writes.
ROLE_OF = frozenset(
    (
        "",
        "ketua",
        "anggota",
        "pengurus",
        "istri",
        "suami",
        "pemilik",
        "mantan",
        "bekas",
        "selaku",
        "pensiunan",
        "keluarga",
    )
)


class Cues:
    """The state of the cues: words around a phrase that say how much the phrase counts."""

    __slots__ = ("addressed", "asides", "denied", "landmark", "late", "text_ends", "titles", "tokens")

    def __init__(self, lexicon: Lexicon, tokens: list[str], text_ends: int) -> None:
        self.addressed = self.landmark = False
        self.tokens, self.text_ends, self.titles = tokens, text_ends, lexicon.titles
        self.denied = "bukan" in tokens
        self.late = len(tokens)
        self.asides = set[int]() if lexicon.aside_words.isdisjoint(tokens) else _asides(tokens, lexicon.asides)

    def pass_plain_word(self, at: int) -> None:
        """Take in a word of no table. It ends a salutation or a landmark, unless the word is a title."""
        token = self.tokens[at]
        if (token in BREAKS or token not in self.titles) and (self.landmark or self.tokens[at - 1] not in OFFICES):
            self.addressed = self.landmark = False

    def take_cue(self, entry: PhraseEntry) -> bool:
        """Return whether the phrase is itself a cue, and take it in if so."""
        if entry.start:
            self.addressed, self.landmark = True, False
            return True
        if entry.landmark and not self.addressed:
            self.landmark = True
            return True
        return self.landmark and entry.bridge

    def share(self, entry: PhraseEntry, at: int, before: str) -> float:
        """Return the share with which this phrase counts, from 0 to 1."""
        share = 1.0
        if self.addressed or self.landmark or self.denied:
            share = self._beside(entry, self.tokens[at], before)
        if entry.role and (before in BREAKS or before in ROLE_OF):
            share *= ROLE
        if at in self.asides:
            share *= ASIDE
        if at > self.text_ends:
            return share * ELSEWHERE
        return share * LATE if at > self.late else share

    def _beside(self, entry: PhraseEntry, token: str, before: str) -> float:
        """Return the share of a phrase beside a salutation, a landmark or "bukan"."""
        share = 1.0
        if self.addressed:
            if entry.agency is not None or entry.body or entry.place is not None or before in OFFICES:
                share = ADDRESSED
            else:
                self.addressed = token in self.titles
        if self.landmark:
            share, self.landmark = LANDMARK, False
        if before == "bukan":
            return 0.0
        return share


def _asides(tokens: list[str], markers: tuple[str, ...]) -> set[int]:
    """Return the indexes of all tokens in parts of sentences, between two marks, that hold one of the markers."""
    found: set[int] = set()
    begin = 0
    for at, token in enumerate([*tokens, "."]):
        if token in BREAKS:
            part = f" {' '.join(tokens[begin:at])} "
            if any(marker in part for marker in markers):
                found.update(range(begin, at))
            begin = at + 1
    return found
