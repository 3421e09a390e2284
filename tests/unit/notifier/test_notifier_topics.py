"""Topics are named to people as the router names them."""

import tomllib
from pathlib import Path

from shared.reference import topic_words


def test_every_topic_of_the_router_has_its_words() -> None:
    matters = [
        matter
        for file in Path("services/router/routing/data/matters").glob("*.toml")
        for matter in tomllib.loads(file.read_text(encoding="utf-8"))["matter"]
    ]
    assert {matter["code"]: topic_words(matter["code"]) for matter in matters} == {
        matter["code"]: matter["label"] for matter in matters
    }


def test_another_systems_category_stays_as_it_is() -> None:
    assert topic_words("Infrastruktur Jalan") == "Infrastruktur Jalan"
