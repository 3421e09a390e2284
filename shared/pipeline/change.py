"""The result of a fold, and the type of the folds themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from shared.events.fact import Fact
from shared.pipeline.items import Item

S = TypeVar("S")


class Out(NamedTuple):
    """An event to be written. Actor and time are the item's unless given. The engine adds id and sequence."""

    topic: str
    key: UUID
    data: Fact
    actor: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """The result of a fold.

    ``states`` and ``events`` may concern the item's keys only. ``rows`` are extra rows of the service's own.
    ``forwards`` are items for other keys, folded in the same transaction. ``answer`` is for the caller.
    """

    states: Mapping[UUID, S] = field(default_factory=dict)
    events: tuple[Out, ...] = ()
    rows: tuple[Any, ...] = ()
    forwards: tuple[tuple[UUID, Any], ...] = ()
    answer: Any = None

    @property
    def empty(self) -> bool:
        """Whether nobody would notice the change being made twice."""
        return not (self.states or self.events or self.rows or self.forwards)


Fold = Callable[[Mapping[UUID, S | None], Item, datetime], Change[S]]
KeysOf = Callable[[UUID, Fact], tuple[UUID, ...]]
