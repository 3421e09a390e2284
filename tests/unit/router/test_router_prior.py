"""The learned prior: what its words weigh, and that it is made from the counts and nothing else."""

import math
import time
from pathlib import Path

import pytest

from deploy import make_prior
from services.router.routing.functions import load_functions
from services.router.routing.matters import DATA
from services.router.routing.prior import Prior, read_prior, words_of, write_prior
from shared.reference import topics

SMALL = Prior(
    classes=("roads", "water"),
    base=(math.log(0.5), math.log(0.5)),
    weights={"jalan": ((0, 2.0),), "air": ((1, 1.0),), "jalan air": ((1, 3.0),), "rusak": ((0, 0.5), (1, -0.5))},
    class_of={"road": "roads", "water-supply": "water"},
)


def test_a_word_counts_once_however_often_it_is_said() -> None:
    assert SMALL.log_odds(["jalan", "x", "jalan", "y", "jalan"]) == SMALL.log_odds(["jalan"])


def test_a_pair_says_more_than_its_words_and_does_not_repeat_them() -> None:
    roads, water = SMALL.log_odds(["jalan", "air"])
    assert roads == pytest.approx(2.0 / 3)
    assert water == pytest.approx(2 * 3.0 * 2 / 3 + 1.0 / 3)


def test_the_words_that_weighed_most_do_not_repeat_each_other() -> None:
    assert SMALL.weighed_most(["jalan", "air", "rusak"], 1) == ("jalan air",)
    assert SMALL.weighed_most(["jalan", "rusak"], 0) == ("jalan", "rusak")


def test_a_prior_that_was_written_is_read_again(tmp_path: Path) -> None:
    write_prior(tmp_path / "prior.tsv", SMALL, "a test")
    again = read_prior(tmp_path / "prior.tsv")
    assert (again.classes, again.base, again.class_of) == (SMALL.classes, SMALL.base, SMALL.class_of)
    assert dict(again.weights) == dict(SMALL.weights)


def test_words_are_letters_in_lower_case_and_unknown_ones_are_spelt() -> None:
    assert words_of("Jln. Rusak 3 km!") == ["jln", "rusak", "km"]
    assert words_of("jln rusak", lambda word: {"jln": "jalan"}.get(word, ""), {"rusak": ()}) == ["jalan", "rusak"]


@pytest.mark.parametrize(
    ("name", "made"), [("prior", make_prior.function_prior), ("prior_level", make_prior.level_prior)]
)
def test_the_shipped_prior_is_what_the_script_makes_of_the_counts(name: str, made: object) -> None:
    shipped, fresh = read_prior(DATA / f"{name}.tsv"), made()  # type: ignore[operator]
    assert shipped.classes == fresh.classes
    assert shipped.weights == dict(fresh.weights)


def test_the_shipped_priors_are_small_and_load_quickly() -> None:
    files = [DATA / "prior.tsv", DATA / "prior_level.tsv"]
    assert sum(file.stat().st_size for file in files) < 2_000_000
    spent = []
    for _ in range(3):
        start = time.process_time()
        for file in files:
            read_prior(file)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.2


def test_no_name_of_a_person_or_of_a_place_elsewhere_is_evidence() -> None:
    weights = {**read_prior(DATA / "prior.tsv").weights, **read_prior(DATA / "prior_level.tsv").weights}
    spoken = {word for text in weights for word in text.split()}
    assert spoken.isdisjoint(
        {"hendi", "eri", "cahyadi", "ganjar", "surabaya", "semarang", "bandung", "jakarta", "wonogiri"}
    )


def test_every_topic_has_its_function_and_every_function_a_class() -> None:
    functions = load_functions()
    assert set(functions) == set(topics())
    assert {function for function, _ in functions.values() if function} == set(read_prior(DATA / "prior.tsv").classes)
