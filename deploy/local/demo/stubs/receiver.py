"""A webhook receiver's check, written from the Standard Webhooks specification and not from our sender."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE = 300  # seconds


def secret_of(root: str, receiver: str) -> str:
    """Each receiver's own secret, made from one root so that whoever imports the addresses and whoever checks agree."""
    key = hmac.new(base64.b64decode(root.removeprefix("whsec_")), receiver.encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(key).decode()


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """One of the ``v1`` signatures fits ``id.timestamp.body`` and the time is within five minutes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    moment = headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    content = b".".join((headers.get("webhook-id", "").encode(), moment.encode(), body))
    right = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
    given = [part.partition(",") for part in headers.get("webhook-signature", "").split()]
    return any(version == "v1" and hmac.compare_digest(sign.encode(), right) for version, _, sign in given)
