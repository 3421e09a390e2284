"""The calibration of a model: how often decisions with some raw certainty were right, and from where on none is asked.

Stable for training are `Calibration`, `fit`, `threshold_of`, `write_calibration` and `read_calibration`.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

# The share of wrong decisions that is wanted at most, per outcome.
WANTED: Final = {"assign": 0.05, "refer": 0.03}
# A class with fewer validated cases is never decided by the model alone.
LEAST_CASES: Final = 30
# One-sided confidence of the bound on the share of wrong decisions.
CONFIDENCE: Final = 0.8
# A threshold that nothing reaches.
NEVER: Final = 1.01


class Case(NamedTuple):
    """One decision of known truth: its raw certainty from 0 to 1, and whether it was right."""

    raw: float
    right: bool


@dataclass(frozen=True, eq=False)
class Calibration:
    """``points``: (raw certainty, probability), both rising. ``thresholds``: by outcome, the least probability.

    ``validated``: by class of the prior (or topic), the number of cases on which the model alone was validated.
    ``note`` says from what it was made.
    """

    points: tuple[tuple[float, float], ...]
    thresholds: Mapping[str, float]
    validated: Mapping[str, int]
    note: str

    def probability(self, raw: float) -> float:
        """Return the probability that a decision with this raw certainty is right."""
        points = self.points
        at = bisect_right(points, (raw, math.inf))
        if at == 0:
            return points[0][1]
        if at == len(points):
            return points[-1][1]
        (low, from_), (high, to) = points[at - 1], points[at]
        return from_ + (to - from_) * (raw - low) / (high - low)

    def threshold(self, outcome: str) -> float:
        """Return the least probability with which an outcome needs no person."""
        return self.thresholds.get(outcome, NEVER)

    def may_decide_alone(self, name: str) -> bool:
        """Return whether the model alone, without a word of our tables, may decide for a class."""
        return self.validated.get(name, 0) >= LEAST_CASES


def fit(cases: Sequence[Case], *, shrink: float = 20.0, bins: int = 20) -> tuple[tuple[float, float], ...]:
    """Return the points of an isotonic calibration.

    Bins of equal size are joined until their shares of right ones rise. ``shrink`` cases with the share of all are
    added to each bin, so that few cases give modest probabilities.
    """
    ordered = sorted(cases)
    if not ordered:
        return ((0.0, 0.0), (1.0, 1.0))
    overall = sum(case.right for case in ordered) / len(ordered)
    size = max(1, math.ceil(len(ordered) / bins))
    blocks: list[tuple[float, float, float]] = []
    for start in range(0, len(ordered), size):
        part = ordered[start : start + size]
        raw = sum(case.raw for case in part) / len(part)
        blocks.append((raw, sum(case.right for case in part) + shrink * overall / bins, len(part) + shrink / bins))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            (raw_1, right_1, size_1), (raw_2, right_2, size_2) = blocks[-2:]
            whole = size_1 + size_2
            blocks[-2:] = [((raw_1 * size_1 + raw_2 * size_2) / whole, right_1 + right_2, whole)]
    return ((0.0, 0.0), *((round(raw, 4), round(right / whole, 4)) for raw, right, whole in blocks))


def upper_bound(wrong: int, total: int, confidence: float = CONFIDENCE) -> float:
    """Return the Clopper–Pearson upper bound on the share of wrong ones, one-sided."""
    if total == 0 or wrong >= total:
        return 1.0
    low, high = wrong / total, 1.0 - 1e-12
    for _ in range(50):
        middle = (low + high) / 2
        if _at_most(wrong, total, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, total: int, share: float) -> float:
    """Return the probability of at most so many wrong ones among all, if each is wrong with this share."""
    # In logarithms: the number of combinations is larger than any float.
    yes, no, whole = math.log(share), math.log1p(-share), math.lgamma(total + 1)
    return sum(
        math.exp(whole - math.lgamma(count + 1) - math.lgamma(total - count + 1) + count * yes + (total - count) * no)
        for count in range(wrong + 1)
    )


def threshold_of(chosen_on: Sequence[Case], validated_on: Sequence[Case], wanted: float) -> float:
    """Return the least probability from which on at most the wanted share is wrong. The cases carry probabilities.

    The threshold is chosen on one slice of time. It is raised until the upper bound on the next slice holds too; if no
    threshold does, nothing is automatic.
    """
    candidates = sorted({case.raw for case in chosen_on})
    for threshold in candidates:
        if _share_wrong(chosen_on, threshold) <= wanted:
            above = [case for case in validated_on if case.raw >= threshold]
            if len(above) >= LEAST_CASES and upper_bound(sum(not case.right for case in above), len(above)) <= wanted:
                return threshold
    return NEVER


def _share_wrong(cases: Sequence[Case], threshold: float) -> float:
    above = [case for case in cases if case.raw >= threshold]
    return sum(not case.right for case in above) / len(above) if above else 0.0


def calibration_error(cases: Sequence[Case], bins: int = 10) -> float:
    """Return the expected calibration error: the mean distance of the probability from the share of right ones."""
    ordered = sorted(cases)
    size = max(1, math.ceil(len(ordered) / bins))
    error = 0.0
    for start in range(0, len(ordered), size):
        part = ordered[start : start + size]
        error += abs(sum(case.raw - case.right for case in part))
    return error / len(ordered) if ordered else 0.0


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write a calibration as JSON."""
    path.write_text(
        json.dumps(
            {
                "note": calibration.note,
                "points": calibration.points,
                "thresholds": dict(calibration.thresholds),
                "validated": dict(sorted(calibration.validated.items())),
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )


def read_calibration(path: Path) -> Calibration:
    """Read a calibration that `write_calibration` wrote."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(
        tuple((raw, probability) for raw, probability in table["points"]),
        table["thresholds"],
        table["validated"],
        table["note"],
    )
