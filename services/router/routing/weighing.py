"""The weighing: what a text is about and who is responsible, as probabilities, from all evidence together.

The weights are log-linear. The learned prior, the words of our tables, and the words for a level of government each add
to the logarithm of a candidate. A candidate is a matter with one of its branches.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from heapq import nlargest
from operator import add
from typing import Final, NamedTuple

from services.router.routing.functions import load_functions
from services.router.routing.lexicon import Lexicon
from services.router.routing.matters import Branch, Matter
from services.router.routing.model import Model
from services.router.routing.prior import words_of
from services.router.routing.ranking import ENOUGH, rank_matters
from services.router.routing.text_scan import TextScan

# How much the share of a matter among all complaints counts. A province's inbox is not that of one city.
BASE: Final = 0.8
# Weight of the learned log-odds, and of a unit of weight of our tables.
PRIOR: Final = 1.4
TABLES: Final = 1.05
# Weight of our tables above which further words say little.
MUCH, BEYOND = 9.0, 0.3
# Weight of the words for a branch, of the learned words for a level, and of the fact that a place in a regency is named.
LEVEL: Final = 1.4
LEARNED_LEVEL: Final = 0.5
PLACED: Final = 0.5
# Words of the manner ("padahal", "katanya") speak against classes whose complaints are terse. Against a matter that the
# tables find in a plain word they count no more than this.
LEAST_LEARNED: Final = -2.0
# A matter that no source knows is rare: its share among all complaints.
UNKNOWN_SHARE: Final = 0.002
# Candidates whose logarithm is that far below the best are left out.
NEGLIGIBLE: Final = 7.0
# Candidates with a smaller share of all are left out.
LEAST: Final = 0.001
# So many classes of the prior alone are remembered.
FAVOURED: Final = 3


class Candidate(NamedTuple):
    """A matter with one of its branches. ``share``: the raw certainty that it is the one."""

    matter: Matter
    branch: Branch
    share: float


class Weighing(NamedTuple):
    """``candidates``: the likeliest first. ``tables``: the weight of each matter in words of our tables.

    ``words``: the text as the prior counts it. ``favoured``: the classes that the prior alone finds likeliest.
    """

    candidates: list[Candidate]
    tables: dict[int, float]
    words: list[str]
    favoured: list[str]


def weigh(
    tables: Lexicon, model: Model, scan: TextScan, text: str, favoured: Iterable[tuple[str, float]] = ()
) -> Weighing:
    """Weigh all evidence of one text. ``favoured``: topics for which something else speaks, with its log-odds."""
    words = words_of(text, tables.normaliser.__getitem__, model.prior.weights)
    learned = model.prior.log_odds(words)
    alone = nlargest(FAVOURED, zip(map(add, model.prior.base, learned), model.prior.classes, strict=True))
    # One more score, of zero, for the matters that no source knows.
    learned.append(0.0)
    ranked = rank_matters(tables, scan)
    classes, bases = _known(tables, model)
    scores = [base + PRIOR * learned[number] for base, number in zip(bases, classes, strict=True)]
    for index, weight in ranked.items():
        if weight >= ENOUGH and learned[classes[index]] < LEAST_LEARNED:
            scores[index] += PRIOR * (LEAST_LEARNED - learned[classes[index]])
        scores[index] += TABLES * (weight if weight <= MUCH else MUCH + (weight - MUCH) * BEYOND)
        covers = tables.covered[index]
        if covers and weight >= ENOUGH:
            # What is said of the water or light of a place (a terminal, a hospital) speaks for the place.
            own = learned[classes[index]]
            scores[index] += PRIOR * max(0.0, max(learned[classes[other]] for other in covers) - own)
    for code, odds in favoured:
        scores[tables.number_of[code]] += odds
    least = max(scores) - NEGLIGIBLE
    found: list[Candidate] = []
    by_level: dict[str, float] = dict(zip(model.levels.classes, model.levels.log_odds(words), strict=True))
    for matter, score in zip(tables.matters, scores, strict=True):
        if score > least:
            for branch, part in _branch_shares(matter, scan):
                level = LEARNED_LEVEL * by_level.get(branch.authority, 0.0)
                found.append(Candidate(matter, branch, math.exp(score - least + level) * part))
    whole = sum(one.share for one in found)
    found = [Candidate(matter, branch, share / whole) for matter, branch, share in found if share > whole * LEAST]
    found.sort(key=_less_likely)
    return Weighing(found, ranked, words, [name for _, name in alone])


def _less_likely(one: Candidate) -> float:
    return -one.share


def _branch_shares(matter: Matter, scan: TextScan) -> list[tuple[Branch, float]]:
    """Return each branch of a matter with its probability if the text is about this matter.

    A writer who says that he does not know whose matter it is gives no evidence for a level.
    """
    branches = matter.branches
    if len(branches) == 1:
        return [(branches[0], 1.0)]
    placed = PLACED if scan.where.named else 0.0
    weights = []
    for branch in branches:
        score = math.log(branch.share)
        if not scan.doubt:
            score += LEVEL * min(scan.level.get(branch.index, 0.0), MUCH)
        if branch.authority == "regency_or_city":
            score += placed
        weights.append(score)
    most = max(weights)
    parts = [math.exp(weight - most) for weight in weights]
    whole = sum(parts)
    return [(branch, part / whole) for branch, part in zip(branches, parts, strict=True)]


@cache
def _known(tables: Lexicon, model: Model) -> tuple[list[int], list[float]]:
    """Return for each matter the number of its class (-1: none), and the tempered logarithm of its share of all."""
    functions, prior = load_functions(), model.prior
    classes = [prior.number_of.get(matter.code, -1) for matter in tables.matters]
    shares = [
        UNKNOWN_SHARE if number < 0 else math.exp(prior.base[number]) * functions[matter.code][1]
        for matter, number in zip(tables.matters, classes, strict=True)
    ]
    return classes, [BASE * math.log(share) for share in shares]
