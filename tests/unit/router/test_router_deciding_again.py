"""A case is decided anew by all that decided it at its opening, and a text of many matters costs no more than three."""

from typing import Any

import pytest

from services.router.routing import decide
from services.router.rules import commands as c
from services.router.rules.commands_registry import PassOn
from shared.events.cases import Assigned, Triaged
from tests.support.router_facts import Story, submitted

# The longest text that a citizen may send.
LONGEST = 20_000


@pytest.mark.parametrize("joint", ["selain itu", "satu lagi", "di samping itu"])
def test_the_longest_text_of_joined_matters_is_decided(joint: str) -> None:
    text = ("Jalan di Samarinda rusak parah. " + f"{joint} lampu jalan padam total. " * 1_000)[:LONGEST]
    assert decide(text).reasons


# What the text alone does not tell, the channel's category and the chosen place do.
VAGUE = "Mohon ditindaklanjuti pak, gurunya sudah lama begini terus."
GIVEN = {"topic": "school", "place_code": "64.72.05"}


def offered(facts: list[Any]) -> tuple[Any, ...]:
    """Return where the rules put a case: its OPD, or the candidates of the desk."""
    fact = next(one for one in facts if isinstance(one, Assigned | Triaged))
    return (fact.opd,) if isinstance(fact, Assigned) else tuple(fact.candidates)


def test_a_held_case_goes_where_it_would_have_gone_at_once() -> None:
    at_once, held, bare = Story(), Story(), Story()
    opened = at_once.fold(submitted(VAGUE, **GIVEN))
    held.fold(submitted(VAGUE, suspicions=("links",), **GIVEN))
    assert offered(held.fold(c.Release(), actor="key:1")) == offered(opened)
    assert offered(bare.fold(submitted(VAGUE))) != offered(opened), "category and place weigh here"


def test_a_case_whose_opd_has_ended_gets_the_candidates_of_its_opening() -> None:
    story = Story()
    opened = story.fold(submitted(VAGUE, **GIVEN))
    story.fold(c.Assign(opd="disdikbud", reason="Guru SMA."), actor="triage")
    said = story.fold(PassOn(opd="disdikbud", to=None, reason="Dinas itu tidak ada lagi."), actor="router")
    assert offered(said[1:]) == offered(opened)
