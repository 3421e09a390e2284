"""Rows beside the state: which message belongs to which complaint, so that a quoted one finds it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Quotable:
    """What is known of three: a WhatsApp message by its id's keyed hash, our own message by its id, the complaint it is about."""

    provider_hash: str | None = None
    message: UUID | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Everything of these complaints goes."""

    complaints: tuple[UUID, ...]
