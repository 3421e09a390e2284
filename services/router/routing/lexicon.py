"""The rule tables, compiled to one tree of words. It lets one pass from left to right find the longest phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from services.router.routing import places
from services.router.routing.matters import EVERY, Branch, Matter, Phrase, load, load_table, split_list
from services.router.routing.normaliser import BREAKS, Normaliser
from services.router.routing.places import NamedPlace
from shared.events.fact import Class

# (matter, branch or -1, weight for the matter, weight between its branches).
Target = tuple[int, int, float, float]
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
        "street",
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
        self.abuse = self.body = self.bridge = self.calm = self.landmark = self.start = self.street = self.urgent = (
            False
        )
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

    def __init__(self) -> None:
        self.matters: tuple[Matter, ...]
        self.branches: tuple[Branch, ...]
        self.matters, self.branches, phrases = load()
        slang, cues = load_table("slang.toml"), load_table("cues.toml")
        spelt = {typed: meant for meant, several in slang["short"].items() for typed in several.split()}
        self.normaliser = Normaliser(spelt, slang["drop"]["words"].split(), slang["known"]["words"].split())
        self.roots: dict[str, Node] = {}
        self._weights: dict[tuple[str, ...], dict[tuple[int, int, bool], float]] = {}
        self._entries: dict[tuple[str, ...], PhraseEntry] = {}
        self.asides = tuple(f" {' '.join(self._whole(text))} " for text in split_list(cues["aside"]["phrases"]))
        self.aside_words = frozenset(aside.split()[0] for aside in self.asides)
        self.titles = frozenset(self.normaliser.tokens(cues["salutation"]["titles"])) - BREAKS
        self._add_cues(cues)
        self._add_agencies()
        for text, place in places.load():
            self._entry(text).place = place
        for phrase in phrases:
            self._add(phrase)
            for short, full in IN_FULL:
                if short in phrase.text:
                    self._add(replace(phrase, text=phrase.text.replace(short, full)))
        self._compile(cues)

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

    def _add_cues(self, cues: dict[str, Any]) -> None:
        """Add the words and phrases of `cues.toml`."""
        words = {
            "landmark": cues["landmark"]["words"],
            "bridge": cues["landmark"]["bridge"],
            "start": cues["salutation"]["start"],
            "street": cues["street"]["words"],
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
        self.normaliser.settle(word for key in self._entries for word in key)

    def _targets(self, key: tuple[str, ...]) -> Iterator[Target]:
        """Yield the targets of a phrase.

        A hint also speaks for its matter as the words in it do: "stadion palaran" holds "stadion".
        A hint also hints for other matters as the hints in it do: "milik pemprov" holds "pemprov".
        """
        weights = self._weights.get(key, {})
        for (matter, branch, hint), weight in weights.items():
            inside = (
                max(self._inside(key, matter), default=0.0) if hint and (matter, branch, False) not in weights else 0.0
            )
            yield (matter, branch, inside if hint else weight, weight if branch >= 0 else 0.0)

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


def _parts(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every run of words within a phrase, except the phrase itself."""
    return (key[at:end] for at in range(len(key)) for end in range(at + 1, len(key) + 1) if end - at < len(key))


def _holds(key: tuple[str, ...], parts: set[tuple[str, ...]]) -> bool:
    """Return whether a phrase is or holds one of these phrases."""
    return key in parts or any(part in parts for part in _parts(key))


@cache
def lexicon() -> Lexicon:
    """Return the compiled tables. The first call compiles them, which takes about 0.1 s."""
    return Lexicon()
