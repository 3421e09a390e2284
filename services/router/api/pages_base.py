"""The parts that all pages of the desks share: templates, sessions and the way to the login page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.router.actions.case_commands import DESK_ROLES
from shared.runtime.running import Running
from shared.web.app import light, templates
from shared.web.inputs import fields_of
from shared.web.keys import Key
from shared.web.sessions import Sessions
from shared.web.sorry import session_over

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"


class DeskSite:
    """Renders the pages of the desks and identifies their callers. Pages need no script."""

    def __init__(self, running: Running[Any]) -> None:
        self.running = running
        self.sessions = Sessions(running)
        self._caller = self.sessions.need(*DESK_ROLES)
        self._templates = templates(_TEMPLATES)

    def render(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        """Return a page of a template, with the values that every page needs."""
        given = {"csrf": self.sessions.csrf_token(request), "errors": {}, "here": None} | values
        body = self._templates.get_template(name).render(given)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self.sessions.remember(request, response)
        return light(request, response)

    def render_nothing(self, request: Request) -> Response:
        """Return the page that says that there is nothing here."""
        return self.render(request, "nothing.html", 404)

    async def caller(self, request: Request) -> Key:
        """Return the person who is logged in. Raise LoginNeeded if nobody is."""
        return await self._caller(request)

    async def read_form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form. Raise FormExpired if the form does not belong to the session."""
        form = await fields_of(request)
        self.sessions.check_csrf(request, form.get("csrf", ""))
        return form

    async def redirect_to_login(self, request: Request, _error: Exception) -> Response:
        """Redirect to the login page, which leads back to the page that was asked for."""
        kept = await session_over(request)
        if kept is not None:
            return kept
        path = next((list_ for list_ in ("/salin", "/sp4n") if request.url.path.startswith(list_)), request.url.path)
        target = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse(f"/masuk?tujuan={quote(target)}", status_code=303)
