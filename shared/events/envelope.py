"""One event as it travels: CloudEvents 1.0 attributes around a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.fact import Fact


@dataclass(frozen=True, slots=True)
class Event:
    """``sequence`` counts without gaps from 1 per (topic, key); ``occurred_at`` is domain time; ``actor`` who did it."""

    id: UUID
    topic: str
    key: UUID
    sequence: int
    data: Fact
    occurred_at: datetime
    actor: str
    traceparent: str | None = None
