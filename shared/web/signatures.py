"""Standard Webhooks signatures, v1: HMAC-SHA256 of `id.timestamp.body`."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from shared.clean import whole_number

TOLERANCE_S = 300
PREFIX = "whsec_"


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def sign_webhook(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`. ``timestamp`` is in Unix seconds, ``secret`` is `whsec_` and base64."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()


def verify_webhook(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, wall_now: float) -> bool:
    """Return whether one of the live secrets signed this body within five minutes of ``wall_now`` (Unix seconds)."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed_at = whole_number(stamp, digits=15)
    if not message_id or signed_at is None or abs(wall_now - signed_at) > TOLERANCE_S:
        return False
    given = headers.get("webhook-signature", "").split()
    wanted = [sign_webhook(secret, message_id, signed_at, body) for secret in secrets]
    return any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted)
