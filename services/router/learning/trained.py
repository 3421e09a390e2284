"""A prior that was trained on labelled complaints. It is read from the shipped prior's own format, and counts otherwise.

It is a linear classifier over words and pairs of neighbouring words. Each distinct word or pair counts once, and the sum
is divided by the root of their number, as in a vector of length one. What the weights say in the classifier's own terms
is turned into log-odds against the share of each class, which is what `weighing` adds up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from services.router.routing.prior import Prior, Weights
from services.router.routing.weighing import BASE, PRIOR

# The row of the weights that every text has, whatever its words.
ALWAYS: Final = ""


class TrainedPrior(Prior):
    """A prior whose weights come from a trained linear classifier. Its fields are those of every prior."""

    def log_odds(self, words: Sequence[str]) -> list[float]:
        """Return for each class the log-odds of a text against the class's share, in the unit that weighing expects."""
        return [
            (own - BASE * share) / PRIOR for own, share in zip(self.log_probabilities(words), self.base, strict=True)
        ]

    def log_probabilities(self, words: Sequence[str]) -> list[float]:
        """Return for each class the logarithm of the probability that the classifier gives it."""
        scores = [0.0] * len(self.classes)
        found = [self.weights[one] for one in grams(words, self.weights)]
        for weights in found:
            for number, weight in weights:
                scores[number] += weight
        length = math.sqrt(len(found)) or 1.0
        scores = [score / length for score in scores]
        for number, weight in self.weights.get(ALWAYS, ()):
            scores[number] += weight
        most = max(scores)
        whole = most + math.log(sum(math.exp(score - most) for score in scores))
        return [score - whole for score in scores]

    def _found(self, words: Sequence[str]) -> Iterator[tuple[str, float, Weights]]:
        """Yield each known word and pair, all with the same share."""
        for one in grams(words, self.weights):
            yield one, 1.0, self.weights[one]


def grams(words: Sequence[str], known: Mapping[str, object] | None = None) -> Iterable[str]:
    """Return the distinct words and pairs of neighbouring words, those of ``known`` only if it is given."""
    all_of_them = dict.fromkeys((*words, *map(" ".join, pairwise(words))))
    return all_of_them if known is None else [one for one in all_of_them if one in known]


def as_trained(prior: Prior) -> TrainedPrior:
    """Return the same fields as a trained prior."""
    return TrainedPrior(prior.classes, prior.base, prior.weights, prior.class_of)
