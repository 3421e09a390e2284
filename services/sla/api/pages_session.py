"""The login and logout of officers, and the frame of every page: session, caller and CSRF token."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.sla.state import CaseClocks
from shared.errors import Forbidden, TooMany
from shared.runtime.running import Running
from shared.web.app import light, templates
from shared.web.attempts import too_many_keys
from shared.web.inputs import fields_of
from shared.web.keys import Key
from shared.web.sessions import LoginNeeded, Sessions
from shared.web.sorry import session_over

READERS: Final = ("reader", "koordinator", "operator")
CHANGER: Final = "koordinator"
_FOLDER: Final = Path(__file__).parent.parent / "templates"


def install(app: FastAPI, frame: PageFrame) -> None:
    """Add the pages of login and logout, and the way to the login page."""
    app.router.add_route("/masuk", frame.login, methods=["GET", "POST"], include_in_schema=False)
    app.router.add_route("/keluar", frame.logout, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(LoginNeeded, frame.to_login)


class PageFrame:
    """The sessions and the page rendering that all pages share."""

    def __init__(self, running: Running[CaseClocks]) -> None:
        self.running = running
        self.sessions = Sessions(running)
        self.need = self.sessions.need(*READERS)
        self._templates = templates(_FOLDER)

    def page(self, request: Request, name: str, status: int = 200, /, *, caller: Key | None, **values: Any) -> Response:
        """Render a page that the browser must not store."""
        known: dict[str, Any] = {
            "errors": {},
            "csrf": self.sessions.csrf_token(request),
            "caller": caller,
            "typed": {},
            "done": None,
            "here": "",
        }
        body = self._templates.get_template(name).render(**known | values)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self.sessions.remember(request, response)
        return light(request, response)

    async def visitor(self, request: Request) -> Key | None:
        """Return the key of a visitor of an open page, or None if the visitor has no session that may read."""
        found = await self.sessions.caller(request)
        return found if found is not None and found.role in READERS else None

    async def changer(self, request: Request) -> Key:
        """Return the key of a caller who may change calendar and policies.

        Raise LoginNeeded or Forbidden for others.
        """
        caller = await self.need(request)
        if caller.role != CHANGER:
            raise Forbidden("hanya koordinator yang dapat mengubah kalender dan kebijakan")
        return caller

    async def form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form. Raise Forbidden when the form does not carry our CSRF token."""
        fields = await fields_of(request)
        self.sessions.check_csrf(request, fields.get("csrf", ""))
        return fields

    async def to_login(self, request: Request, _error: Exception) -> Response:
        """Redirect to the login page. If a form was sent, show a page that keeps its fields instead."""
        kept = await session_over(request)
        if kept is not None:
            return kept
        return RedirectResponse(f"/masuk?tujuan={quote(request.url.path)}", status_code=303)

    async def login(self, request: Request) -> Response:
        """Show the login form, or open a session for the key that was typed."""
        if request.method == "GET":
            return self.page(request, "login.html", caller=None, target=request.query_params.get("tujuan", "/tenggat"))
        typed = await self.form(request)
        target = typed.get("tujuan") or "/tenggat"
        status, words = 401, "Kunci ini tidak dikenal atau bukan untuk meja tenggat. Periksa kembali, lalu coba lagi."
        try:
            opened = await self.sessions.login(request, typed.get("kunci", ""), target, READERS)
        except TooMany as refusal:
            opened, status, words = None, refusal.status, too_many_keys(refusal)
        if opened is not None:
            return opened
        return self.page(request, "login.html", status, caller=None, target=target, errors={"kunci": words})

    async def logout(self, request: Request) -> Response:
        """End the session."""
        await self.form(request)
        return await self.sessions.logout(request, "/masuk")
