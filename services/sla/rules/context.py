"""The values that a handler of the fold receives besides the fact, command or tick itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sla.rules.draft import ClockDraft
from services.sla.rules.due_dates import DueDates
from services.sla.rules.halts import settle
from services.sla.state import CaseClocks
from shared.pipeline import Item


@dataclass(frozen=True, slots=True)
class Context:
    """One input with the states of its keys. ``due_dates`` holds the calendar and policies to fold under.

    ``now`` is the domain time of the step; the item's own time is ``item.at``.
    """

    states: Mapping[UUID, CaseClocks | None]
    item: Item
    now: datetime
    due_dates: DueDates

    def draft(self) -> ClockDraft:
        """Return a draft of the case in which every halt that has run out by the item's time is ended."""
        draft = self.unsettled_draft()
        if draft.case.halts:
            settle(draft)
        return draft

    def unsettled_draft(self) -> ClockDraft:
        """Return a draft of the case as it is stored. A key without a state gives a case without clocks."""
        return ClockDraft(self.item.key, self.states[self.item.key] or CaseClocks(), self.item.at, self.due_dates)
