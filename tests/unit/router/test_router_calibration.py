"""Certainty as a probability: the isotonic curve, the bound on errors, the thresholds, and what they keep from happening."""

import random
from pathlib import Path

import pytest

from services.router.routing import decide
from services.router.routing.calibration import (
    LEAST_CASES,
    NEVER,
    Calibration,
    Case,
    calibration_error,
    fit,
    read_calibration,
    threshold_of,
    upper_bound,
    write_calibration,
)
from services.router.routing.model import shipped


def drawn(count: int, seed: int) -> list[Case]:
    """Return cases whose raw certainty is too high: they are right with its square."""
    draw = random.Random(seed)
    return [Case(raw, draw.random() < raw**2) for raw in (draw.random() for _ in range(count))]


def test_a_fitted_curve_is_right_on_cases_that_it_has_not_seen() -> None:
    curve = Calibration(fit(drawn(2_000, 1)), {}, {}, "")
    unseen = drawn(2_000, 2)
    fitted = [case._replace(raw=curve.probability(case.raw)) for case in unseen]
    assert calibration_error(unseen) > 0.1
    assert calibration_error(fitted) <= 0.05


def test_a_curve_never_falls() -> None:
    points = fit(drawn(300, 3))
    assert list(points) == sorted(points)
    assert [share for _, share in points] == sorted(share for _, share in points)


def test_few_cases_give_modest_probabilities() -> None:
    assert fit([Case(0.9, right=True)] * 3 + [Case(0.1, right=False)] * 3)[-1][1] < 0.9


# Values of the Clopper–Pearson bound at 95 %, from printed tables: 3/n for none wrong, and two known pairs.
@pytest.mark.parametrize(
    ("wrong", "total", "bound"), [(0, 100, 0.0295), (1, 100, 0.0466), (5, 100, 0.1023), (0, 30, 0.0950), (10, 10, 1.0)]
)
def test_the_upper_bound_is_that_of_clopper_and_pearson(wrong: int, total: int, bound: float) -> None:
    assert upper_bound(wrong, total, 0.95) == pytest.approx(bound, abs=0.0005)


def test_the_bound_of_many_cases_is_no_overflow() -> None:
    assert 0.05 < upper_bound(500, 10_000) < 0.053


def test_a_threshold_holds_on_the_next_slice_too() -> None:
    good = [Case(0.95, right=True)] * 200
    bad = [Case(0.6, right=False)] * 50
    assert threshold_of(good + bad, good + bad, 0.05) == 0.95
    assert threshold_of(good + bad, [Case(0.95, right=False)] * 100, 0.05) == NEVER
    assert threshold_of(good, good[: LEAST_CASES - 1], 0.05) == NEVER


def test_a_calibration_that_was_written_is_read_again(tmp_path: Path) -> None:
    one = Calibration(((0.0, 0.0), (1.0, 0.9)), {"assign": 0.8}, {"works": 40}, "a test")
    write_calibration(tmp_path / "calibration.json", one)
    again = read_calibration(tmp_path / "calibration.json")
    assert (again.points, dict(again.thresholds), dict(again.validated)) == (one.points, one.thresholds, one.validated)


def test_nothing_below_its_threshold_is_automatic() -> None:
    text = "sampah menumpuk tidak diangkut seminggu"
    strict = shipped().calibration
    never = Calibration(strict.points, {"assign": NEVER, "refer": NEVER}, strict.validated, "")
    assert decide(text).outcome == "refer"
    assert decide(text, model=shipped()._replace(calibration=never)).outcome == "triage"


def test_a_class_without_validated_cases_decides_nothing_alone() -> None:
    calibration = shipped().calibration
    assert calibration.may_decide_alone("works")
    assert not calibration.may_decide_alone("women")
    assert not calibration.may_decide_alone("")


def test_every_decision_carries_what_a_person_or_a_trainer_needs() -> None:
    for text in ("Jalan rusak parah", "guru SMA sering bolos", "tolong kami"):
        decision = decide(text)
        assert 0.0 <= decision.probability <= 1.0
        assert 0.0 < decision.raw <= 1.0
        assert decision.outcome != "triage" or len(decision.alternatives) == 3
        assert all(0.0 <= one.probability <= 1.0 and one.topic for one in decision.alternatives)
    assert "guru" in decide("guru SMA sering bolos").words[0]
