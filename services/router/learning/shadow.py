"""The shadow: a candidate model decides each new complaint too. What it says is counted and never carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from services.router.metrics import ShadowCounter
from services.router.routing import Decision, decide
from services.router.routing.model import Model
from services.router.state import whole_place
from shared.events import cases
from shared.events.submissions import Submitted
from shared.pipeline import Change, Item
from shared.pipeline.change import Fold

log = structlog.get_logger()


class Went(NamedTuple):
    """The place to which a decision sends a complaint: the outcome, and the OPD or the authority."""

    outcome: str
    to: str | None = None


class Shadow:
    """The fold of the service, with a candidate beside it. ``counter`` is set when the process has its metrics."""

    def __init__(self, fold: Fold[Any], model: Model) -> None:
        self._fold = fold
        self.model = model
        self.counter: ShadowCounter | None = None

    def fold(self, states: Mapping[UUID, Any], item: Item, now: datetime) -> Change[Any]:
        """Fold an item as the service does. If it opened a case by a decision, let the candidate decide too."""
        change = self._fold(states, item, now)
        if isinstance(item.data, Submitted):
            live = decided(change)
            if live is not None:
                self._watch(live, item.data)
        return change

    def _watch(self, live: Went, fact: Submitted) -> None:
        try:
            shadow = went(
                decide(
                    f"{fact.title}\n{fact.text}" if fact.title else fact.text,
                    whole_place(fact.place, fact.place_code),
                    given_to=fact.external.opd if fact.external else None,
                    category=fact.topic,
                    model=self.model,
                )
            )
        # A candidate must never keep a complaint from its case, whatever is wrong with it.
        except Exception as error:  # noqa: BLE001
            log.error("shadow_failed", model=self.model.name, error=type(error).__name__)
            shadow = Went("failed")
        if self.counter is not None:
            self.counter.count(live.outcome, shadow.outcome, agrees=live == shadow)


def decided(change: Change[Any]) -> Went | None:
    """Return where the decision of a new case went, or None if no rule decided."""
    for out in change.events:
        match out.data:
            case cases.Assigned(opd=opd):
                return Went("assign", opd)
            case cases.Referred(authority=authority):
                return Went("refer", authority)
            case cases.Triaged():
                return Went("triage")
    return None


def went(decision: Decision) -> Went:
    """Return where a decision goes."""
    if decision.outcome == "triage":
        return Went("triage")
    return Went(decision.outcome, decision.opd or decision.authority)
