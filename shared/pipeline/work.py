"""The unit that the step works on: an item, the record or caller that it came from, and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from shared.errors import Refused
from shared.kafka.records import Record
from shared.pipeline.change import Claim, Item, Tick

Outcome = Literal["waiting", "folded", "repeat", "gap", "parked", "refused", "ignored"]
Reason = Literal["gap", "behind", "held", "size", "undecodable", "fold", "data"]


@dataclass(slots=True)
class Work:
    """One item on its way through the step.

    ``item`` is None for a record whose key cannot be read. ``problem`` is set when the record must be parked without a
    fold. ``committed`` says that the outcome is final; a later try of the batch leaves the work out. ``unsure`` says
    that a COMMIT was sent and no answer came back; the next try then first asks whether the work was carried out.
    """

    item: Item | None
    record: Record | None = None
    claim: Claim | None = None
    reason: Reason | None = None
    problem: str | None = None
    outcome: Outcome = "waiting"
    answer: Any = None
    refusal: Refused | None = None
    committed: bool = False
    unsure: bool = False
    _given: tuple[Reason | None, str | None] = field(init=False)

    def __post_init__(self) -> None:
        self._given = (self.reason, self.problem)

    @property
    def sequenced(self) -> bool:
        """Whether the gap rule holds: true for a record of an internal stream."""
        return self.item is not None and self.item.topic is not None and self.item.sequence > 0

    @property
    def commanded(self) -> bool:
        """Whether a caller waits for the outcome: true for neither a record nor a timer."""
        item = self.item
        return self.record is None and item is not None and item.topic is None and not isinstance(item.data, Tick)

    @property
    def done(self) -> bool:
        """Whether the work need not be tried again."""
        return self.outcome in ("folded", "repeat", "ignored")

    def stop(self, reason: Reason, problem: str) -> None:
        """Note that the work cannot be folded and must be parked."""
        self.reason, self.problem = reason, problem

    def restart(self) -> None:
        """Forget what a rolled-back try has noted, because the next try may find other rows."""
        self.outcome, self.answer, self.refusal = "waiting", None, None
        self.reason, self.problem = self._given

    @property
    def held(self) -> bool:
        """Whether another session holds a row that this work needs."""
        return self._given[0] == "held"

    def condemn(self, reason: Reason, problem: str) -> None:
        """Mark the work as not foldable for every later try too."""
        self._given = (reason, problem)


@dataclass(slots=True)
class Parked:
    """A parked row as loaded: the row's id and the record to try again."""

    id: int
    key: UUID
    topic: str
    sequence: int | None
    record: Record
    reason: str


def handled(works: Sequence[Work]) -> dict[tuple[str, int], int]:
    """Return the next offset of each partition after these works."""
    nexts: dict[tuple[str, int], int] = {}
    for work in works:
        if work.record is not None and work.record.offset >= 0:
            place = (work.record.topic, work.record.partition)
            nexts[place] = max(nexts.get(place, 0), work.record.offset + 1)
    return nexts
