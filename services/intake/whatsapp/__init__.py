"""The receiving side of the WhatsApp Cloud API: handshake, signature and the content of a webhook body. No I/O."""

from .body import NotAWebhook, parse
from .door import challenge, signature_holds
from .model import Change, Media, Message, Place, Problem, Report, Status, StatusError, Webhook

__all__ = [
    "Change",
    "Media",
    "Message",
    "NotAWebhook",
    "Place",
    "Problem",
    "Report",
    "Status",
    "StatusError",
    "Webhook",
    "challenge",
    "parse",
    "signature_holds",
]
