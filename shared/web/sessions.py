"""Sessions of pages, by an account or by a key. Every form carries a token against forgery.

A person signs in with an account once for all services (`shared/web/people.py`). A key opens a session of one service.

The session of a key is a row with the hash of a random cookie. Each page looks it up again, so that a logout or a revoked key
takes effect at once in every replica. The look-up costs one read by primary key, a fraction of a millisecond; pages
that need no login do without it. The cookie is signed, so that an invented one costs no read at all.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.errors import Forbidden
from shared.postgres.queries import Queries
from shared.web.address import client_address
from shared.web.host import Host
from shared.web.keys import Key, Keys, bearer
from shared.web.people import ACCOUNT_COOKIE, NoPeople, People
from shared.web.signing import Signing
from shared.web.targets import own_address

Q = Queries.load(Path(__file__).parent / "queries.sql")
COOKIE = "tanggap"
VISITOR = "tanggap_visitor"
LASTS_S = 12 * 3600
_SESSION: Final = "session"
_SIGNED_BY: Final = frozenset({ACCOUNT_COOKIE, COOKIE, VISITOR})


class LoginNeeded(Exception):
    """The page needs a session; the handler leads to the login page."""


class FormExpired(Forbidden):
    """The form is too old or comes from another page: load it again."""

    code = "form_expired"
    message = "Formulir ini sudah kedaluwarsa. Muat ulang halaman, lalu kirim lagi."


class Sessions:
    """Opens, finds and ends sessions; makes and checks the tokens of forms."""

    def __init__(self, host: Host, people: People | None = None) -> None:
        self._pool = host.pool
        self._people = people or NoPeople()
        self._keys = Keys(host.pool, host.attempts)
        self._signing = Signing(host.settings.secret_bytes)
        self._secure = host.settings.public_url.startswith("https://")

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=LASTS_S, httponly=True, samesite="lax", secure=self._secure, path="/")

    async def login(self, request: Request, key: str, next_url: str, roles: tuple[str, ...]) -> Response | None:
        """Return a redirect with a new session's cookie, or None for a wrong key or role.

        A session that the browser already has ends. A ``next_url`` that is no path of this site is replaced by ``/``.
        Raises TooMany after too many wrong keys.
        """
        caller = await self._keys.find(key.strip(), client_address(request))
        if caller is None or caller.role not in roles:
            return None
        await self._pool.execute(Q["sessions_clear"])
        await self._end(request)
        cookie = self._signing.seal(_SESSION, secrets.token_urlsafe(32))
        await self._pool.execute(Q["session_open"], _hash(cookie), key.strip().split("_")[1], float(LASTS_S))
        response = RedirectResponse(own_address(next_url) or "/", status_code=303)
        self._set(response, COOKIE, cookie)
        return response

    async def logout(self, request: Request, to: str) -> Response:
        """End the sessions on the server and delete their cookies."""
        await self._end(request)
        await self._people.end(request)
        response = RedirectResponse(to, status_code=303)
        for name in (COOKIE, ACCOUNT_COOKIE):
            response.delete_cookie(name, path="/")
        return response

    async def _end(self, request: Request) -> None:
        cookie = self._cookie(request)
        if cookie:
            await self._pool.execute(Q["session_end"], _hash(cookie))

    async def caller(self, request: Request, roles: tuple[str, ...]) -> Key | None:
        """Return the caller by the key in the header, by the session of an account, or by that of a key. Else None.

        A person acts in the first of ``roles`` that the account has. A caller with none of them is returned as well.
        """
        given = bearer(request)
        if given:
            return await self._keys.find(given, client_address(request))
        person = await self._people.find(request)
        if person is not None:
            return person.as_key((*roles, *person.roles))
        cookie = self._cookie(request)
        row = await self._pool.fetchrow(Q["session_find"], _hash(cookie)) if cookie else None
        return Key(row["id"], row["owner"], row["role"], row["opd"]) if row is not None else None

    def need(self, *roles: str) -> Callable[[Request], Awaitable[Key]]:
        """Return a dependency for pages. It raises LoginNeeded without a session, and Forbidden for another role."""

        async def caller(request: Request) -> Key:
            found = await self.caller(request, roles)
            if found is None:
                raise LoginNeeded
            if found.role not in roles:
                raise Forbidden("this page is for another role", message="Halaman ini untuk peran lain.")
            return found

        return caller

    # Tokens against forged forms are bound to the session, or for visitors to a random cookie.
    def csrf_token(self, request: Request) -> str:
        """Return the token for a form of this visitor or session. ``remember`` must be called on the response."""
        return self._signing.signature("csrf", self._who(request))

    def remember(self, request: Request, response: Response) -> None:
        """Set the cookie that the token is bound to, for a visitor without any cookie."""
        if not _SIGNED_BY & request.cookies.keys():
            self._set(response, VISITOR, request.state.visitor)

    def check_csrf(self, request: Request, token: str) -> None:
        """Raise FormExpired when the form does not come from one of our pages."""
        if not self._signing.fits("csrf", self._who(request), token):
            raise FormExpired

    def visitor(self, request: Request) -> str:
        """Return the name under which rows belong to this visitor or session. It does not reveal the cookie.

        ``remember`` must be called on the response.
        """
        return self._signing.signature("visitor", self._who(request))

    # Tokens that make a form sent twice one act are bound to the same visitor.
    def once(self, request: Request) -> str:
        """Return a token for one form of this visitor or session. ``remember`` must be called on the response."""
        return self._signing.seal(self._once(request), secrets.token_urlsafe(12))

    def is_ours(self, request: Request, token: str) -> bool:
        """Return whether this visitor got the token with one of our forms, in the time that a session lasts."""
        return self._signing.open(self._once(request), token, lasts_s=LASTS_S) is not None

    # Values that go through a form of this visitor and must come back as they were.
    def seal_for(self, request: Request, value: str) -> str:
        """Return a value that only this visitor can send back, in a form."""
        return self._signing.seal(f"form {self._who(request)}", value)

    def open_sealed(self, request: Request, sealed: str) -> str | None:
        """Return the value that this visitor got in a form, or None."""
        return self._signing.open(f"form {self._who(request)}", sealed, lasts_s=LASTS_S)

    def _once(self, request: Request) -> str:
        return f"once {self._who(request)}"

    def _cookie(self, request: Request) -> str:
        """Return the session's cookie, or an empty string for one that we have not made or that is too old."""
        cookie = request.cookies.get(COOKIE, "")
        return cookie if self._signing.open(_SESSION, cookie, lasts_s=LASTS_S) is not None else ""

    @staticmethod
    def _who(request: Request) -> str:
        for name in (ACCOUNT_COOKIE, COOKIE, VISITOR):
            if request.cookies.get(name):
                return request.cookies[name]
        if not hasattr(request.state, "visitor"):
            request.state.visitor = secrets.token_urlsafe(18)
        return str(request.state.visitor)


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode(errors="replace")).digest()
