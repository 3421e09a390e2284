"""What goes into a fold and what comes out: plain values."""

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
    """A timer of the key may be due: the fold looks at its state and ``now``."""


@dataclass(frozen=True, slots=True)
class Undecodable:
    """An OPD's record that cannot be carried out as it is: the fold may answer it. ``reason`` names field and rule, never
    content; ``code`` says whether it could not be read or would become too large.
    """

    reason: str
    code: Literal["undecodable", "too_large"] = "undecodable"


class Out(NamedTuple):
    """An event to be written. Actor and time are the item's unless given; the step gives id and sequence."""

    topic: str
    key: UUID
    data: Fact
    actor: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to fold: a fact from a stream, a command from a caller, a tick.

    ``at`` is the domain instant at which it was said; ``keys`` all keys that are locked for it, ``key`` first;
    ``topic`` and ``sequence`` only for records; ``opd`` and ``external_id`` only for an OPD's updates.
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
    """What a fold decided: new states and events (of the item's keys only), extra rows of the service's own,
    items for other keys that are folded in the same transaction, and what the caller is told."""

    states: Mapping[UUID, S] = field(default_factory=dict)
    events: tuple[Out, ...] = ()
    rows: tuple[Any, ...] = ()
    forwards: tuple[tuple[UUID, Any], ...] = ()
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Claim:
    """An identity the caller brought. A repeat with the same digest gets ``answer`` of the first; another digest is refused.

    ``also``: digests that earlier releases kept for the same content.
    """

    scope: str
    token: str
    digest: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """Something a caller wants done, over HTTP or by a command. It may be refused.

    ``again``: the call that ended as ``Unsure`` and is now made again by the same caller.
    """

    data: Any
    keys: tuple[UUID, ...]
    actor: str
    claim: Claim | None = None
    traceparent: str | None = None
    again: UUID | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """It is committed. ``repeat``: it had been done before, this is the first answer."""

    answer: Any = None
    repeat: bool = False


Fold = Callable[[Mapping[UUID, S | None], Item, datetime], Change[S]]
KeysOf = Callable[[UUID, Fact], tuple[UUID, ...]]
