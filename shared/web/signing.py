"""Signed values that browsers keep for us: cookies and the tokens of forms."""

from __future__ import annotations

import hashlib
from typing import Final

from itsdangerous import BadSignature, Signer, TimestampSigner

# Longer than anything that we sign. Nobody can make us hash a megabyte.
_LONGEST: Final = 200
_LONGEST_SEALED: Final = 2_500


class Signing:
    """Signs values with keys that are derived from the service's secret, one key for each purpose.

    A purpose may name the visitor, so that the value of one visitor is worth nothing to another.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def signature(self, purpose: str, value: str) -> str:
        """Return the signature of a value that the browser sends by itself."""
        return self._signer(purpose).get_signature(_bytes(value)).decode()

    def fits(self, purpose: str, value: str, signature: str) -> bool:
        """Return whether this is our signature of the value."""
        return len(signature) <= _LONGEST and self._signer(purpose).verify_signature(_bytes(value), _bytes(signature))

    def seal(self, purpose: str, value: str) -> str:
        """Return the value with its time and signature."""
        return self._timed(purpose).sign(_bytes(value)).decode()

    def open(self, purpose: str, sealed: str, *, lasts_s: int) -> str | None:
        """Return the value that was sealed at most ``lasts_s`` seconds ago, or None."""
        if len(sealed) > _LONGEST_SEALED:
            return None
        try:
            return self._timed(purpose).unsign(_bytes(sealed), max_age=lasts_s).decode()
        except BadSignature:
            return None

    def _signer(self, purpose: str) -> Signer:
        return Signer(self._secret, _bytes(purpose), key_derivation="hmac", digest_method=hashlib.sha256)

    def _timed(self, purpose: str) -> TimestampSigner:
        return TimestampSigner(self._secret, _bytes(purpose), key_derivation="hmac", digest_method=hashlib.sha256)


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
