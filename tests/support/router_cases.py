"""Cases in the states from which tests begin."""

from typing import Any

import pytest

from services.router.rules import commands as c
from shared.errors import Refused
from tests.support.router_facts import SCHOOL, UNCLEAR, Story, expired, submitted

DISDIKBUD = "disdikbud"
# Words enough for an answer.
SAYS = "Guru pengganti sudah mengajar. "


def assigned(text: str = SCHOOL, **more: Any) -> Story:
    story = Story()
    story.fold(submitted(text, **more))
    return story


def resolved() -> Story:
    story = assigned()
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar."))
    return story


def closed() -> Story:
    story = resolved()
    story.later(days=14).fold(expired(story, "resolved"))
    return story


def in_triage() -> Story:
    return assigned(UNCLEAR)


def refused(story: Story, command: c.CaseCommand, **more: Any) -> Refused:
    before = dict(story.states)
    with pytest.raises(Refused) as caught:
        story.fold(command, **more)
    assert story.states == before
    return caught.value
