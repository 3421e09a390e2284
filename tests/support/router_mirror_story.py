"""Cases of a router that mirrors every complaint to SP4N, folded on plain values."""

from __future__ import annotations

from typing import Any

from services.router.rules.fold import fold
from services.router.rules.limits import CaseLimits
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.router_facts import SCHOOL, Story, submitted, topic_of


class MirrorStory(Story):
    """A story whose complaints go to SP4N."""

    def fold(self, data: Any, **more: Any) -> Any:
        key = more.pop("key", None) or self.key
        actor = more.pop("actor", "test")
        item = Item(
            key=key, data=data, actor=actor, at=self.now, id=new_id(), keys=(key,), topic=topic_of(data, more), **more
        )
        self.states.setdefault(key, None)
        self.last = fold({key: self.states[key]}, item, self.now, limits=CaseLimits(mirror=True))
        self.states.update(self.last.states)
        return [out.data for out in self.last.events]


def opened(text: str = SCHOOL, **more: Any) -> MirrorStory:
    """Return the story of a new complaint."""
    story = MirrorStory()
    story.fold(submitted(text, **more))
    return story
