"""The comparison of two models by their whole decisions on texts of known labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.router.learning.measures import NEEDLESS_TRIAGE, WRONG_DESK
from services.router.learning.samples import Sample
from services.router.routing import decide
from services.router.routing.calibration import Case
from services.router.routing.model import Model


class Judged(NamedTuple):
    """A decision on a text of known label. ``outcome``: assign, refer or triage."""

    truth: str
    outcome: str
    right: bool
    raw: float
    probability: float

    @property
    def case(self) -> Case:
        """Return the decision as calibration takes it."""
        return Case(self.raw, self.right)


class Standing(NamedTuple):
    """The standing of one model: shares of all texts. ``days``: its cost for each complaint."""

    right: float
    automatic: float
    wrong: float
    days: float


class Comparison(NamedTuple):
    """``present``: the name of the model that it was compared with. ``decided`` of ``newest`` texts were decided."""

    present: str
    old: Standing
    new: Standing
    decided: int
    newest: int

    @property
    def better(self) -> bool:
        """Return whether the new model is right more often and sends no more complaints to a wrong desk."""
        return self.new.right > self.old.right and self.new.wrong <= self.old.wrong


def judge(samples: Sequence[Sample], model: Model, class_of: Mapping[str, str]) -> list[Judged]:
    """Decide texts. A decision is right if the label of its topic is the true one."""
    found = []
    for one in samples:
        decision = decide(one.text, model=model)
        right = class_of.get(decision.topic or "") == one.label
        found.append(Judged(one.label, decision.outcome, right, decision.raw, decision.probability))
    return found


def compare(present: str, old: Sequence[Judged], new: Sequence[Judged], newest: int) -> Comparison:
    """Compare the decisions of two models on the same texts."""
    return Comparison(present, standing(old), standing(new), len(new), newest)


def standing(judged: Sequence[Judged]) -> Standing:
    """Return shares and cost of decisions. A person's look costs only if the model was right."""
    whole = max(1, len(judged))
    automatic = [one for one in judged if one.outcome != "triage"]
    wrong = sum(not one.right for one in automatic)
    needless = sum(one.right for one in judged if one.outcome == "triage")
    return Standing(
        sum(one.right for one in judged) / whole,
        len(automatic) / whole,
        wrong / whole,
        (wrong * WRONG_DESK + needless * NEEDLESS_TRIAGE) / whole,
    )
