"""The checks at a webhook of Meta: the verification handshake and the signature on each body."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """Return the plain-text answer to the verification request, or None to refuse it (403)."""
    if query.get("hub.mode") != "subscribe" or not verify_token:
        return None
    given = query.get("hub.verify_token", "")
    if not hmac.compare_digest(given.encode(errors="replace"), verify_token.encode()):
        return None
    return query.get("hub.challenge")


def signature_holds(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Return whether `X-Hub-Signature-256` signs these raw bytes with a valid secret. A rotation has two secrets."""
    scheme, _, given = (header or "").partition("=")
    if scheme != "sha256":
        return False
    held = False
    for secret in secrets:
        if secret:
            made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            held |= hmac.compare_digest(made.encode(), given.strip().lower().encode(errors="replace"))
    return held
