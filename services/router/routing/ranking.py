"""The weights of the matters that a text names in words of our tables, after what the words say of each other."""

from __future__ import annotations

from typing import Final

from services.router.routing.lexicon import Lexicon
from services.router.routing.matters import EVERY
from services.router.routing.text_scan import TextScan

# The least weight of a matter: one plain word for it, or several that hint at it.
ENOUGH: Final = 3.0
# Factor for all matters but the first. The first is mostly what is meant; the rest is often its consequence.
SAID_LATER: Final = 0.8
# A special matter (the name of a hospital, a wage) goes before a general one that it covers (hospital, mine) if it has
# at least this share of the general one's weight.
SPECIAL: Final = 0.7
# Lead that the special matter then gets, and factor for the general one.
BEFORE, COVERED = 1.15, 0.6
# Factor for a matter of an agency of the province that the text names as doing the work, and what its branch gets.
OWN, OWN_LEVEL = 1.3, 3.0
# A matter that yields stays only if no other matter has at least this share of the greatest weight.
YIELDS_TO: Final = 0.7
# Factor for a matter that yields.
YIELDED: Final = 0.4


def rank_matters(tables: Lexicon, scan: TextScan) -> dict[int, float]:
    """Return the weight of each matter that the words of the tables speak for, the heaviest first."""
    if scan.doers:
        _favour_doers(tables, scan)
    weights = dict(scan.matter)
    plain = [number for number in scan.phrases if weights.get(number, 0.0) >= ENOUGH]
    if plain:
        weights = {number: weight if number == plain[0] else weight * SAID_LATER for number, weight in weights.items()}
        _yield(tables, weights)
        _prefer_special(tables, weights)
        _prefer_institution(tables, weights)
    return dict(sorted(weights.items(), key=lambda item: -item[1]))


def _favour_doers(tables: Lexicon, scan: TextScan) -> None:
    """Raise the weight of a matter and its branch if the text names the agency of the province that does it."""
    for number, weight in scan.matter.items():
        for branch in tables.matters[number].branches:
            if branch.opd in scan.doers:
                scan.matter[number] = weight * OWN
                scan.level[branch.index] = scan.level.get(branch.index, 0.0) + OWN_LEVEL
                break


def _yield(tables: Lexicon, weights: dict[int, float]) -> None:
    """Lower the matters that yield, if another matter is heavy enough."""
    others = [weight for number, weight in weights.items() if not tables.matters[number].yields]
    if others and max(others) >= max(weights.values()) * YIELDS_TO:
        for number in weights:
            if tables.matters[number].yields:
                weights[number] *= YIELDED


def _prefer_special(tables: Lexicon, weights: dict[int, float]) -> None:
    """Put a special matter before the general ones that it covers, if it is heavy enough."""
    for number, weight in sorted(weights.items(), key=lambda item: -item[1])[:3]:
        covered = tables.matters[number].covers
        for other, general in weights.items():
            if general > 0 and tables.matters[other].code in covered and weight >= general * SPECIAL:
                weights[number] = max(weights[number], general * BEFORE)
                weights[other] = min(general, weights[number] / BEFORE) * COVERED


def _prefer_institution(tables: Lexicon, weights: dict[int, float]) -> None:
    """Put the one institution that the text names before the general matter, even if it is only the addressee."""
    first = max(weights, key=lambda number: weights[number])
    named = [
        number
        for number in weights
        if tables.matters[first].code in tables.matters[number].covers and EVERY in tables.matters[number].bodies
    ]
    if len(named) == 1:
        weights[named[0]] = max(weights[named[0]], weights[first] * BEFORE)
