"""The items that the step folds, and the outcome of one attempt. All of them are immutable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from shared.errors import Refused
from shared.outcomes import Outcome, Reason
from shared.record import Record


@dataclass(frozen=True, slots=True)
class Tick:
    """The input that tells a fold that a timer of its key may be due. The fold compares its state with ``now``."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """An OPD's record that cannot be carried out as it is. The fold may answer the OPD.

    ``reason`` names field and rule, never content. ``code`` says whether the record could not be read or would become
    too large.
    """

    reason: str
    code: Literal["undecodable", "too_large"] = "undecodable"


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key that the caller brought.

    A repeat with the same digest gets the first ``answer``; another digest is refused.

    ``also`` holds digests that earlier releases kept for the same content.
    """

    scope: str
    token: str
    digest: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()


class Problem(NamedTuple):
    """The reason for which a record is parked. ``detail`` names fields, rules and places, never content."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to fold: a fact from a stream, a command from a caller, or a tick.

    ``at`` is the domain time at which it was said. ``keys`` are all keys that are locked for it, with ``key`` first.
    ``topic`` and ``sequence`` are set for records only; ``opd`` and ``external_id`` for an OPD's updates only.

    ``outdated`` says that its writer was restored since: the log of the writer's new epoch does not vouch for it.

    ``record`` is the Kafka record of the item, if it came in one. ``problem`` says why the item must be parked without
    a fold. ``unsure`` says that an earlier try of the same command may have been committed.
    """

    key: UUID
    data: Any
    actor: str
    at: datetime
    id: UUID
    keys: tuple[UUID, ...]
    topic: str | None = None
    sequence: int = 0
    opd: str | None = None
    external_id: str = ""
    traceparent: str | None = None
    claim: Claim | None = None
    record: Record | None = None
    problem: Problem | None = None
    unsure: bool = False
    outdated: bool = False

    @property
    def sequenced(self) -> bool:
        """Whether the gap rule holds: true for a record of an internal stream."""
        return self.topic is not None and self.sequence > 0

    @property
    def timer(self) -> bool:
        """Whether the item is a tick."""
        return isinstance(self.data, Tick)

    @property
    def commanded(self) -> bool:
        """Whether a caller waits for the outcome: true for neither a record nor a tick."""
        return self.record is None and self.topic is None and not isinstance(self.data, Tick)

    @property
    def held(self) -> bool:
        """Whether another session holds a row that this item needs."""
        return self.problem is not None and self.problem.reason == "held"


@dataclass(frozen=True, slots=True)
class Unkeyed:
    """A record whose key cannot be read. It concerns no complaint, and is parked as evidence."""

    record: Record
    problem: Problem


Entry = Item | Unkeyed


@dataclass(frozen=True, slots=True)
class Command:
    """A request for a change, by HTTP or on the command line. It may be refused.

    ``again`` is the id of an earlier call that ended as ``Unsure``; the same caller now makes it again.
    """

    data: Any
    keys: tuple[UUID, ...]
    actor: str
    claim: Claim | None = None
    traceparent: str | None = None
    again: UUID | None = None


class Attempt(NamedTuple):
    """The outcome of one try to fold an item.

    ``answer`` and ``refusal`` are for the caller of a command. ``problem`` says why a record is parked.
    """

    outcome: Outcome
    answer: Any = None
    refusal: Refused | None = None
    problem: Problem | None = None

    @property
    def done(self) -> bool:
        """Whether the item need not be tried again."""
        return self.outcome in ("folded", "repeat", "ignored")

    @property
    def repeat(self) -> bool:
        """Whether the item had been folded before; ``answer`` is then the first answer."""
        return self.outcome == "repeat"


def next_offsets(entries: Sequence[Entry]) -> dict[tuple[str, int], int]:
    """Return the next offset of each topic and partition after these entries."""
    nexts: dict[tuple[str, int], int] = {}
    for entry in entries:
        record = entry.record
        if record is not None and record.offset >= 0:
            place = (record.topic, record.partition)
            nexts[place] = max(nexts.get(place, 0), record.offset + 1)
    return nexts
