"""The interface of a sender, and the message that it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import httpx

from services.notifier.rules.verdicts import Outcome
from services.notifier.texts import Content

# Connections idle for two seconds are not reused: if the other side closes one meanwhile, the failed request would
# look like a lost answer.
LIMITS = httpx.Limits(max_connections=32, keepalive_expiry=2.0)


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """One message ready to send. ``free_text`` says that the 24-hour window of WhatsApp or Instagram is open.

    ``data``, ``secrets`` and ``traceparent`` are for webhooks. ``secrets`` are the receiver's own: one, or two during a rotation.
    """

    id: UUID
    address: str
    content: Content
    free_text: bool
    in_reply_to: str | None
    occurred_at: datetime
    data: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    traceparent: str | None = None

    @property
    def template(self) -> str | None:
        """The approved template with which the message goes out on WhatsApp, or None for free text."""
        return None if self.free_text else self.content.approved.name

    def __repr__(self) -> str:
        """Return the id only, so that no traceback or log can hold address or text."""
        return f"Outgoing({self.id})"


class ChannelSender(Protocol):
    """The sender of one channel."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message over and return the outcome. Failures of the other side are outcomes, not exceptions."""

    async def aclose(self) -> None:
        """Close all connections."""
