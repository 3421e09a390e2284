"""The sessions of accounts. A session is a row with the hash of a random, signed cookie, looked up at each page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.router.accounts.model import Account, roles_now
from services.router.accounts.rows import Q, as_account
from services.router.accounts.secrets import hash_of
from shared.ids import new_id
from shared.postgres.pool import Pool
from shared.web.people import ACCOUNT_COOKIE, Person, account_cookie
from shared.web.signing import Signing

LASTS_S: Final = 12 * 3600
IDLE_S: Final = 2 * 3600.0
# A session without the second factor lasts only as long as somebody needs to type a code or to set the factor up.
WAITS_S: Final = 15 * 60
_PURPOSE: Final = "account session"
_AGENT: Final = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A live session: its id, its account, and whether the second factor was given or is not needed."""

    id: UUID
    account: Account
    whole: bool


class AccountSessions:
    """Opens, finds and ends the sessions of accounts. It is what `shared/web/people.py` calls the people of a request."""

    def __init__(self, pool: Pool, secret: bytes, *, secure: bool) -> None:
        self._pool = pool
        self._signing = Signing(secret)
        self._secure = secure

    async def open(self, request: Request, response: Response, account: UUID, *, whole: bool) -> None:
        """Open a session with a new cookie, in place of the one that the browser had."""
        await self._pool.execute(Q["sessions_clear"])
        await self.end(request)
        cookie = self._signing.seal(_PURPOSE, secrets.token_urlsafe(32))
        agent = request.headers.get("user-agent", "")[:_AGENT].encode(errors="replace").decode().replace("\0", "")
        lasts = float(LASTS_S if whole else WAITS_S)
        await self._pool.execute(Q["session_open"], hash_of(cookie), new_id(), account, whole, agent, lasts)
        response.set_cookie(
            ACCOUNT_COOKIE, cookie, max_age=LASTS_S, httponly=True, samesite="lax", secure=self._secure, path="/"
        )

    async def session(self, request: Request) -> Session | None:
        """Return the live session of a request, whole or not, or None."""
        cookie = self._cookie(request)
        row = await self._pool.fetchrow(Q["session_find"], hash_of(cookie), IDLE_S) if cookie else None
        if row is None:
            return None
        if row["stale"]:
            await self._pool.execute(Q["session_seen"], hash_of(cookie))
        return Session(row["session"], as_account(row), row["whole"])

    async def find(self, request: Request) -> Person | None:
        """Return the person whose whole session the request carries, or None."""
        found = await self.session(request)
        if found is None or not found.whole:
            return None
        account = found.account
        return Person(id=account.id, name=account.name, roles=roles_now(account), opd=account.opd)

    async def end(self, request: Request) -> None:
        """End the session that the request carries, for every copy of its cookie."""
        cookie = self._cookie(request)
        if cookie:
            await self._pool.execute(Q["session_end"], hash_of(cookie))

    async def end_one(self, account: UUID, session: UUID) -> None:
        """End one session of an account."""
        await self._pool.execute(Q["session_end_by_id"], account, session)

    async def listed(self, account: UUID) -> Sequence[Any]:
        """Return the open sessions of an account, the latest first."""
        return await self._pool.fetch(Q["sessions_list"], account, IDLE_S)

    def _cookie(self, request: Request) -> str:
        cookie = account_cookie(request)
        return cookie if self._signing.open(_PURPOSE, cookie, lasts_s=LASTS_S) is not None else ""
