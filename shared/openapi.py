"""Generates the OpenAPI documents of the HTTP interfaces. Every answer is declared, including refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from fastapi.routing import APIRoute

from shared.web.keys import is_key_dependency

if TYPE_CHECKING:
    from shared.runtime.app import App

_PORTS: Final = {"intake": 8001, "router": 8002, "sla": 8003, "notifier": 8004}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `errors` names each wrong field with its reason. Title and detail are "
    "English; `message` is an Indonesian sentence for the person who sent the request, where there is one.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "reason": {"type": "string"}}},
        },
    },
}
_REFUSALS: Final = {
    400: ("Unreadable", "address or body cannot be read"),
    401: ("Unauthenticated", "no valid key"),
    403: ("Forbidden", "the key, the secret or the signature does not allow this"),
    404: ("NotFound", "there is nothing here"),
    408: ("TooSlow", "the request took too long to come"),
    409: ("Conflict", "does not fit the present state, or repeats an identity with another content"),
    413: ("TooLarge", "larger than what is taken"),
    422: ("Invalid", "a field is wrong; `errors` names it"),
    429: ("TooMany", "too many requests: come again after Retry-After"),
    500: ("Failed", "an error of ours; nothing was changed"),
    503: ("Unavailable", "nothing can be stored now, nothing was taken: come again after Retry-After"),
}
_LATER: Final = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}


def _refused(status: int, what: str) -> dict[str, Any]:
    if status == 408:  # answered as plain text, before the application runs
        return {"description": what, "content": {"text/plain": {"schema": {"type": "string"}}}}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": what, "content": content} | ({"headers": _LATER} if status in {429, 503} else {})


def refusal(status: int) -> dict[str, Any]:
    """Return the reference to a declared refusal."""
    return {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"}


def _expected(path: str, method: str, operation: dict[str, Any]) -> Iterator[int]:
    """Yield every refusal that an operation may answer with, judged by its inputs."""
    yield from (400, 429, 500, 503)
    if operation.get("security") != []:
        yield from (401, 403)
    if "{" in path:
        yield 404
    if method in {"post", "put"}:
        yield 409
    if "requestBody" in operation:
        yield from (408, 413)
    if "requestBody" in operation or "parameters" in operation:
        yield 422


def _operation_id(path: str, method: str) -> str:
    return "_".join([method, *re.findall(r"[a-z0-9]+", path.removeprefix("/v1").lower())])


def _open_routes(application: Any) -> set[tuple[str, str]]:
    """Return path and method of the FastAPI routes that need no key."""
    return {
        (route.path, method.lower())
        for route in application.routes
        if isinstance(route, APIRoute) and not any(is_key_dependency(one.call) for one in route.dependant.dependencies)
        for method in route.methods or ()
    }


def openapi_of(app: App[Any]) -> dict[str, Any]:
    """Return the OpenAPI document of a service. It builds the application without opening any connection."""
    from shared.clock import RealClock
    from shared.runtime.running import Running

    if app.web is None:
        return {}
    application: Any = app.web(Running(app, None, RealClock()))  # type: ignore[arg-type]  # no route is called
    document: dict[str, Any] = application.openapi()
    document["info"]["license"] = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
    document["servers"] = [
        {
            "url": "{base}",
            "description": "where your office runs it; the default is that of `make up`",
            "variables": {"base": {"default": f"http://127.0.0.1:{_PORTS.get(app.name, 8000)}"}},
        }
    ]
    unlocked = _open_routes(application)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["operationId"] = _operation_id(path, method)
            if (path, method) in unlocked:
                operation["security"] = []
            answers = operation["responses"]
            answers.pop("422", None)
            answers |= {str(status): refusal(status) for status in _expected(path, method, operation)}
            operation["responses"] = dict(sorted(answers.items()))
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["responses"] = {name: _refused(status, what) for status, (name, what) in _REFUSALS.items()}
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "tg_…"}}
    return document | {"security": [{"key": []}]}
