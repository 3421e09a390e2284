"""The choice of the citizen: which candidates of a triage are worth asking about, and what an answer is worth.

A citizen knows the matter better than its words tell, and errs too. Bayes' rule weighs both: the probability of a
candidate before the question, and how often people choose rightly.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from services.router.routing.matters import DATA
from shared.events.fact import Authority

# How often a citizen whose matter is offered chooses it, and how often one whose matter is not offered says so. No
# choices of people are known yet, so both are set by hand, on the careful side. The labels of choices will tell them.
CHOOSES_RIGHTLY: Final = 0.85
SAYS_NONE: Final = 0.6
# The offered candidates together are right with at least this probability, and each of them with at least that.
WORTH_ASKING: Final = 0.6
LEAST_OFFERED: Final = 0.02
# The probability that none of the offered candidates is right is never taken for smaller.
LEAST_OTHER: Final = 0.05
FEWEST: Final = 2


class Choice(NamedTuple):
    """One of the sentences that a citizen chooses among: a topic with one of its branches."""

    topic: str
    authority: Authority
    sentence: str


class Answer(NamedTuple):
    """The answer of a citizen: the chosen topic and branch, or None for none of those ``offered``."""

    chosen: tuple[str, str] | None
    offered: tuple[tuple[str, str], ...]


@cache
def load_sentences() -> dict[tuple[str, str], str]:
    """Return the plain sentence of each topic and authority."""
    with (DATA / "sentences.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(row["topic"], row["authority"]): row["sentence"] for row in rows}


def after_choice(before: Sequence[float], chosen: int) -> float:
    """Return the probability that the chosen one of the offered candidates is right.

    ``before``: the probability of each offered candidate before the question.
    """
    likely = CHOOSES_RIGHTLY * before[chosen]
    # A wrong choice falls on each other sentence alike. "None of these" is one of them.
    slipped = (1 - CHOOSES_RIGHTLY) / len(before) * (sum(before) - before[chosen])
    misled = (1 - SAYS_NONE) / len(before) * other(before)
    return likely / (likely + slipped + misled)


def after_none(before: Sequence[float]) -> tuple[float, float]:
    """Return the factors on the probabilities of the offered candidates, and of all others, after "none of these"."""
    said = (1 - CHOOSES_RIGHTLY) / len(before) * sum(before) + SAYS_NONE * other(before)
    return (1 - CHOOSES_RIGHTLY) / len(before) / said, SAYS_NONE / said


def other(before: Sequence[float]) -> float:
    """Return the probability that none of the offered candidates is right."""
    return max(LEAST_OTHER, 1 - sum(before))


def is_worth_asking(before: Sequence[float], needed: Sequence[float]) -> bool:
    """Return whether a question about these candidates can decide. ``needed``: the threshold of each one's outcome."""
    if len(before) < FEWEST or sum(before) < WORTH_ASKING:
        return False
    return any(after_choice(before, at) >= threshold for at, threshold in enumerate(needed))
