"""The pages with which a person of a desk logs in and out."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions.case_commands import DESK_ROLES
from services.router.api.pages_base import DeskSite
from shared.errors import TooMany
from shared.web.attempts import too_many_keys
from shared.web.sessions import LoginNeeded


def install(app: FastAPI, site: DeskSite) -> None:
    """Add the routes of these pages."""
    pages = DeskLoginPages(site)
    add = app.router.add_route
    add("/", pages.home, methods=["GET"], include_in_schema=False)
    add("/masuk", pages.login, methods=["GET", "POST"], include_in_schema=False)
    add("/keluar", pages.logout, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(LoginNeeded, site.redirect_to_login)


class DeskLoginPages:
    """The handlers of the pages."""

    def __init__(self, site: DeskSite) -> None:
        self._site = site

    async def home(self, _request: Request) -> Response:
        """Redirect to the triage queue."""
        return RedirectResponse("/triase", status_code=303)

    async def login(self, request: Request) -> Response:
        """Show the login page, or log in with the key that was typed."""
        target = request.query_params.get("tujuan", "/triase")
        if request.method == "GET":
            return self._site.render(request, "login.html", target=target)
        form = await self._site.read_form(request)
        status, message = 401, "Kunci ini tidak dikenal atau bukan untuk meja triase. Periksa kembali, lalu coba lagi."
        target = form.get("tujuan", "")
        try:
            opened = await self._site.sessions.login(request, form.get("kunci", ""), target or "/triase", DESK_ROLES)
        except TooMany as refusal:
            opened, status, message = None, refusal.status, too_many_keys(refusal)
        if opened is not None:
            return opened
        return self._site.render(request, "login.html", status, target=target, errors={"kunci": message})

    async def logout(self, request: Request) -> Response:
        """Log out."""
        await self._site.read_form(request)
        return await self._site.sessions.logout(request, "/masuk")
