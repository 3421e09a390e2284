"""The route by which the other services ask whose session a cookie is. The cookie itself is the permission."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.router.api.account_site import AccountSite
from shared.errors import Unauthenticated
from shared.openapi import refusal
from shared.web.people import WHOSE_SESSION, Person

_NOBODY: Final[dict[int | str, dict[str, Any]]] = {
    401: refusal(401) | {"description": "the cookie has no whole session"}
}


def install(app: FastAPI, site: AccountSite) -> None:
    """Add the route."""
    sessions = site.desk.sessions

    @app.get(WHOSE_SESSION, tags=["accounts"], summary="Whose session the cookie is", responses=_NOBODY)
    async def whose(request: Request) -> Person:
        """Return the person with a whole session. 401 without one."""
        found = await sessions.find(request)
        if found is None:
            raise Unauthenticated
        return found

    @app.delete(WHOSE_SESSION, status_code=204, tags=["accounts"], summary="End the session of the cookie")
    async def end(request: Request) -> Response:
        """End the session. A cookie without one changes nothing."""
        await sessions.end(request)
        return Response(status_code=204)
