"""The rule tables, compiled to one tree of words. It lets one pass from left to right find the longest phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from services.router.routing import places
from services.router.routing.matters import (
    DATA,
    EVERY,
    Branch,
    Matter,
    Phrase,
    level_hints,
    load,
    load_table,
    split_list,
)
from services.router.routing.normaliser import BREAKS, Normaliser
from services.router.routing.places import NamedPlace
from services.router.routing.prior import Prior, read_prior
from shared.events.fact import Class

# (matter, branch or -1, weight for the matter, weight between its branches).
Target = tuple[int, int, float, float]
# The most that a word of our tables weighs if real complaints know it: this, and so much for each unit learned of it.
KNOWN_WORD, KNOWN_LEARNED = 3.0, 1.2
# Of classes with a smaller share than this (as a logarithm) real complaints are too few to say so.
KNOWN_CLASS = -4.0
# Weight between levels of the name of an agency with "kota" or "kabupaten" behind it.
OWN_AGENCY = 2.0
# Short forms in the tables and their full forms. A phrase with a short form is added with the full form too.
IN_FULL = (("pemprov", "pemerintah provinsi"), ("pemkot", "pemerintah kota"), ("pemkab", "pemerintah kabupaten"))


class PhraseEntry:
    """The meaning of one phrase. Entries are compared by identity."""

    __slots__ = (
        "abuse",
        "agency",
        "body",
        "bridge",
        "calm",
        "class_",
        "cue",
        "doubt",
        "landmark",
        "place",
        "provincial",
        "rich",
        "role",
        "several",
        "start",
        "targets",
        "text",
        "urgent",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.targets: tuple[Target, ...] = ()
        self.agency: str | None = None
        self.place: NamedPlace | None = None
        self.class_: Class | None = None
        self.abuse = self.body = self.bridge = self.calm = self.landmark = self.start = self.urgent = False
        self.doubt = self.provincial = self.role = self.several = False
        # `_compile` sets these two. They say whether the entry holds more than its targets.
        self.cue = self.rich = False


class Node:
    """A word in the tree. ``entry`` is set if a phrase ends here."""

    __slots__ = ("entry", "following")

    def __init__(self) -> None:
        self.entry: PhraseEntry | None = None
        self.following: dict[str, Node] = {}


class Lexicon:
    """The compiled tables. The hot loop of `text_scan.scan_text` reads ``roots``."""

    def __init__(self, prior: Prior) -> None:
        self._prior = prior
        self.matters: tuple[Matter, ...]
        self.branches: tuple[Branch, ...]
        self.matters, self.branches, phrases = load()
        self.number_of = {matter.code: matter.index for matter in self.matters}
        # By matter the indexes of the more general matters that it covers.
        self.covered = [[self.number_of[code] for code in matter.covers] for matter in self.matters]
        slang, cues = load_table("slang.toml"), load_table("cues.toml")
        spelt = {typed: meant for meant, several in slang["short"].items() for typed in several.split()}
        known = {*slang["known"]["words"].split(), *places.words_elsewhere()}
        self.normaliser = Normaliser(spelt, slang["drop"]["words"].split(), known)
        self.roots: dict[str, Node] = {}
        self._weights: dict[tuple[str, ...], dict[tuple[int, int, bool], float]] = {}
        self._entries: dict[tuple[str, ...], PhraseEntry] = {}
        self.asides = tuple(f" {' '.join(self._whole(text))} " for text in split_list(cues["aside"]["phrases"]))
        self.aside_words = frozenset(aside.split()[0] for aside in self.asides)
        self.titles = frozenset(self.normaliser.tokens(cues["salutation"]["titles"])) - BREAKS
        self._add_cues(cues)
        self._add_agencies()
        for text, place in places.load():
            # A name of which only "tanah" is left once fillers are dropped ("Tanah Abang") would be found everywhere.
            if len(self._key(text)) == len(text.split()):
                self._entry(text).place = place
        for phrase in (*phrases, *level_hints(self.matters, _with_agencies(cues["level"]))):
            self._add(phrase)
            for short, full in IN_FULL:
                if short in phrase.text:
                    self._add(replace(phrase, text=phrase.text.replace(short, full)))
        self._compile(cues)
        self.place_starts = frozenset(key[0] for key, entry in self._entries.items() if entry.place) | {
            "kab",
            "kec",
            "kel",
        }

    def _key(self, text: str) -> tuple[str, ...]:
        """Return the words of a phrase, without marks."""
        return tuple(word for word in self.normaliser.tokens(text) if word not in BREAKS)

    def _whole(self, text: str) -> tuple[str, ...]:
        """Return the key of a phrase that must keep all its words.

        Otherwise "bukan itu" would mean every "bukan". Raise ValueError if a word is dropped as a filler.
        """
        key = self._key(text)
        if len(key) < len(text.split()):
            raise ValueError(f"of the phrase {text!r} only {' '.join(key)!r} is left once fillers are dropped")
        return key

    def _entry(self, text: str) -> PhraseEntry:
        """Return the entry of a phrase, new or known. Raise ValueError if the phrase holds nothing but fillers."""
        key = self._key(text)
        if not key:
            raise ValueError(f"nothing is left of the phrase {text!r} once fillers are dropped")
        return self._entries.setdefault(key, PhraseEntry(" ".join(text.split())))

    def _add(self, phrase: Phrase) -> None:
        """Add a phrase of a matter. Of several weights for the same matter and branch, keep the greatest."""
        entry = self._entry(phrase.text)
        weights = self._weights.setdefault(self._key(phrase.text), {})
        slot = (phrase.matter, phrase.branch, phrase.hint)
        weights[slot] = max(weights.get(slot, 0.0), phrase.weight)
        bodies = self.matters[phrase.matter].bodies
        if EVERY in bodies or phrase.text in bodies:
            entry.body = True

    def _moderated(self, key: tuple[str, ...], matter: int, weight: float) -> float:
        """Return the weight of a phrase for its matter that real complaints bear out.

        The counts of real complaints know many of our words. Such a word weighs no more than they allow, because the
        prior counts it as well. A word that they do not know keeps its weight.
        """
        number = self._prior.number_of.get(self.matters[matter].code)
        known = self._prior.weights.get(" ".join(key))
        if number is None or known is None or self._prior.base[number] < KNOWN_CLASS:
            return weight
        learned = max(0.0, next((odds for at, odds in known if at == number), 0.0))
        return min(weight, KNOWN_WORD + KNOWN_LEARNED * learned)

    def _add_cues(self, cues: dict[str, Any]) -> None:
        """Add the words and phrases of `cues.toml`."""
        words = {
            "landmark": cues["landmark"]["words"],
            "bridge": cues["landmark"]["bridge"],
            "start": cues["salutation"]["start"],
            "abuse": cues["abuse"]["words"],
        }
        phrases = [
            ("landmark", cues["landmark"]),
            ("urgent", cues["urgent"]),
            ("doubt", cues["doubt"]),
            ("several", cues["several"]),
            ("role", cues["role"]),
        ]
        for name, text in words.items():
            for word in text.split():
                setattr(self._entry(word), name, True)
        for name, part in phrases:
            for phrase in split_list(part["phrases"]):
                setattr(self._entry(phrase), name, True)
        for text in split_list(f"{cues['doubt']['phrases']}, {cues['several']['phrases']}"):
            self._whole(text)
        for phrase in split_list(cues["urgent"]["calm"]):
            self._entry(phrase).calm = True
        for name, part in cues["class"].items():
            for text in split_list(part["phrases"]):
                self._entry(text).class_ = name

    def _add_agencies(self) -> None:
        """Add the names of agencies, alone and with the suffixes that people write after them."""
        for code, names in load_table("agencies.toml").items():
            for name in split_list(names):
                for suffix in (
                    "",
                    " provinsi",
                    " provinsi kaltim",
                    " kaltim",
                    " kota",
                    " kabupaten",
                    " provinsi kalimantan timur",
                ):
                    entry = self._entry(name + suffix)
                    entry.agency, entry.provincial = code, "provinsi" in suffix or "kaltim" in suffix
        for text in split_list(places.NO_PLACES):
            self._entry(text)
        for text in ("kaltim", "kalimantan timur", "provinsi kaltim", "provinsi kalimantan timur", "se kaltim"):
            self._entry(text)

    def _compile(self, cues: dict[str, Any]) -> None:
        """Finish all entries, build the tree, and tell the normaliser the vocabulary."""
        urgent = {self._key(text) for text in split_list(cues["urgent"]["phrases"])}
        for key, entry in self._entries.items():
            entry.targets = tuple(self._targets(key))
            entry.urgent = not entry.calm and (entry.urgent or _holds(key, urgent))
            entry.cue = entry.start or entry.landmark or entry.bridge
            entry.rich = bool(
                entry.agency
                or entry.place
                or entry.class_
                or entry.urgent
                or entry.abuse
                or entry.doubt
                or entry.several
            )
            node = self.roots.setdefault(key[0], Node())
            for word in key[1:]:
                node = node.following.setdefault(word, Node())
            node.entry = entry
        # A slip of the pen must not become the name of a place elsewhere.
        ours = (key for key, entry in self._entries.items() if entry.place is None or not entry.place.province)
        self.normaliser.settle(word for key in ours for word in key)

    def _targets(self, key: tuple[str, ...]) -> Iterator[Target]:
        """Yield the targets of a phrase.

        A hint also speaks for its matter as the words in it do: "stadion palaran" holds "stadion".
        A hint also hints for other matters as the hints in it do: "milik pemprov" holds "pemprov".
        """
        weights = self._weights.get(key, {})
        for (matter, branch, hint), weight in weights.items():
            mere = hint and (matter, branch, False) not in weights and self._entries[key].agency is None
            inside = max(self._inside(key, matter), default=0.0) if mere else 0.0
            for_matter = self._moderated(key, matter, inside if hint else weight)
            yield (matter, branch, for_matter, weight if branch >= 0 else 0.0)

        if self._entries[key].agency is None and all(hint for _, _, hint in weights):
            for part in _parts(key):
                for (matter, branch, hint), weight in self._weights.get(part, {}).items():
                    if hint and (matter, branch, True) not in weights and (matter, branch, False) not in weights:
                        yield (matter, branch, 0.0, weight)

    def _inside(self, key: tuple[str, ...], matter: int) -> Iterator[float]:
        """Yield the weights for a matter of the words in a phrase that are no hints."""
        for part in (*_parts(key), key):
            for (found, _, hint), weight in self._weights.get(part, {}).items():
                if found == matter and not hint:
                    yield weight


def _with_agencies(levels: dict[str, str]) -> dict[str, str]:
    """Return the words for a level of government, with the names of the agencies of a regency or city."""
    names = [name for names in load_table("agencies.toml").values() for name in split_list(names)]
    own = ", ".join(f"{name} {kind}" for name in names for kind in ("kota", "kabupaten", "kab"))
    return {**levels, "regency_or_city": f"{levels['regency_or_city'].rstrip()}\n{OWN_AGENCY}: {own}"}


def _parts(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every run of words within a phrase, except the phrase itself."""
    return (key[at:end] for at in range(len(key)) for end in range(at + 1, len(key) + 1) if end - at < len(key))


def _holds(key: tuple[str, ...], parts: set[tuple[str, ...]]) -> bool:
    """Return whether a phrase is or holds one of these phrases."""
    return key in parts or any(part in parts for part in _parts(key))


@cache
def lexicon() -> Lexicon:
    """Return the compiled tables. The first call compiles them, which takes about 0.1 s."""
    return Lexicon(read_prior(DATA / "prior.tsv"))
