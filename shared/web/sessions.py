"""Pages: an officer types the key once and gets a signed cookie; every form carries a token against forgery."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.errors import Forbidden
from shared.web.address import client_address
from shared.web.keys import Key, Keys, bearer

if TYPE_CHECKING:
    from shared.service import Running

COOKIE = "tanggap"
VISITOR = "tanggap_visitor"
LASTS_S = 12 * 3600


class LoginNeeded(Exception):
    """The page needs a session; the handler leads to the login page."""


class Sessions:
    """Signed cookies: a key's prefix and when the session ends. The key is looked up anew, so a revoked key ends its sessions."""

    def __init__(self, running: Running[Any]) -> None:
        self._keys = Keys(running.pool, running.attempts)
        self._secret = running.settings.secret_bytes
        self._secure = running.settings.public_url.startswith("https://")

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self._secret, f"{purpose}\x1f{value}".encode(), hashlib.sha256).hexdigest()

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=LASTS_S, httponly=True, samesite="lax", secure=self._secure, path="/")

    async def login(self, request: Request, key: str, next_url: str, roles: tuple[str, ...]) -> Response | None:
        """Return a redirect with the session cookie, or None for a wrong key or role.

        ``next_url`` must be a path of this site. Raises TooMany after too many wrong keys.
        """
        caller = await self._keys.find(key.strip(), client_address(request))
        if caller is None or caller.role not in roles:
            return None
        until = str(int(time.time()) + LASTS_S)
        value = f"{key.strip().split('_')[1]}-{until}"
        safe = next_url if next_url.startswith("/") and not next_url.startswith(("//", "/\\")) else "/"
        response = RedirectResponse(safe, status_code=303)
        self._set(response, COOKIE, f"{value}.{self._sign('session', value)}")
        return response

    @staticmethod
    def logout(to: str) -> Response:
        """Forget the session."""
        response = RedirectResponse(to, status_code=303)
        response.delete_cookie(COOKIE, path="/")
        return response

    async def caller(self, request: Request) -> Key | None:
        """Who is logged in, or calls with a key in the header."""
        given = bearer(request)
        if given:
            return await self._keys.find(given, client_address(request))
        value, _, signature = request.cookies.get(COOKIE, "").partition(".")
        if not value or not hmac.compare_digest(signature, self._sign("session", value)):
            return None
        prefix, _, until = value.partition("-")
        return await self._keys.of_prefix(prefix) if int(until) > time.time() else None

    def need(self, *roles: str) -> Callable[[Request], Awaitable[Key]]:
        """A dependency for pages: raises LoginNeeded without a session, Forbidden for another role."""

        async def caller(request: Request) -> Key:
            found = await self.caller(request)
            if found is None:
                raise LoginNeeded
            if found.role not in roles:
                raise Forbidden("halaman ini untuk peran lain")
            return found

        return caller

    # Tokens against forged forms: bound to the session, or for visitors to a random cookie of their own.
    def csrf_token(self, request: Request) -> str:
        """The token to put into a form of this visitor or session; ``remember`` must be called on the response."""
        return self._sign("csrf", self._who(request))

    def remember(self, request: Request, response: Response) -> None:
        """Give a visitor without any cookie the one that the token is bound to."""
        if COOKIE not in request.cookies and VISITOR not in request.cookies:
            self._set(response, VISITOR, request.state.visitor)

    def check_csrf(self, request: Request, token: str) -> None:
        """Raises Forbidden when the form does not come from our own page."""
        if not token or not hmac.compare_digest(token, self._sign("csrf", self._who(request))):
            raise Forbidden("formulir ini sudah kedaluwarsa; muat ulang halaman lalu kirim lagi")

    @staticmethod
    def _who(request: Request) -> str:
        who = request.cookies.get(COOKIE) or request.cookies.get(VISITOR)
        if who:
            return who
        if not hasattr(request.state, "visitor"):
            request.state.visitor = secrets.token_urlsafe(18)
        return str(request.state.visitor)
