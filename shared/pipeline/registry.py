"""The row of the registry that a fold keeps: each service has its own copy of OPDs and topics. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic_core import to_json

from shared.events.registry import RegistryChanged
from shared.pipeline.change import Change
from shared.pipeline.items import Item


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A version of the registry, who made it, and when."""

    fact: RegistryChanged
    actor: str
    at: datetime


class _WithItem(Protocol):
    """The input of a handler, as far as every service has it."""

    @property
    def item(self) -> Item: ...


def handle_registry_changed(context: _WithItem, fact: RegistryChanged) -> Change[Any]:
    """Keep the version that a fact brings. The highest version is in force, in whatever order they come."""
    return Change(rows=(RegistryRow(fact, context.item.actor, context.item.at),))


def columns_of(rows: Sequence[RegistryRow]) -> tuple[list[Any], ...]:
    """Return the rows as the columns of the table."""
    return (
        [row.fact.version for row in rows],
        [to_json({"opds": row.fact.opds, "topics": row.fact.topics}).decode() for row in rows],
        ["\n".join(row.fact.changes) for row in rows],
        [row.at for row in rows],
        [row.actor for row in rows],
        [row.fact.why for row in rows],
    )
