"""The definition of a service: all that the pipeline needs to know of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.events.catalogue import Stream
from shared.events.fact import Fact
from shared.pipeline.change import Fold, KeysOf
from shared.postgres.pool import Connection
from shared.settings import Settings

S = TypeVar("S")


def own_key(key: UUID, _fact: Fact) -> tuple[UUID, ...]:
    """Return the record's own key alone, for a service whose records concern no other key."""
    return (key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Generic[S]):
    """The parts that make a service of the pipeline: its state, its fold, its streams and its tables.

    ``state`` is any type that a pydantic TypeAdapter takes. ``save_rows`` writes the extra rows of folds, in a number
    of statements that does not grow with them. ``before`` is awaited first in every transaction of the step. There a
    service loads values on which its folds depend, so that they are the same in every replica.
    """

    name: str
    settings: Settings
    state: Any
    fold: Fold[S]
    streams: tuple[Stream, ...]
    migrations: Path
    external: tuple[Stream, ...] = ()
    keys_of: KeysOf = own_key
    save_rows: Callable[[Connection, Sequence[Any]], Awaitable[None]] | None = None
    before: Callable[[Connection], Awaitable[None]] | None = None
