"""Writer of the shipped calibration of the router: `python -m deploy.make_calibration`. Run it after `make_prior`.

There are no decisions of people yet, so the calibration leans on two kinds of cases of known truth. Labelled complaints
(`tests/data`) are invented and flatter. Bags of words are drawn from the counts of one source and decided with the prior
of the other sources. They are harder than real complaints, because no word in them is next to its neighbour. The truth
lies between, so both are joined. A model that is trained on one's own decisions is calibrated on these alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from deploy.make_prior import (
    CITY,
    PROVINCE,
    REGENCY,
    function_prior,
    names,
    read_source,
)
from services.router.routing import Decision, decide
from services.router.routing.calibration import (
    WANTED,
    Calibration,
    Case,
    calibration_error,
    fit,
    threshold_of,
    write_calibration,
)
from services.router.routing.functions import load_functions
from services.router.routing.matters import DATA
from services.router.routing.model import Model, shipped

SETS: Final = Path(__file__).parents[1] / "tests/data"
# Thresholds are chosen on the older sets and validated on those that others wrote later.
CHOSEN_ON: Final = tuple(f"router_heldout{number}.tsv" for number in ("", "_2", "_3", "_4", "_5"))
VALIDATED_ON: Final = (
    *(f"router_heldout_{number}.tsv" for number in (6, 7, 8)),
    "router_blind_a.tsv",
    "router_blind_b.tsv",
)
# The curve is fitted on these as well. Their errors were looked at, so no threshold is validated on them.
FITTED_ON: Final = ("router_blind_c.tsv", "router_blind_f.tsv")
LEVELS: Final = {"kab": "regency_or_city", "pusat": "centre", "ikn": "ikn"}
# A labelled complaint counts as much as so many bags.
WEIGHT: Final = 4
# All these sets are invented, and the tables know most of them. So no threshold lies below this, whatever they say.
LEAST_PROBABILITY: Final = 0.8
BAGS, LONGEST_BAG = 600, 16
SEED: Final = 14
OPEN: Final = Calibration(((0.0, 0.0), (1.0, 1.0)), dict.fromkeys(WANTED, 0.0), {}, "for measuring raw certainty")


class Known(NamedTuple):
    """A labelled complaint. ``function`` is empty in the older sets."""

    label: str
    function: str
    place: str | None
    text: str


def main() -> None:
    model = shipped()._replace(calibration=OPEN)
    chosen = [case for name in CHOSEN_ON for case in labelled_cases(name, model)]
    validated = [case for name in VALIDATED_ON for case in labelled_cases(name, model)]
    bags = [*bag_cases((CITY, PROVINCE), REGENCY), *bag_cases((REGENCY, PROVINCE), CITY)]
    seen = [case for name in FITTED_ON for case in labelled_cases(name, model)]
    points = fit([case for _, case in (*chosen, *validated, *seen)] * WEIGHT + bags)
    plain = Calibration(points, {}, {}, "")
    thresholds = {
        outcome: max(
            LEAST_PROBABILITY, threshold_of(_of(chosen, outcome, plain), _of(validated, outcome, plain), wanted)
        )
        for outcome, wanted in WANTED.items()
    }
    held_out = read_source(REGENCY).totals
    note = "Isotonic, from labelled complaints and from counts held out by source, by deploy/make_calibration.py"
    calibration = Calibration(
        points, thresholds, {name: held_out.get(name, 0) for name in shipped().prior.classes}, note
    )
    write_calibration(DATA / "calibration.json", calibration)
    for name, cases in (("older sets", chosen), ("later sets", validated), ("bags", [("", case) for case in bags])):
        error = calibration_error([case._replace(raw=calibration.probability(case.raw)) for _, case in cases])
        print(f"{name}: {len(cases)} cases, expected calibration error {error:.3f}")
    print(f"thresholds: {thresholds}")


def labelled_cases(name: str, model: Model) -> list[tuple[str, Case]]:
    """Return the outcome and the case of each complaint of a set. No threshold keeps a decision from being made."""
    cases: list[tuple[str, Case]] = []
    for row in _read(name):
        decision = decide(row.text, row.place, model=model)
        if decision.outcome != "triage":
            cases.append((decision.outcome, Case(decision.raw, is_right(decision, row))))
    return cases


def bag_cases(learnt_from: Sequence[str], of: str) -> list[Case]:
    """Return cases of bags of words from one source, decided with a prior of other sources."""
    model = shipped()._replace(prior=function_prior(learnt_from), calibration=OPEN)
    source, draw = read_source(of), random.Random(SEED)  # noqa: S311 - bags are no secrets
    excluded = names(source)
    words = [word for word in source.words if " " not in word and word not in excluded]
    functions, cases = load_functions(), []
    for class_, total in source.totals.items():
        if class_ == "all" or total < 20:
            continue
        for _ in range(max(1, round(BAGS * total / source.totals["all"]))):
            bag = [word for word in words if draw.random() < source.words[word][class_] / total]
            draw.shuffle(bag)
            decision = decide(" ".join(bag[:LONGEST_BAG]), model=model)
            found = functions[decision.topic][0] if decision.topic else ""
            cases.append(Case(decision.raw, found == class_ and decision.authority == "regency_or_city"))
    return cases


def is_right(decision: Decision, row: Known) -> bool:
    """Return whether a decision is the one that the label names: the authority, and the OPD or kind of agency there."""
    kind, _, region = row.label.partition(":")
    if kind == "?":
        return False
    if kind == "lain":
        return decision.elsewhere
    if kind not in LEVELS:
        return decision.opd == row.label
    function = load_functions()[decision.topic][0] if decision.topic else ""
    same = kind != "kab" or not row.function or function == row.function
    return not decision.elsewhere and decision.authority == LEVELS[kind] and region in (decision.to or "") and same


def _of(cases: list[tuple[str, Case]], outcome: str, calibration: Calibration) -> list[Case]:
    return [case._replace(raw=calibration.probability(case.raw)) for one, case in cases if one == outcome]


def _read(name: str) -> Iterator[Known]:
    for line in (SETS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = line.split("\t")
            label, function, place, text = parts if len(parts) == 4 else (parts[0], "", *parts[1:])
            yield Known(label, function, place or None, text)


if __name__ == "__main__":
    main()
