"""What the step works on: an item with the record or caller it came from, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from shared.errors import Refused
from shared.kafka.records import Record
from shared.pipeline.change import Claim, Item

Outcome = Literal["waiting", "folded", "repeat", "gap", "parked", "refused", "ignored"]
Reason = Literal["gap", "behind", "undecodable", "fold", "data"]


@dataclass(slots=True)
class Work:
    """One item on its way through the step.

    ``item`` is None for a record whose key cannot be read. ``problem`` is set when it must be parked without a fold.
    """

    item: Item | None
    record: Record | None = None
    claim: Claim | None = None
    reason: Reason | None = None
    problem: str | None = None
    outcome: Outcome = "waiting"
    answer: Any = None
    refusal: Refused | None = None

    @property
    def sequenced(self) -> bool:
        """Whether the gap rule holds: a record of an internal stream."""
        return self.item is not None and self.item.topic is not None and self.item.sequence > 0

    def stop(self, reason: Reason, problem: str) -> None:
        """It cannot be folded: park it."""
        self.reason, self.problem = reason, problem


@dataclass(slots=True)
class Parked:
    """A parked row as loaded: the record to try again, and its row id."""

    id: int
    key: UUID
    topic: str
    sequence: int | None
    record: Record
