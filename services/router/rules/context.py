"""The input of a handler: the case and the item that is folded into it, the time, and the configuration of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.router.routing.model import Model
from services.router.rules.draft import Draft
from services.router.rules.limits import LIMITS, CaseLimits
from services.router.settings import Closing
from services.router.state import Case
from shared.pipeline import Change, Item

# The row of an erased complaint. It says only that there was one.
ERASED_CASE = Case(erased=True)


@dataclass(frozen=True, slots=True)
class Context:
    """The values that a handler may use beside the data of its input.

    ``states``: the cases of all keys of the item; None for a key without a case.
    ``now``: the domain time of the fold.
    ``closing``: when an end in SP4N also ends the case here.
    ``model``: the routing model in force; None is the shipped one.
    """

    states: Mapping[UUID, Case | None]
    item: Item
    now: datetime
    limits: CaseLimits = LIMITS
    closing: Closing = "answered"
    model: Model | None = None

    @property
    def case(self) -> Case | None:
        """Return the case of the item's key, or None if there is none yet."""
        return self.states[self.item.key]

    def draft(self) -> Draft:
        """Return a draft of the case of the item's key. An unknown case is drafted like an erased one."""
        case = self.states[self.item.key] or ERASED_CASE
        return Draft(self.item, case, self.now, limits=self.limits, model=self.model)


# Folds one input of the class under which the table lists the handler. Only handlers of commands raise Refused.
Handler = Callable[[Context, Any], Change[Case]]
