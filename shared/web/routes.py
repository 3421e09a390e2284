"""Routes that clean incoming JSON, so that a value that Postgres cannot store never reaches a handler."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from shared.clean import clean


class CleanRequest(Request):
    """A request whose JSON body is cleaned."""

    async def json(self) -> Any:
        """Return the body's JSON value without U+0000 and lone surrogates."""
        return clean(await super().json())


class CleanRoute(APIRoute):
    """A route of FastAPI that cleans incoming JSON, whatever its models are."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, wrapped so that it gets a ``CleanRequest``."""
        handle = super().get_route_handler()

        async def heard(request: Request) -> Response:
            return await handle(CleanRequest(request.scope, request.receive))

        return heard
