"""The fold: a case's clocks, one fact or tick later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sla.policy import Book
from services.sla.rules.draft import Draft
from services.sla.rules.facts import HANDLERS
from services.sla.rules.reckoner import Reckoner
from services.sla.rules.timers import fire
from services.sla.state import Case
from shared.events.fact import Fact
from shared.pipeline.change import Change, Item, Tick
from shared.worktime import Timetable


@dataclass(frozen=True, slots=True)
class Recompute:
    """Count every running deadline of a case again, under the rules in force; ``reason`` stands in each event that follows."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules under one calendar and one book of policies."""

    reckoner: Reckoner

    @staticmethod
    def under(table: Timetable, book: Book, version: int = 0) -> Rules:
        """The rules under this calendar and these policies."""
        return Rules(Reckoner(table, book, version))

    def fold(self, states: Mapping[UUID, Case | None], item: Item, now: datetime) -> Change[Case]:  # noqa: ARG002  (the step's signature)
        """Facts never fail: one that does not fit moves no clock. After an erasure nothing is remembered.

        A tick's ``at`` is the instant for which the streams had been read to their ends; nothing later fires with it.
        """
        case = states[item.key] or Case()
        if case.erased:
            return Change()
        if isinstance(item.data, Fact) and item.data.ERASES:
            return Change(states={item.key: Case(erased=True)})
        draft = Draft(case, self.reckoner)
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
