"""The fitting of a prior: the method that is best on the validation slice, and its weights in the prior's own format."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from services.router.learning.features import Vocabulary
from services.router.learning.methods import METHODS, Linear, numbered, temperature
from services.router.learning.trained import ALWAYS, TrainedPrior
from services.router.routing.prior import Weights

# A label with fewer texts cannot be learned.
LEAST_TEXTS: Final = 3
# The methods are compared on so many of the newest texts. More would take minutes and choose the same.
COMPARED_ON: Final = 20_000
# Weights that change no decision are left out, so that a model stays small. In units of the classifier's scores.
LEAST: Final = 0.15
WEIGHTS: Final = 600_000
Words = Sequence[str]


class Slice(NamedTuple):
    """Texts as words, with their labels."""

    words: Sequence[Words]
    labels: Sequence[str]


class Chosen(NamedTuple):
    """The method that was chosen. ``tried``: the accuracy of each method on the validation slice."""

    method: str
    factor: float
    tried: Mapping[str, float]


class Fitted(NamedTuple):
    """A fitted classifier with its vocabulary and classes."""

    vocabulary: Vocabulary
    classes: tuple[str, ...]
    shares: tuple[float, ...]
    linear: Linear


def choose(older: Slice, validation: Slice) -> Chosen:
    """Fit each method on the older slice, and return the one that is right most often on the validation slice."""
    older = Slice(older.words[-COMPARED_ON:], older.labels[-COMPARED_ON:])
    tried: dict[str, float] = {}
    best: tuple[float, str, float] = (-1.0, "", 1.0)
    prepared: tuple[Vocabulary, Any, Any] | None = None
    for name in METHODS:
        fitted, prepared = _fit(older, name, prepared)
        known = [at for at, label in enumerate(validation.labels) if label in fitted.classes]
        scores = fitted.linear.scores(fitted.vocabulary.matrix([validation.words[at] for at in known]))
        truth = numbered([validation.labels[at] for at in known], fitted.classes) if known else np.array([], int)
        right = float((scores.argmax(axis=1) == truth).sum()) / max(1, len(validation.labels)) if known else 0.0
        tried[name] = round(right, 4)
        if right > best[0]:
            best = (right, name, temperature(scores, truth))
    return Chosen(best[1], best[2], tried)


def fit_prior(texts: Slice, chosen: Chosen, class_of: Mapping[str, str]) -> TrainedPrior:
    """Fit the chosen method on all of a slice, and return it as a prior."""
    fitted, _ = _fit(texts, chosen.method)
    return _exported(fitted, chosen.factor, class_of)


def _fit(
    texts: Slice, method: str, prepared: tuple[Vocabulary, Any, Any] | None = None
) -> tuple[Fitted, tuple[Vocabulary, Any, Any]]:
    """Fit one method. ``prepared``: vocabulary, features and labels of the same slice, if they were made before."""
    counts = Counter(texts.labels)
    classes = tuple(sorted(name for name, count in counts.items() if count >= LEAST_TEXTS))
    if prepared is None:
        used = [at for at, label in enumerate(texts.labels) if counts[label] >= LEAST_TEXTS]
        words = [texts.words[at] for at in used]
        vocabulary = Vocabulary(words)
        prepared = vocabulary, vocabulary.matrix(words), numbered([texts.labels[at] for at in used], classes)
    vocabulary, features, labels = prepared
    total = sum(counts[name] for name in classes)
    shares = tuple(counts[name] / total for name in classes)
    return Fitted(vocabulary, classes, shares, METHODS[method](features, labels)), prepared


def _exported(fitted: Fitted, factor: float, class_of: Mapping[str, str]) -> TrainedPrior:
    """Return a classifier as weights of words and pairs, without those that say nothing."""
    linear = fitted.linear.warmed(factor)
    folded = fitted.vocabulary.fold(linear.weights)
    # What all classes have alike says nothing. Without it most weights are about zero.
    folded -= np.median(folded, axis=1, keepdims=True)
    sizes = np.abs(folded)
    least = LEAST
    if sizes.size > WEIGHTS:
        least = max(least, float(np.partition(sizes.ravel(), sizes.size - WEIGHTS)[sizes.size - WEIGHTS]))
    weights: dict[str, Weights] = {ALWAYS: _row(linear.constants - np.mean(linear.constants), 0.0)}
    for gram, number in fitted.vocabulary.number_of.items():
        row = _row(folded[number], least)
        # A word without weight still counts in the length of a text, as it did in training.
        weights[gram] = row
    base = tuple(round(math.log(share), 3) for share in fitted.shares)
    known = {topic: label for topic, label in class_of.items() if label in fitted.classes}
    return TrainedPrior(fitted.classes, base, weights, known)


def _row(values: Any, least: float) -> Weights:
    return tuple((number, round(float(value), 2)) for number, value in enumerate(values) if abs(value) >= least)
