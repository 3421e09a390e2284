"""Keys of callers: `tg_<prefix>_<random>_<checksum>`. A key is shown once and stored as a SHA-256 hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.requests import Request

from shared.errors import Forbidden, Invalid, Unauthenticated, Unavailable
from shared.ids import new_id
from shared.postgres.errors import TRANSIENT, is_refused_data
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries
from shared.postgres.retrying import retry_when_broken
from shared.reference import in_force
from shared.web.address import client_address
from shared.web.attempts import Attempts
from shared.web.host import Accounts

Q = Queries.load(Path(__file__).parent / "queries.sql")
KEPT_S = 2.0
REMEMBERED = 10_000
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_SHAPE = re.compile(r"tg_[a-z0-9]{1,20}_[0-9a-f]{1,60}_[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Key:
    """A caller: the id of a key or of an account, the owner's name, the role, and the code of the caller's OPD.

    ``person`` says that somebody signed in with an account. A machine, and an officer's older key, is no person.
    """

    id: UUID
    owner: str
    role: str
    opd: str | None
    person: bool = False

    @property
    def actor(self) -> str:
        """The caller's name in the log. For a person it always ends with the id of the account."""
        if not self.opd:
            return f"{self.role}:{self.id}"
        return f"opd:{self.opd}:{self.id}" if self.person else f"opd:{self.opd}"


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def make_key() -> tuple[str, str]:
    """Return a new key and its prefix."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    body = f"tg_{prefix}_{secrets.token_hex(20)}"
    return f"{body}_{_checksum(body)}", prefix


def well_formed(key: str) -> bool:
    """Return whether the text has the form and checksum of a key.

    A typing mistake is thus found without the database.
    """
    body, _, checksum = key.rpartition("_")
    return _SHAPE.fullmatch(key) is not None and hmac.compare_digest(checksum, _checksum(body))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class Keys:
    """The keys of one service.

    A key that was found is cached for two seconds, so a revoked key stops working within that time.
    """

    def __init__(self, pool: Pool, attempts: Attempts | None = None) -> None:
        self._pool = pool
        self._attempts = attempts or Attempts()
        self._found: dict[str, tuple[float, tuple[bytes, Key] | None]] = {}

    async def find(self, key: str, address: str) -> Key | None:
        """Return the caller of a key, or None for a wrong or revoked key.

        ``address`` is the client's. Raises TooMany after too many wrong keys from this address or for this account.
        """
        account = key.split("_")[1] if well_formed(key) else None
        found = await self._look(account) if account else None
        account = account if found is not None else None
        self._attempts.check(account, address)
        if account is None or found is None or not hmac.compare_digest(found[0], _hash(key)):
            self._attempts.failed(account, address)
            return None
        self._attempts.succeeded(account, address)
        return found[1]

    async def _look(self, prefix: str) -> tuple[bytes, Key] | None:
        now = time.monotonic()
        known = self._found.get(prefix)
        if known and now - known[0] < KEPT_S:
            return known[1]
        try:
            row = await self._pool.fetchrow(Q["key_find"], prefix)
        except TRANSIENT as error:
            if is_refused_data(error):
                raise
            # Nothing has been taken yet, whatever the request wanted.
            raise Unavailable from error
        found = (row["hash"], Key(row["id"], row["owner"], row["role"], row["opd"])) if row is not None else None
        if len(self._found) > REMEMBERED:
            self._found.clear()
        self._found[prefix] = (now, found)
        return found

    async def create(self, *, owner: str, role: str, opd: str | None) -> str:
        """Store the hash of a new key and return the key, this once.

        Raises Invalid for an officer without an OPD, or for an OPD with another role.
        """
        if (role == "officer") != bool(opd):
            raise Invalid("an officer's key, and only an officer's, names an OPD", field="opd")
        key, prefix = make_key()
        row = (new_id(), prefix, _hash(key), owner, role, opd)
        await retry_when_broken(lambda: self._pool.execute(Q["key_create"], *row))
        return key

    async def listed(self) -> list[Any]:
        """Return all keys without their secrets."""
        return list(await self._pool.fetch(Q["key_list"]))

    async def revoke(self, prefix: str) -> bool:
        """Revoke a key. Return False when no live key has this prefix."""
        at = datetime.now(UTC)
        return bool(await retry_when_broken(lambda: self._pool.fetchval(Q["key_revoke"], prefix, at)))


def bearer(request: Request) -> str:
    """Return the key of an Authorization header, or an empty string."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


Need = Callable[[Request], Awaitable[Key]]
_ASKS = "asks_for_a_key"


def _asks_for_a_key(dependency: Need) -> Need:
    setattr(dependency, _ASKS, True)
    return dependency


def is_key_dependency(dependency: Any) -> bool:
    """Return whether a dependency was made by ``needs``."""
    return getattr(dependency, _ASKS, False) is True


def needs(host: Accounts) -> Callable[..., Need]:
    """Return a maker of dependencies: ``need = needs(running)``, then ``Depends(need("officer", "koordinator"))``.

    The dependency raises Unauthenticated without a valid key, and Forbidden when the key has none of the named roles.
    """
    keys = Keys(host.pool, host.attempts)

    def need(*roles: str) -> Need:
        @_asks_for_a_key
        async def caller(request: Request) -> Key:
            given = bearer(request)
            found = await keys.find(given, client_address(request)) if given else None
            if found is None:
                raise Unauthenticated
            if found.role not in roles:
                raise Forbidden(f"needs a key with the role {' or '.join(roles)}")
            if found.opd in in_force().ended():
                raise Forbidden("the OPD of this key exists no more")
            return found

        return caller

    return need
