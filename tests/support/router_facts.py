"""Builders of a router's inputs: submissions, updates and commands, as items of a fold."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.router.rules.fold import fold
from services.router.state import Case
from shared.events.catalogue import CASES, DEADLINES, SUBMISSIONS, updates
from shared.events.deadlines import SilenceExpired
from shared.events.fact import Fact
from shared.events.opd import Update
from shared.events.submissions import External, Submitted
from shared.ids import new_id
from shared.pipeline import Change, Item, Tick, Undecodable

START = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
SCHOOL = "Guru SMAN 5 tidak pernah masuk kelas sejak awal semester."
UNCLEAR = "jln rsak parah bgt pak tolong diperbaiki"
REFUSE = "Sampah menumpuk di pinggir jalan tidak diangkut seminggu."


def submitted(text: str = SCHOOL, **more: Any) -> Submitted:
    """Return a complaint as intake writes it."""
    given: dict[str, Any] = {
        "ticket": "KT-7F3K-9Q2M-X",
        "channel": "web",
        "source": "web",
        "text": text,
        "filed_at": START,
    }
    return Submitted(**(given | more))


def from_sp4n(text: str = SCHOOL, **more: Any) -> Submitted:
    """Return the submission of a row of an SP4N export."""
    external = External(
        **({"system": "sp4n", "id": "7000001", "status": "assigned", "status_text": "Terverifikasi"} | more)
    )
    return submitted(text, channel="sp4n", external=external)


class Story:
    """One complaint or several, folded step by step. It keeps the states and every event."""

    def __init__(self) -> None:
        self.key = new_id()
        self.now = START
        self.states: dict[UUID, Case | None] = {}
        self.said: list[tuple[UUID, Fact]] = []
        self.last: Change[Case] = Change()

    @property
    def case(self) -> Case:
        case = self.states[self.key]
        assert case is not None
        return case

    def later(self, **passed: float) -> "Story":
        self.now += timedelta(**passed)
        return self

    def fold(self, data: Any, *, key: UUID | None = None, at: datetime | None = None, **more: Any) -> list[Fact]:
        """Fold one item and its forwards, and return the new facts of every topic."""
        key = key or self.key
        keys = more.pop("keys", (key,))
        item = Item(
            key=key,
            data=data,
            actor=more.pop("actor", "test"),
            at=at or self.now,
            id=new_id(),
            keys=keys,
            topic=topic_of(data, more),
            **more,
        )
        for one in keys:
            self.states.setdefault(one, None)
        self.last = fold({one: self.states[one] for one in keys}, item, self.now)
        self.states.update(self.last.states)
        said: list[Fact] = [out.data for out in self.last.events]
        self.said += [(out.key, out.data) for out in self.last.events]
        for other, forwarded in self.last.forwards:
            said += self.fold(forwarded, key=other)
        return said

    def update(self, fact: Update | Undecodable, opd: str = "disdikbud", **more: Any) -> list[Fact]:
        """Fold an update of an OPD."""
        return self.fold(fact, opd=opd, external_id="u1", **more)

    def tick(self) -> list[Fact]:
        return self.fold(Tick())

    def types(self) -> list[str]:
        """Return the types of all facts so far."""
        return [fact.TYPE for _, fact in self.said]


def topic_of(data: Any, more: dict[str, Any]) -> str | None:
    if isinstance(data, Update | Undecodable):
        return updates(more.get("opd", ""))
    if isinstance(data, Fact):
        return DEADLINES if data.TYPE.startswith("deadline.") else SUBMISSIONS
    return None


def types(facts: list[Fact]) -> list[str]:
    return [fact.TYPE for fact in facts]


def expired(story: Story, after: str, since: datetime | None = None) -> SilenceExpired:
    """Return the fact that the citizen said nothing for the whole limit."""
    began = since or story.case.since or START
    return SilenceExpired.model_validate({"run": 1, "after": after, "since": began, "due_at": story.now})


__all__ = ["CASES", "REFUSE", "SCHOOL", "START", "UNCLEAR", "Story", "expired", "from_sp4n", "submitted", "types"]
