"""One event as it travels: CloudEvents 1.0 attributes around a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.fact import Fact


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its attributes. ``sequence`` counts from 1 without gaps per (topic, key).

    ``occurred_at`` is in domain time. ``actor`` says who caused the fact.
    """

    id: UUID
    topic: str
    key: UUID
    sequence: int
    data: Fact
    occurred_at: datetime
    actor: str
    traceparent: str | None = None
