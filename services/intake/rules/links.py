"""Rows beside the state. They link messages to complaints, so that a quoted message leads to its complaint."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link between a WhatsApp message, our own message and a complaint. Unknown parts are None.

    ``provider_hash`` is the keyed hash of the WhatsApp message's id; ``message`` is the id of our own message.
    """

    provider_hash: str | None = None
    message: UUID | None = None
    complaint: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeleteMessageLinks:
    """An order to delete every message link of these complaints."""

    complaints: tuple[UUID, ...]
