"""The receiving side of the WhatsApp Cloud API: handshake, signature and the content of a webhook body. No I/O."""

from services.intake.chat.message import UnreadableItem
from services.intake.chat.platform import challenge, signature_holds

from .model import (
    AccountReport,
    DeliveryError,
    DeliveryStatus,
    FieldChange,
    InboundMessage,
    Media,
    SharedLocation,
    WebhookBody,
)
from .parsing import UnreadableWebhook, parse
from .translation import as_chat

__all__ = [
    "AccountReport",
    "DeliveryError",
    "DeliveryStatus",
    "FieldChange",
    "InboundMessage",
    "Media",
    "SharedLocation",
    "UnreadableItem",
    "UnreadableWebhook",
    "WebhookBody",
    "as_chat",
    "challenge",
    "parse",
    "signature_holds",
]
