"""For some topics an answer that says "fixed" needs a photo: a rule of evidence in the registry, with its days."""

from datetime import date
from typing import Any

import pytest

from services.router.rules import commands as c
from services.router.rules.fold import fold
from services.router.rules.photos import PhotoNeeded
from shared.events.fact import Attachment
from shared.ids import new_id
from shared.pipeline import Item
from shared.reference import shipped
from shared.reference.registry import PhotoRule
from tests.support.registry import TODAY, holding, with_photo_rule
from tests.support.router_cases import DISDIKBUD, SAYS, assigned

WHY = {"reason": "Anggarannya baru tahun depan."}
PERSON, SYSTEM = f"opd:{DISDIKBUD}:01964a6e-0000-7000-8000-000000000001", f"opd:{DISDIKBUD}"


def answer(
    rule: PhotoRule, by: str, kind: str | None = None, first: date = TODAY, topic: str = "school", **more: Any
) -> str:
    """Answer a case about a school while a topic has this rule from a day on. Return the state of the case."""
    story = assigned()
    files = () if kind is None else (Attachment(id=str(new_id()), sha256="ab" * 32, type=kind, size=10),)
    command = c.Resolve(opd=DISDIKBUD, answer=SAYS, evidence=files, **more)
    item = Item(story.key, command, by, story.now, new_id(), (story.key,))
    with holding(with_photo_rule(topic, rule, first)):
        return fold({story.key: story.case}, item, story.now).states[story.key].state


@pytest.mark.parametrize(("rule", "by"), [("people", PERSON), ("always", PERSON), ("always", SYSTEM)])
@pytest.mark.parametrize("kind", [None, "application/pdf"])
def test_a_repair_without_a_photo_is_refused_where_the_rule_asks_for_one(
    rule: PhotoRule, by: str, kind: str | None
) -> None:
    assert assigned().case.topic == "school"
    with pytest.raises(PhotoNeeded) as caught:
        answer(rule, by, kind)
    assert (caught.value.field, caught.value.status) == ("evidence", 422)


@pytest.mark.parametrize(
    ("rule", "by", "more"),
    [
        ("always", PERSON, {"kind": "image/jpeg"}),
        ("always", SYSTEM, {"kind": "image/jpeg"}),
        ("people", SYSTEM, {}),
        ("none", PERSON, {}),
        ("always", PERSON, {"outcome": "not_possible", **WHY}),
        ("always", PERSON, {"topic": "road"}),
        ("always", PERSON, {"first": date(2027, 1, 2)}),
    ],
)
def test_with_a_photo_or_where_no_rule_asks_today_it_is_taken(rule: PhotoRule, by: str, more: dict[str, Any]) -> None:
    assert answer(rule, by, **more) == "resolved"


def test_the_release_asks_people_for_photos_of_roads_and_lights_and_no_system() -> None:
    rules = {row.code: row.photo for row in shipped().topics if row.photo != "none"}
    assert rules == {"road": "people", "street-light": "people"}
