"""The receiving side of the WhatsApp Cloud API: handshake, signature and the content of a webhook body. No I/O."""

from .authentication import challenge, signature_holds
from .model import (
    AccountReport,
    DeliveryError,
    DeliveryStatus,
    FieldChange,
    InboundMessage,
    Media,
    SharedLocation,
    UnreadableItem,
    WebhookBody,
)
from .parsing import UnreadableWebhook, parse

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
    "challenge",
    "parse",
    "signature_holds",
]
