"""Secrets of webhook receivers, as the Standard Webhooks specification writes them."""

import base64
import secrets

from shared.web.signatures import PREFIX


def is_secret(text: str) -> bool:
    """Return whether ``text`` is a Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(PREFIX) and 24 <= len(key) <= 64


def new_secret() -> str:
    """Return a random secret for one receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
