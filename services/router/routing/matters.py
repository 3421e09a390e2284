"""The rule tables as values: matters, their branches (whose authority), and the words that speak for each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.events.fact import Authority

DATA = Path(__file__).parent / "data"
EVERY = "*"
"""Of ``bodies``: all phrases of the matter name who does it."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One possible authority of a matter; ``because`` is the sentence shown, ``to`` the body a referral names."""

    index: int
    matter: int
    authority: Authority
    opd: str | None
    because: str
    to: str | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What a complaint can be about.

    ``missing``: what the citizen must say where the branch is open; ``default``: the branch where nothing is said;
    ``covers``: matters that speak of the same thing in general; ``yields``: counts only where no other matter does;
    ``bodies``: phrases that name who does it ("*": all of them), which say little where that body is only addressed;
    ``anywhere``: also inside the IKN the usual authority's; ``nothing``: no complaint at all, for this reason.
    """

    index: int
    code: str
    label: str
    branches: tuple[Branch, ...]
    missing: str | None
    default: int | None
    yields: bool
    anywhere: bool
    urgent: bool
    oversight: bool
    bodies: frozenset[str]
    nothing: str | None
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a matter (``branch`` -1) or one branch; a hint counts only between branches."""

    text: str
    matter: int
    branch: int
    weight: float
    hint: bool


def weighted(block: str) -> Iterator[tuple[float, str]]:
    """Lines of `weight: phrase, phrase` as (weight, phrase)."""
    for line in block.strip().splitlines():
        weight, _, phrases = line.partition(":")
        for phrase in phrases.split(","):
            if phrase.strip():
                yield float(weight), phrase.strip()


def listed(text: str) -> Iterator[str]:
    """The parts between commas, blanks evened out."""
    return (part for piece in text.split(",") if (part := " ".join(piece.split())))


def table(name: str) -> dict[str, Any]:
    """One of the TOML files of `data/`."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def load() -> tuple[tuple[Matter, ...], tuple[Branch, ...], tuple[Phrase, ...]]:
    """Every matter of `data/matters/*.toml`, its branches in one flat list, and their phrases."""
    matters: list[Matter] = []
    branches: list[Branch] = []
    phrases: list[Phrase] = []
    for file in sorted((DATA / "matters").glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["matter"]:
            here = len(matters)
            own: list[Branch] = []
            phrases += [Phrase(text, here, -1, weight, hint=False) for weight, text in weighted(entry.get("words", ""))]
            for part in entry["branch"]:
                branch = Branch(len(branches), here, part["authority"], part.get("opd"), part["because"], part.get("to"))
                branches.append(branch)
                own.append(branch)
                for kind, hint in (("words", False), ("hints", True)):
                    phrases += [Phrase(text, here, branch.index, weight, hint) for weight, text in weighted(part.get(kind, ""))]
            default = next((branch.index for branch in own if branch.authority == entry.get("default")), None)
            matters.append(
                Matter(
                    here, entry["code"], entry["label"], tuple(own), entry.get("missing"), default,
                    entry.get("yields", False), entry.get("anywhere", False), entry.get("urgent", False),
                    entry.get("oversight", False), frozenset(listed(entry.get("bodies", ""))), entry.get("nothing"),
                    tuple(entry.get("covers", ())),
                )
            )  # fmt: skip
    return tuple(matters), tuple(branches), tuple(phrases)
