"""The measures of a classifier on texts of known labels: plain functions on plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

# The cost of a complaint at a wrong desk, and of a person's look at one that the model knew: days that the citizen waits.
WRONG_DESK, NEEDLESS_TRIAGE = 5.0, 1.0
BINS: Final = 10
# The confusion table names so many labels, those with the most complaints.
NAMED: Final = 20
OTHERS: Final = "(others)"


class Guess(NamedTuple):
    """The answer of a classifier on one text: its labels, the likeliest first, and the probability of the first."""

    truth: str
    ranked: tuple[str, ...]
    probability: float

    @property
    def right(self) -> bool:
        """Return whether the first label is the true one."""
        return self.ranked[:1] == (self.truth,)


class Bin(NamedTuple):
    """Texts with about the same probability: their number, its mean, and the share of right ones."""

    texts: int
    stated: float
    right: float


class PerLabel(NamedTuple):
    """The measures of one label. ``cases``: how many texts have it. ``called``: how often the classifier said it."""

    label: str
    cases: int
    called: int
    hits: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        whole = self.cases + self.called
        return 2 * self.hits / whole if whole else 0.0


class Cost(NamedTuple):
    """The cost of a threshold, in days for each complaint."""

    threshold: float
    automatic: float
    wrong: float
    days: float


class Measures(NamedTuple):
    """All measures of one classifier on one slice of time."""

    cases: int
    accuracy: float
    macro_f1: float
    top_3: float
    calibration_error: float
    bins: tuple[Bin, ...]
    labels: tuple[PerLabel, ...]
    confusion: tuple[tuple[str, str, int], ...]
    costs: tuple[Cost, ...]


def measure(guesses: Sequence[Guess]) -> Measures:
    """Measure guesses. A label that occurs, or that was said, counts in the mean of F1."""
    cases = len(guesses)
    labels = per_label(guesses)
    return Measures(
        cases,
        _share(sum(one.right for one in guesses), cases),
        sum(one.f1 for one in labels) / len(labels) if labels else 0.0,
        _share(sum(one.truth in one.ranked[:3] for one in guesses), cases),
        calibration_error(guesses),
        bins_of(guesses),
        labels,
        confusion(guesses),
        tuple(cost(guesses, threshold / 20) for threshold in range(21)),
    )


def per_label(guesses: Sequence[Guess]) -> tuple[PerLabel, ...]:
    """Return the measures of each label, the most frequent first."""
    cases = Counter(one.truth for one in guesses)
    called = Counter(one.ranked[0] for one in guesses if one.ranked)
    hits = Counter(one.truth for one in guesses if one.right)
    names = sorted({*cases, *called}, key=lambda name: (-cases[name], name))
    return tuple(PerLabel(name, cases[name], called[name], hits[name]) for name in names)


def bins_of(guesses: Sequence[Guess]) -> tuple[Bin, ...]:
    """Return ten bins of probability of the same width, without the empty ones."""
    found: list[list[Guess]] = [[] for _ in range(BINS)]
    for one in guesses:
        found[min(BINS - 1, int(one.probability * BINS))].append(one)
    return tuple(
        Bin(len(part), sum(one.probability for one in part) / len(part), sum(one.right for one in part) / len(part))
        for part in found
        if part
    )


def calibration_error(guesses: Sequence[Guess]) -> float:
    """Return the expected calibration error: the mean distance of a bin's probability from its share of right ones."""
    return _share(sum(one.texts * abs(one.stated - one.right) for one in bins_of(guesses)), len(guesses))


def confusion(guesses: Sequence[Guess]) -> tuple[tuple[str, str, int], ...]:
    """Return (true label, said label, number) for the most frequent labels. All others go together."""
    named = {name for name, _ in Counter(one.truth for one in guesses).most_common(NAMED)}

    def shown(name: str) -> str:
        return name if name in named else OTHERS

    counts = Counter((shown(one.truth), shown(one.ranked[0])) for one in guesses if one.ranked)
    return tuple((truth, said, count) for (truth, said), count in sorted(counts.items(), key=lambda item: -item[1]))


def cost(
    guesses: Sequence[Guess], threshold: float, wrong_desk: float = WRONG_DESK, triage: float = NEEDLESS_TRIAGE
) -> Cost:
    """Return what it costs to act alone from a threshold on, and to ask a person below it."""
    automatic = [one for one in guesses if one.probability >= threshold]
    wrong = sum(not one.right for one in automatic)
    asked = sum(one.right for one in guesses) - sum(one.right for one in automatic)
    days = _share(wrong * wrong_desk + asked * triage, len(guesses))
    return Cost(threshold, _share(len(automatic), len(guesses)), _share(wrong, len(automatic)), days)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
