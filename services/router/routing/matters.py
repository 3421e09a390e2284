"""The rule tables as values: matters, their branches (one for each possible authority), and their phrases."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.events.fact import Authority

DATA = Path(__file__).parent / "data"
# The value of ``bodies`` that says: all phrases of the matter name the body that does the work.
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Branch:
    """One possible authority of a matter.

    ``because``: the sentence that is shown as the reason. ``to``: the body that a referral names.
    ``share``: how many of the matter's complaints it gets if the text says nothing about the authority, from 0 to 1.
    """

    index: int
    matter: int
    authority: Authority
    opd: str | None
    because: str
    to: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Matter:
    """A subject that a complaint can be about.

    ``missing``: what is unclear while the branch is undecided.
    ``covers``: the codes of more general matters about the same thing.
    ``yields``: the matter counts only if no other matter has enough weight beside it.
    ``bodies``: phrases that name the body that does the work ("*": all phrases). They count little in a salutation.
    ``anywhere``: the usual authority is responsible inside the IKN too.
    ``abroad``: the matter is the province's wherever the text says that it is.
    ``nothing``: the reason why a text about this matter is no complaint at all.
    """

    index: int
    code: str
    label: str
    branches: tuple[Branch, ...]
    missing: str | None
    yields: bool
    anywhere: bool
    abroad: bool
    urgent: bool
    bodies: frozenset[str]
    nothing: str | None
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a matter (``branch`` -1) or for one branch. A ``hint`` counts only between branches."""

    text: str
    matter: int
    branch: int
    weight: float
    hint: bool


def split_weighted(block: str) -> Iterator[tuple[float, str]]:
    """Yield (weight, phrase) from lines of the form `weight: phrase, phrase`."""
    for line in block.strip().splitlines():
        weight, _, phrases = line.partition(":")
        for phrase in phrases.split(","):
            if phrase.strip():
                yield float(weight), phrase.strip()


def split_list(text: str) -> Iterator[str]:
    """Yield the parts between commas, with single blanks."""
    return (part for piece in text.split(",") if (part := " ".join(piece.split())))


def load_table(name: str) -> dict[str, Any]:
    """Read a TOML file of `data/`."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def level_hints(matters: Iterable[Matter], levels: dict[str, str]) -> Iterator[Phrase]:
    """Yield the words that name a level of government as hints of every matter with several branches.

    ``levels``: by authority, lines of `weight: phrase, phrase`.
    """
    for matter in matters:
        if len(matter.branches) > 1:
            for branch in matter.branches:
                for weight, text in split_weighted(levels.get(branch.authority, "")):
                    yield Phrase(text, matter.index, branch.index, weight, hint=True)


def load() -> tuple[tuple[Matter, ...], tuple[Branch, ...], tuple[Phrase, ...]]:
    """Read `data/matters/*.toml`. Return all matters, all branches in one flat list, and all phrases."""
    matters: list[Matter] = []
    branches: list[Branch] = []
    phrases: list[Phrase] = []
    for file in sorted((DATA / "matters").glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["matter"]:
            here = len(matters)
            own: list[Branch] = []
            phrases += [
                Phrase(text, here, -1, weight, hint=False) for weight, text in split_weighted(entry.get("words", ""))
            ]
            for part in entry["branch"]:
                branch = Branch(
                    len(branches),
                    here,
                    part["authority"],
                    part.get("opd"),
                    part["because"],
                    part.get("to"),
                    part.get("share", 1.0),
                )
                branches.append(branch)
                own.append(branch)
                for kind, hint in (("words", False), ("hints", True)):
                    phrases += [
                        Phrase(text, here, branch.index, weight, hint)
                        for weight, text in split_weighted(part.get(kind, ""))
                    ]
            matters.append(
                Matter(
                    here,
                    entry["code"],
                    entry["label"],
                    tuple(own),
                    entry.get("missing"),
                    entry.get("yields", False),
                    entry.get("anywhere", False),
                    entry.get("abroad", False),
                    entry.get("urgent", False),
                    frozenset(split_list(entry.get("bodies", ""))),
                    entry.get("nothing"),
                    tuple(entry.get("covers", ())),
                )
            )
    return tuple(matters), tuple(branches), tuple(phrases)
