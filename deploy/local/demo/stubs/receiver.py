"""Signature check of a webhook receiver, written from the Standard Webhooks specification and not from our sender."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE = 300  # seconds


def secret_of(root: str, receiver: str) -> str:
    """Return the receiver's own secret, derived from ``root``.

    So the import of addresses and the receiver agree on secrets without exchanging them.
    """
    key = hmac.new(base64.b64decode(root.removeprefix("whsec_")), receiver.encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(key).decode()


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a ``v1`` signature fits ``id.timestamp.body`` and the timestamp is within five minutes of now."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    moment = headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    content = b".".join((headers.get("webhook-id", "").encode(), moment.encode(), body))
    right = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
    given = [part.partition(",") for part in headers.get("webhook-signature", "").split()]
    return any(version == "v1" and hmac.compare_digest(sign.encode(), right) for version, _, sign in given)
