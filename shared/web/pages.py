"""The base of a service's pages: rendering, login and logout, forms with their tokens, and what is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared import labels
from shared.errors import Refused, TooMany
from shared.web.app import light, templates
from shared.web.attempts import too_many_keys
from shared.web.host import Host
from shared.web.inputs import fields_of
from shared.web.keys import Key
from shared.web.people import People, people_of
from shared.web.sessions import FormExpired, LoginNeeded, Sessions
from shared.web.sorry import later, session_over
from shared.web.targets import FIELD, LOGIN, LOGOUT, SIGN_IN, login_address, own_address, wanted

_EXPIRED: Final = "Halaman ini sudah terlalu lama terbuka. Tulis kunci Anda sekali lagi."


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one service.

    ``name`` stands inside a sentence, as in "Masuk ke meja triase". ``menu`` holds the address and words of each list,
    the start page first; ``more`` those behind "Lainnya". ``roles`` are those that may log in; without any there is no
    login. ``open`` tells a visitor without a session which pages he may read.
    """

    name: str
    menu: Sequence[tuple[str, str]]
    roles: tuple[str, ...] = ()
    open: str | None = None
    more: Sequence[tuple[str, str]] = ()

    @property
    def home(self) -> str:
        """The address of the start page."""
        return self.menu[0][0]

    @property
    def title(self) -> str:
        """The name as it stands in a title."""
        return labels.heading(self.name)


class Pages:
    """Renders the templates of a service, and opens and ends sessions. All pages work without scripts."""

    def __init__(
        self,
        host: Host,
        site: Site,
        folder: Path,
        *,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        people: People | None = None,
    ) -> None:
        """Build the pages of a site. ``people`` are the accounts, for the service that keeps them."""
        settings = host.settings
        self.site = site
        self.sessions = Sessions(host, people or people_of(settings.accounts_url))
        # Without accounts the login takes a key. The keeper's own sign-in page is a path of this site.
        self._console = "" if people is not None else settings.console_url.rstrip("/")
        self._accounts = people is not None or bool(settings.accounts_url)
        self._templates = templates(folder)
        self._templates.filters.update({"heading": labels.heading} | dict(filters or {}))
        self._templates.globals.update(site=site, labels=labels, console=self._console)

    def install(self, app: FastAPI) -> None:
        """Add the routes of the login, and lead there whoever needs a session. Only a site with roles has a login."""
        if not self.site.roles:
            return
        # The error pages, which know no site, lead there too.
        app.state.login = self.login
        add = app.router.add_route
        add(LOGIN, self._login, methods=["GET", "POST"], include_in_schema=False)
        add(LOGOUT, self._logout, methods=["POST"], include_in_schema=False)
        app.add_exception_handler(LoginNeeded, self._to_login)
        if self.site.home != "/":
            add("/", self._home, methods=["GET"], include_in_schema=False)

    def page(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        """Render a page that no browser stores.

        Every template knows its values, ``site``, ``labels``, the ``caller`` or None, and the token ``csrf`` of its
        forms. It also knows ``errors`` and ``typed``, the address ``here`` in the menu, and the address ``login``.
        """
        known: dict[str, Any] = {
            "errors": {},
            "typed": {},
            "here": None,
            "caller": getattr(request.state, "caller", None),
            "csrf": self.sessions.csrf_token(request),
            "login": self.login(request),
        }
        body = self._templates.get_template(name).render(known | values)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self.sessions.remember(request, response)
        return light(request, response)

    def text(self, name: str, /, **values: Any) -> str:
        """Return a document that is no page of the site, made from a template that knows its values and ``labels``."""
        return self._templates.get_template(name).render(values)

    def nothing(self, request: Request, *, title: str, advice: str) -> Response:
        """Return the page for something that is not there, with a link to the start page."""
        return self.page(request, "nothing.html", 404, title=title, advice=advice)

    def refused(self, request: Request, refusal: Refused, advice: str | None = None) -> Response:
        """Return a page of the site that says why something was refused. ``advice`` stands in for its message."""
        told = advice or refusal.words
        shown = self.page(request, "nothing.html", refusal.status, title="Belum berhasil", advice=told)
        return later(shown, refusal)

    async def need(self, request: Request) -> Key:
        """Return the caller. Raise LoginNeeded without a session, and Forbidden for a role without pages here."""
        caller = await self.sessions.need(*self.site.roles)(request)
        request.state.caller = caller
        return caller

    async def visitor(self, request: Request) -> Key | None:
        """Return the caller of an open page, or None for a visitor without a session of this site."""
        found = await self.sessions.caller(request, self.site.roles)
        request.state.caller = found if found is not None and found.role in self.site.roles else None
        return found if request.state.caller else None

    async def form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form. Raise FormExpired when the form does not carry our token."""
        fields = await fields_of(request)
        self.sessions.check_csrf(request, fields.get("csrf", ""))
        return fields

    async def _home(self, _request: Request) -> Response:
        return RedirectResponse(self.site.home, status_code=303)

    async def _to_login(self, request: Request, _error: Exception) -> Response:
        """Lead to the login, and from there back. A form that was filled in is shown instead, so that no word is lost."""
        kept = await session_over(request)
        return kept or RedirectResponse(self.login(request), status_code=303)

    def login(self, request: Request) -> str:
        """Return the address of the page on which an officer signs in, which leads back to the page of the request."""
        return self._sign_in(request, wanted(request, home=self.site.home))

    def _sign_in(self, request: Request, target: str) -> str:
        if not self._accounts:
            return login_address(target)
        if self._console:
            target = f"{request.url.scheme}://{request.headers.get('host', '')}{target}"
        return login_address(target, self._console + SIGN_IN)

    async def _login(self, request: Request) -> Response:
        """Show the login page, or open a session for the key that was typed."""
        if request.method != "POST":
            return self._login_page(request, request.query_params.get(FIELD, ""))
        typed = await fields_of(request)
        target = typed.get(FIELD, "")
        unknown = f"Kunci ini tidak dikenal atau bukan untuk {self.site.name}. Periksa kembali, lalu coba lagi."
        try:
            self.sessions.check_csrf(request, typed.get("csrf", ""))
            after = own_address(target) or self.site.home
            opened = await self.sessions.login(request, typed.get("kunci", ""), after, self.site.roles)
        except FormExpired as refusal:
            return self._login_page(request, target, refusal.status, _EXPIRED)
        except TooMany as refusal:
            return later(self._login_page(request, target, refusal.status, too_many_keys(refusal)), refusal)
        return opened or self._login_page(request, target, 401, unknown)

    def _login_page(self, request: Request, target: str, status: int = 200, words: str | None = None) -> Response:
        errors = {"kunci": words} if words else {}
        shown = own_address(target) or self.site.home
        sign_in = self._sign_in(request, shown) if self._accounts else None
        return self.page(request, "login.html", status, target=shown, errors=errors, sign_in=sign_in)

    async def _logout(self, request: Request) -> Response:
        """End the session on the server, for every copy of its cookie."""
        await self.form(request)
        # A form may not lead to another port, so a service that asks the router shows its own page.
        return await self.sessions.logout(request, SIGN_IN if self._accounts and not self._console else LOGIN)
