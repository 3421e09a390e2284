"""The notifier's fold for tests: one fold, the state after several facts, and the people who are told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.fold import fold, keys_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import NotifierState
from shared.events.catalogue import CASES
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Change, Item
from shared.worktime import Timetable
from shared.worktime.reading import shipped_calendar

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
HOURS = Timetable(shipped_calendar())
COMPLAINT, PERSON = uuid4(), uuid4()
States = dict[UUID, NotifierState | None]


def fold_one(
    states: Mapping[UUID, NotifierState | None],
    key: UUID,
    data: object,
    at: datetime = NOW,
    now: datetime = NOW,
    actor: str = "test",
) -> Change[NotifierState]:
    keys = keys_of(key, data) if isinstance(data, Fact) else (key,)
    known = {one: states.get(one) for one in keys}
    return fold(known, Item(key, data, actor, at, new_id(), keys, topic=CASES, sequence=1), now, hours=HOURS)


def states_after(*facts: tuple[UUID, Fact]) -> States:
    states: States = {}
    for key, fact in facts:
        states |= fold_one(states, key, fact).states
    return states


def audiences_of(change: Change[NotifierState]) -> list[tuple[Audience, NoticeKind]]:
    return [(row.audience, row.kind) for row in change.rows if isinstance(row, NewNotice)]
