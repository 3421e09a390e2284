"""Routes that read their own body and let FastAPI describe it.

A handler reads the body itself where the order of checks or the digest of the sent bytes matters.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Body
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from fastapi import FastAPI

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def post_raw(app: FastAPI, path: str, *, body: Any, **options: Any) -> Callable[[Endpoint], Endpoint]:
    """Return a decorator that opens a POST route and describes its body as ``body``, a type that pydantic reads.

    FastAPI neither reads nor validates the body. ``options`` are those of ``add_api_route``.
    """

    def add(endpoint: Endpoint) -> Endpoint:
        app.router.add_api_route(path, endpoint, methods=["POST"], **options)
        route = app.router.routes[-1]
        if not isinstance(route, APIRoute):
            raise TypeError(f"{path} is no route of FastAPI")
        # FastAPI has made the handler already, so from here on the field serves the description alone.
        route.body_field = _field(body)
        return endpoint

    return add


def answer_directly(app: FastAPI, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
    """Answer POST requests to a described path without FastAPI's handling, which only describes it from now on.

    FastAPI resolves dependencies and parameters anew for each request. On the busiest route that takes a seventh of the
    time of the whole request.
    """
    app.router.routes.insert(0, Route(path, endpoint, methods=["POST"]))


def _field(body: Any) -> Any:
    """Return FastAPI's field for a body of this type."""

    def describe(body: Any) -> None: ...

    describe.__annotations__["body"] = Annotated[body, Body()]
    return APIRoute("/", describe).body_field
