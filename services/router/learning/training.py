"""The training of a model on labelled complaints: split by time, fitted, calibrated, and measured on the newest fifth.

The oldest three fifths teach, and the next fifth chooses method, temperature and thresholds. Then both teach the model
that is kept. The newest fifth only judges.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from services.router.learning.comparison import Comparison, Judged, compare, judge
from services.router.learning.features import words_of_all
from services.router.learning.fitting import Chosen, Slice, choose, fit_prior
from services.router.learning.measures import Guess, Measures, measure
from services.router.learning.samples import Sample, Samples
from services.router.learning.topics import class_of_topics
from services.router.learning.trained import TrainedPrior
from services.router.routing.calibration import LEAST_CASES, WANTED, Calibration, Case, fit, threshold_of
from services.router.routing.model import Model, shipped

LEAST_SAMPLES: Final = 50
# Decisions take longer than guesses. So many of the newest texts of a slice are decided.
DECIDED: Final = 5_000
OPEN: Final = Calibration(((0.0, 0.0), (1.0, 1.0)), dict.fromkeys(WANTED, 0.0), {}, "for measuring raw certainty")


class TooFew(ValueError):
    """The samples are too few to learn from. The message says how many there are."""


class Training(NamedTuple):
    """A trained model with all that was measured. ``comparison`` is None if the labels lead to none of our topics."""

    model: Model
    samples: Samples
    slices: tuple[int, int, int]
    chosen: Chosen
    measures: Measures
    comparison: Comparison | None


def train(samples: Samples, present: Model, topics: Mapping[str, str] | None = None, name: str = "new") -> Training:
    """Train a model and compare it with the present one. ``topics``: by topic its label, as a person wrote it down."""
    rows = samples.rows
    if len(rows) < LEAST_SAMPLES or len({one.label for one in rows}) < 2:
        raise TooFew(f"{len(rows)} usable samples with {len({one.label for one in rows})} labels are too few")
    teach, older = len(rows) * 3 // 5, len(rows) * 4 // 5
    words = words_of_all([one.text for one in rows], older)
    labels = [one.label for one in rows]
    class_of = class_of_topics(set(labels), topics)
    chosen = choose(Slice(words[:teach], labels[:teach]), Slice(words[teach:older], labels[teach:older]))
    early = fit_prior(Slice(words[:teach], labels[:teach]), chosen, class_of)
    calibration = _calibrated(early, rows[teach:older], class_of)
    prior = fit_prior(Slice(words[:older], labels[:older]), chosen, class_of)
    model = Model(name, prior, shipped().levels, calibration)
    newest = rows[older:]
    comparison = None
    if prior.class_of:
        judged = newest[-DECIDED:]
        comparison = compare(
            present.name, judge(judged, present, class_of), judge(judged, model, class_of), len(newest)
        )
    return Training(
        model,
        samples,
        (teach, older - teach, len(newest)),
        chosen,
        measure(guesses(prior, words[older:], labels[older:])),
        comparison,
    )


def guesses(prior: TrainedPrior, words: Sequence[Sequence[str]], labels: Sequence[str]) -> list[Guess]:
    """Return what a prior alone says of texts, as the service reads it."""
    return [_guess(prior, text, label) for text, label in zip(words, labels, strict=True)]


def _guess(prior: TrainedPrior, words: Sequence[str], label: str) -> Guess:
    scores = prior.log_probabilities(words)
    ranked = sorted(range(len(scores)), key=lambda number: -scores[number])
    return Guess(label, tuple(prior.classes[number] for number in ranked[:5]), math.exp(scores[ranked[0]]))


def _calibrated(early: TrainedPrior, validation: Sequence[Sample], class_of: Mapping[str, str]) -> Calibration:
    """Return the calibration of decisions on the validation slice.

    Labels say nothing of the level of government. So no threshold lies below that of the shipped model, which also
    holds for an outcome that the slice hardly has.
    """
    if not early.class_of:
        return shipped().calibration
    decided = judge(validation[-DECIDED:], Model("validation", early, shipped().levels, OPEN), class_of)
    points = fit([one.case for one in decided])
    plain, half = Calibration(points, {}, {}, ""), len(decided) // 2
    thresholds = dict(shipped().calibration.thresholds)
    for outcome, wanted in WANTED.items():
        older, newer = (_of(part, outcome, plain) for part in (decided[:half], decided[half:]))
        if min(len(older), len(newer)) >= LEAST_CASES:
            thresholds[outcome] = max(thresholds[outcome], threshold_of(older, newer, wanted))
    validated = Counter(one.truth for one in decided)
    note = f"Isotonic, on {len(decided)} labelled complaints of the validation slice"
    return Calibration(points, thresholds, {name: validated[name] for name in early.classes}, note)


def _of(decided: Iterable[Judged], outcome: str, calibration: Calibration) -> list[Case]:
    return [one.case._replace(raw=calibration.probability(one.case.raw)) for one in decided if one.outcome == outcome]
