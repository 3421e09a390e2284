"""`complaint.notifications.v1`: the outcome of each message.

Written by notifier, read by intake. No address, no text.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.fact import Fact


class Notification(Fact):
    """The fields of every message fact: our message id, the channel, the template, and the recipient.

    ``recipient`` is ``citizen`` or a role.
    """

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
    """One try failed. Another may follow."""

    TYPE: ClassVar[str] = "notification.failed"
    reason: str


class GivenUp(Notification):
    """The notifier will not try again by itself. The message is listed for a person."""

    TYPE: ClassVar[str] = "notification.given_up"
    reason: str


class Suppressed(Notification):
    """The message was not sent on purpose: for example the person opted out, has no address, or the notice was
    retracted.
    """

    TYPE: ClassVar[str] = "notification.suppressed"
    reason: str
