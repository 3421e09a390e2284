"""Facts of `complaint.cases.v1` about two cases of the same matter: joined, and separated again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.fact import Fact, State


class Merged(Fact):
    """The case ended and joined another open case, which its reporter now follows. Emitted under the ended case."""

    TYPE: ClassVar[str] = "case.merged"
    into: UUID
    into_ticket: str


class MergedFrom(Fact):
    """Another case was joined to this one. Its ``contacts`` follow this one now; ``followers`` only followed it before."""

    TYPE: ClassVar[str] = "case.merged_from"
    source: UUID
    source_ticket: str
    contacts: tuple[UUID, ...] = ()
    followers: tuple[UUID, ...] = ()


class Unmerged(Fact):
    """The case was separated again and went back to ``state``."""

    TYPE: ClassVar[str] = "case.unmerged"
    state: State
    opd: str | None = None


class UnmergedFrom(Fact):
    """The joined case was separated again. Its people no longer follow this case."""

    TYPE: ClassVar[str] = "case.unmerged_from"
    source: UUID
    contacts: tuple[UUID, ...] = ()
