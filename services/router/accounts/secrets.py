"""Passwords, second factors, and the random values that links, cookies and recovery codes are made of."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet

from services.router.accounts.errors import WeakPassword

SHORTEST: Final = 12
LONGEST: Final = 200
# RFC 9106, second recommended option: 64 MiB, three passes. It is what argon2-cffi chooses by default.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
# One hash takes 64 MiB, so a crowd at the login waits its turn.
_AT_ONCE: Final = 2
# A hash of nothing that anybody knows. An unknown address costs as much time as a known one.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(32))
_STEP_S: Final = 30
_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """Hashes and checks passwords with argon2id, a few at a time and beside the loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the hash of a password."""
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def fits(self, stored: str | None, password: str) -> bool:
        """Return whether the password belongs to the stored hash. Without a hash it takes as long and never fits."""
        async with self._turn:
            return await asyncio.to_thread(_fits, stored, password[:LONGEST])


def _fits(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def check_password(password: str, *, email: str, name: str) -> None:
    """Raise WeakPassword for a password that is too short, too long, or made of what everybody knows of its owner.

    Length is what counts, and no mixture of signs is asked for (NIST SP 800-63B, 5.1.1.2).
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(
            message=f"Pakai {SHORTEST} sampai {LONGEST} huruf. Beberapa kata yang mudah diingat sudah cukup."
        )
    plain = password.lower()
    known = {email.partition("@")[0].lower(), email.lower(), *name.lower().split(), "tanggap", "password", "kaltim"}
    rest = plain
    for word in sorted((word for word in known if len(word) > 2), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(rest)) < 5:
        raise WeakPassword(message="Kata sandi ini terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan.")


class SecondFactors:
    """Makes, seals and checks the secrets of authenticator apps (RFC 6238: six digits, thirty seconds)."""

    def __init__(self, secret: bytes) -> None:
        key = hashlib.sha256(b"second factor" + secret).digest()
        self._box = Fernet(base64.urlsafe_b64encode(key))

    @staticmethod
    def new() -> str:
        """Return a new secret, as an authenticator app takes it."""
        return pyotp.random_base32()

    @staticmethod
    def address(secret: str, email: str) -> str:
        """Return the address that an authenticator app reads from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Tanggap")

    def seal(self, secret: str) -> bytes:
        """Return the secret as it may be stored."""
        return self._box.encrypt(secret.encode())

    def step_of(self, sealed: bytes, code: str, at: datetime) -> int | None:
        """Return the time step to which the code belongs, or None for a wrong code. One step early or late is right."""
        return step_of(self._box.decrypt(sealed).decode(), code, at)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step to which the code of an unsealed secret belongs, or None for a wrong code."""
    now = int(at.timestamp()) // _STEP_S
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii():
        return None
    totp = pyotp.TOTP(secret)
    fitting = [step for step in (now, now - 1, now + 1) if hmac.compare_digest(totp.at(step * _STEP_S), digits)]
    return fitting[0] if fitting else None


def new_token() -> str:
    """Return a random value that nobody can guess, for a link."""
    return secrets.token_urlsafe(32)


def hash_of(value: str) -> bytes:
    """Return the hash under which a random value is stored."""
    return hashlib.sha256(value.encode(errors="replace")).digest()


def new_codes() -> list[str]:
    """Return new recovery codes, each of ten letters in two groups."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(_CODES)]


def tidy_code(code: str) -> str:
    """Return a recovery code as it is stored, however it was typed."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return f"{letters[:5]}-{letters[5:]}"
