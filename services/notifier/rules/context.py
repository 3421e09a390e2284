"""Values with which every handler of the fold works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifier.rules.send_window import OfficeHours
from services.notifier.state import CaseState, ChannelState, ContactState, NotifierState
from shared.pipeline import Item


@dataclass(frozen=True, slots=True)
class Context:
    """One input with the states of its keys. ``now`` is domain time; ``hours`` is the office's calendar."""

    states: Mapping[UUID, NotifierState | None]
    item: Item
    now: datetime
    hours: OfficeHours

    @property
    def case(self) -> CaseState:
        """The state of the item's complaint, new if there is none yet."""
        state = self.states.get(self.item.key)
        return state if isinstance(state, CaseState) else CaseState()

    @property
    def contact(self) -> ContactState:
        """The state of the item's contact, new if there is none yet."""
        state = self.states.get(self.item.key)
        return state if isinstance(state, ContactState) else ContactState()

    @property
    def channel(self) -> ChannelState:
        """The state of the item's channel account, new if there is none yet."""
        state = self.states.get(self.item.key)
        return state if isinstance(state, ChannelState) else ChannelState()
