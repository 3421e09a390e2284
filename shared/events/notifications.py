"""`complaint.notifications.v1`: what became of each message. Written by notifier, read by intake. No address, no text."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.fact import Fact


class Notification(Fact):
    """What every message fact names: our message id, the channel, the template, whom it was for (``citizen`` or a role)."""

    TYPE: ClassVar[str] = "notification"
    message: UUID
    channel: str
    template: str
    recipient: str


class Sent(Notification):
    TYPE: ClassVar[str] = "notification.sent"


class Delivered(Notification):
    TYPE: ClassVar[str] = "notification.delivered"


class Read(Notification):
    TYPE: ClassVar[str] = "notification.read"


class Failed(Notification):
    """One try failed; another may follow."""

    TYPE: ClassVar[str] = "notification.failed"
    reason: str


class GivenUp(Notification):
    """No more tries by itself; listed for a person."""

    TYPE: ClassVar[str] = "notification.given_up"
    reason: str


class Suppressed(Notification):
    """Not sent on purpose: opted out, no address, retracted."""

    TYPE: ClassVar[str] = "notification.suppressed"
    reason: str
