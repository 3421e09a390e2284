"""For the topics that an installation names, an answer that says "fixed" needs a photo."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.router.rules import commands as c
from services.router.rules.evidence import PhotoNeeded
from services.router.rules.fold import fold
from services.router.rules.limits import CaseLimits
from services.router.settings import RouterSettings
from shared.events.fact import Attachment
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.router_cases import DISDIKBUD, SAYS, assigned

WHY = {"reason": "Anggarannya baru tahun depan."}


def answer(topic: str, kind: str | None = None, **more: Any) -> str:
    """Answer a case about a school where this topic needs a photo. Return the state of the case."""
    story = assigned()
    files = () if kind is None else (Attachment(id=str(new_id()), sha256="ab" * 32, type=kind, size=10),)
    command = c.Resolve(opd=DISDIKBUD, answer=SAYS, evidence=files, **more)
    item = Item(story.key, command, f"opd:{DISDIKBUD}", story.now, new_id(), (story.key,))
    limits = CaseLimits(photo_topics=frozenset({topic}))
    return fold({story.key: story.case}, item, story.now, limits=limits).states[story.key].state


@pytest.mark.parametrize("kind", [None, "application/pdf"])
def test_a_repair_without_a_photo_is_refused_for_a_named_topic(kind: str | None) -> None:
    assert assigned().case.topic == "school"
    with pytest.raises(PhotoNeeded) as caught:
        answer("school", kind)
    assert (caught.value.field, caught.value.status) == ("evidence", 422)


def test_with_a_photo_or_for_another_topic_or_outcome_it_is_taken() -> None:
    assert answer("school", "image/jpeg") == "resolved"
    assert answer("road") == "resolved"
    assert answer("school", outcome="not_possible", **WHY) == "resolved"


def test_the_setting_names_known_topics_and_none_unless_it_is_set() -> None:
    fixed = {"dsn": "x", "owner_dsn": "x", "secret": "ab" * 32}
    assert RouterSettings.model_validate(fixed).topics_with_photo == frozenset()
    given = RouterSettings.model_validate(fixed | {"photo_topics": "road, street-light"})
    assert given.topics_with_photo == {"road", "street-light"}
    with pytest.raises(ValidationError, match="sihir"):
        RouterSettings.model_validate(fixed | {"photo_topics": "road,sihir"})
