"""WhatsApp Cloud API as it reaches us: verification, signature, and what a webhook body holds. Pure, no I/O."""

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
