"""The fold of a case's clocks over one fact, one tick or one recomputation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sla.policy import PolicyTimeline
from services.sla.rules.draft import ClockDraft
from services.sla.rules.due_dates import DueDates
from services.sla.rules.handlers import HANDLERS
from services.sla.rules.timers import fire
from services.sla.state import CaseClocks
from shared.events.fact import Fact
from shared.pipeline.change import Change, Item, Tick
from shared.worktime import Timetable


@dataclass(frozen=True, slots=True)
class Recompute:
    """Command: compute every running deadline of a case again under the rules in force.

    ``reason`` is written into each event that follows.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The fold under one calendar and one book of policies."""

    due_dates: DueDates

    @staticmethod
    def under(table: Timetable, book: PolicyTimeline, version: int = 0) -> Rules:
        """Return the rules under this calendar and these policies."""
        return Rules(DueDates(table, book, version))

    def fold(self, states: Mapping[UUID, CaseClocks | None], item: Item, now: datetime) -> Change[CaseClocks]:  # noqa: ARG002  (the step's signature)
        """Fold one item into the clocks of its case.

        Facts never fail: a fact that does not fit the case moves no clock. An erasure replaces the state by an empty,
        erased one; later items of the case change nothing.

        A tick's ``at`` is the instant up to which all streams have been read. No level that is reached later fires.
        """
        case = states[item.key] or CaseClocks()
        if case.erased:
            return Change()
        if isinstance(item.data, Fact) and item.data.ERASES:
            return Change(states={item.key: CaseClocks(erased=True)})
        draft = ClockDraft(case, self.due_dates)
        if isinstance(item.data, Tick):
            draft.settle(item.at)
            fire(draft, item.at)
            return draft.change(item.key)
        if isinstance(item.data, Recompute):
            return draft.change(item.key, answer=draft.recompute(item.data.reason))
        handler = HANDLERS.get(type(item.data))
        if handler is None:
            return Change()
        draft.settle(item.at)
        handler(draft, item.data, item.at)
        return draft.change(item.key)
