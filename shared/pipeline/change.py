"""The plain values that go into a fold and come out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from shared.events.fact import Fact

S = TypeVar("S")


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


class Out(NamedTuple):
    """An event to be written. Actor and time are the item's unless given. The step adds id and sequence."""

    topic: str
    key: UUID
    data: Fact
    actor: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to fold: a fact from a stream, a command from a caller, or a tick.

    ``at`` is the domain time at which it was said. ``keys`` are all keys that are locked for it, with ``key`` first.
    ``topic`` and ``sequence`` are set for records only; ``opd`` and ``external_id`` for an OPD's updates only.
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


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a committed command.

    With ``repeat``, the command had been done before and this is the first answer.
    """

    answer: Any = None
    repeat: bool = False


Fold = Callable[[Mapping[UUID, S | None], Item, datetime], Change[S]]
KeysOf = Callable[[UUID, Fact], tuple[UUID, ...]]
