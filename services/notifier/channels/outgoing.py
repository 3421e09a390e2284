"""What a sender is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import httpx

from services.notifier.rules.verdicts import Outcome
from services.notifier.wording import Content

LIMITS = httpx.Limits(max_connections=32, keepalive_expiry=2.0)
"""A connection is not used again after two idle seconds: one that the other side closes meanwhile looks like a lost answer."""


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """One message ready to go. ``free_text`` says that WhatsApp's 24-hour window is open.

    ``data`` and ``secrets`` are for webhooks: the receiver's own secrets, two of them while one replaces the other.
    """

    id: UUID
    address: str
    content: Content
    free_text: bool
    in_reply_to: str | None
    occurred_at: datetime
    data: Mapping[str, Any]
    secrets: tuple[str, ...] = ()

    @property
    def template(self) -> str | None:
        """The approved template with which it goes out on WhatsApp; None for free text."""
        return None if self.free_text else self.content.approved.name

    def __repr__(self) -> str:
        """Without address and text, so that no traceback or log can hold them."""
        return f"Outgoing({self.id})"


class Sender(Protocol):
    """One channel."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand it over; what went wrong is in the outcome."""

    async def aclose(self) -> None:
        """Let connections go."""
