"""Keys of callers: `tg_<prefix>_<random>_<checksum>`. Shown once, kept as a SHA-256 hash."""

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
from typing import TYPE_CHECKING, Any
from uuid import UUID

from starlette.requests import Request

from shared.errors import Forbidden, Invalid, Unauthenticated
from shared.ids import new_id
from shared.postgres.again import again_when_broken
from shared.postgres.pool import Pool
from shared.postgres.queries import Queries
from shared.web.address import client_address
from shared.web.attempts import Attempts

if TYPE_CHECKING:
    from shared.service import Running

Q = Queries.load(Path(__file__).parent / "queries.sql")
KEPT_S = 2.0
REMEMBERED = 10_000
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_SHAPE = re.compile(r"tg_[a-z0-9]{1,20}_[0-9a-f]{1,60}_[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Key:
    """Who calls: the key's id, its owner's name, its role, and for an officer the OPD's code."""

    id: UUID
    owner: str
    role: str
    opd: str | None

    @property
    def actor(self) -> str:
        """How the log names the caller."""
        return f"opd:{self.opd}" if self.opd else f"{self.role}:{self.id}"


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def make_key() -> tuple[str, str]:
    """A new key and its prefix."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    body = f"tg_{prefix}_{secrets.token_hex(20)}"
    return f"{body}_{_checksum(body)}", prefix


def well_formed(key: str) -> bool:
    """Whether it can be a key at all: a typing mistake is found without a look into the database."""
    body, _, checksum = key.rpartition("_")
    return _SHAPE.fullmatch(key) is not None and hmac.compare_digest(checksum, _checksum(body))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


class Keys:
    """The keys of one service. What was found is remembered for two seconds, so a revoked key ends that soon."""

    def __init__(self, pool: Pool, attempts: Attempts | None = None) -> None:
        self._pool = pool
        self._attempts = attempts or Attempts()
        self._found: dict[str, tuple[float, tuple[bytes, Key] | None]] = {}

    async def find(self, key: str, address: str) -> Key | None:
        """Return the caller of a key, or None for a wrong or revoked one.

        ``address`` is the client's. Raises TooMany where too many wrong keys came from it, or were tried for this account.
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
        row = await self._pool.fetchrow(Q["key_find"], prefix)
        found = (row["hash"], Key(row["id"], row["owner"], row["role"], row["opd"])) if row is not None else None
        if len(self._found) > REMEMBERED:
            self._found.clear()
        self._found[prefix] = (now, found)
        return found

    async def create(self, *, owner: str, role: str, opd: str | None) -> str:
        """Store a new key's hash and give the key, once. Raises Invalid for an officer without an OPD."""
        if (role == "officer") != bool(opd):
            raise Invalid("an officer's key, and only an officer's, names an OPD", field="opd")
        key, prefix = make_key()
        row = (new_id(), prefix, _hash(key), owner, role, opd)
        await again_when_broken(lambda: self._pool.execute(Q["key_create"], *row))
        return key

    async def listed(self) -> list[Any]:
        """All keys without their secrets."""
        return list(await self._pool.fetch(Q["key_list"]))

    async def revoke(self, prefix: str) -> bool:
        """End a key; False when no live key has this prefix."""
        at = datetime.now(UTC)
        return bool(await again_when_broken(lambda: self._pool.fetchval(Q["key_revoke"], prefix, at)))


def bearer(request: Request) -> str:
    """The key of an Authorization header, or an empty string."""
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


def needs(running: Running[Any]) -> Callable[..., Need]:
    """Makes dependencies: ``need = needs(running)``, then ``Depends(need("officer", "koordinator"))``.

    The dependency raises Unauthenticated without a valid key and Forbidden when the key's role is none of those named.
    """
    keys = Keys(running.pool, running.attempts)

    def need(*roles: str) -> Need:
        @_asks_for_a_key
        async def caller(request: Request) -> Key:
            given = bearer(request)
            found = await keys.find(given, client_address(request)) if given else None
            if found is None:
                raise Unauthenticated
            if found.role not in roles:
                raise Forbidden(f"needs a key with the role {' or '.join(roles)}")
            return found

        return caller

    return need
