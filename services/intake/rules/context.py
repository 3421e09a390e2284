"""The input of every handler of intake's fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.errors import NothingHere
from services.intake.state import Complaint, Contact
from shared.pipeline import Change, Item
from shared.tally import Allowance

States = Mapping[UUID, Complaint | Contact | None]
StateChange = Change[Complaint | Contact]


@dataclass(frozen=True, slots=True)
class Context:
    """The state rows of an item's keys, the item, the time, and the bounds on what a reporter may add.

    ``may_ask`` says that few enough reporters were asked of late what their complaints are about.
    """

    states: States
    item: Item
    now: datetime
    allowance: Allowance
    may_ask: bool = True

    @property
    def complaint(self) -> Complaint:
        """Return the complaint of the item's first key. Raise NothingHere without one."""
        found = self.states[self.item.key]
        if not isinstance(found, Complaint):
            raise NothingHere
        return found

    def changed_to(self, after: Complaint, *rows: Any) -> StateChange:
        """Return the change of the item's complaint to ``after``, with extra rows."""
        return Change(states={self.item.key: after} if after is not self.complaint else {}, rows=rows)


Handler = Callable[[Context, Any], StateChange]
