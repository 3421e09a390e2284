"""Noise of real writers: slang, slips, capitals, forwarded chats and long letters hardly change a decision."""

from collections import Counter

from services.router.routing import decide
from tests.support.router_measure import measure, read_labelled
from tests.support.router_noise import NOISES, noisy, two_matters


def test_noise_hardly_changes_a_decision() -> None:
    rows = [row for name in ("router_blind_a.tsv", "router_blind_b.tsv") for row in read_labelled(name)]
    for name, noise in NOISES.items():
        found = sum(measure(noisy(rows, noise)).values(), Counter())
        assert found["wrong"] <= len(rows) * 0.04, name
        assert found["right"] >= len(rows) * (0.6 if name == "missing blanks" else 0.7), name
        assert found["function_3"] >= found["of"] * 0.9, name


def test_two_matters_of_two_bodies_mostly_go_before_a_person() -> None:
    rows = [row for name in ("router_blind_a.tsv", "router_blind_b.tsv") for row in read_labelled(name)]
    pairs = two_matters(rows)
    found = sum(measure(pairs).values(), Counter())
    assert len(pairs) > 200
    assert found["right"] >= len(pairs) * 0.8


def test_a_second_part_about_the_same_matter_changes_nothing() -> None:
    text = "Sampah di Sungai Pinang menumpuk tidak diangkut. Selain itu baunya masuk sampai ke rumah warga."
    assert decide(text).outcome == "refer"
