"""The outermost layer of every application.

It limits bodies, refuses bad addresses, adds safe headers, measures, and joins each request to a trace.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import Request
from starlette.routing import Route

from shared import trace
from shared.errors import Invalid, OurFailure, TooLarge
from shared.observability.logs import get_logger
from shared.observability.metrics import UNMATCHED
from shared.web.heard import SCOPE_KEY, Heard

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from shared.errors import Refused
    from shared.observability.metrics import Meters
    from shared.web.problems import Problems

log = get_logger()
BODY_LIMIT = 1_048_576
# A Content-Length of more digits is over every limit, so it is not even parsed.
_LENGTH_DIGITS = 12
_TRACEPARENT = b"traceparent"
_POLICY = "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]


class BadAddress(Invalid):
    """The address or a header holds a character that no text has."""

    code = "bad_address"
    status = 400


class Guard:
    """A plain ASGI layer, which costs a few microseconds per request.

    ``files`` is another origin from which pages may show pictures and play recordings; empty for none.
    """

    def __init__(
        self, app: ASGIApp, meters: Meters, limits: dict[str, int], problems: Problems, files: str = ""
    ) -> None:
        self._app = app
        shown = f"; img-src 'self' {files}; media-src 'self' {files}" if files else ""
        self._headers = [(b"content-security-policy", f"{_POLICY}{shown}".encode()), *_HEADERS]
        self._meters = meters
        self._limits = limits
        self._problems = problems
        # The only template of an endpoint, or None when it serves several. There are as many as the code has.
        self._templates: dict[Any, str | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        span = _trace(scope)
        limit = self._limits.get(scope["path"], BODY_LIMIT)
        heard = scope[SCOPE_KEY] = Heard(scope, receive, limit)
        began, status, started = time.perf_counter(), 500, False
        streaming: float | None = None

        async def safe(message: Message) -> None:
            nonlocal status, started, streaming
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                if _is_live(message):
                    streaming = time.perf_counter() - began
                message["headers"] = [*message.get("headers", []), *self._headers, (_TRACEPARENT, str(span).encode())]
            await send(message)

        try:
            refusal = _refusal(scope, limit)
            if refusal is not None:
                await (await self._problems.of_refusal(Request(scope, heard), refusal))(scope, heard, safe)
                return
            await self._app(scope, heard, safe)
        except Exception as error:
            log.error("http.failed", route=self._route(scope), error=type(error).__name__)
            if not started:
                answer = await self._problems.of_refusal(Request(scope, heard), OurFailure())
                # The server closes the connection of a request that fails, so the client must not send another on it.
                answer.headers["Connection"] = "close"
                await answer(scope, heard, safe)
            raise
        finally:
            # A live stream has answered when it begins. It then stays open for minutes, as it should.
            took = time.perf_counter() - began if streaming is None else streaming
            self._meters.answered(scope["method"], self._route(scope), status, took)

    def _route(self, scope: Scope) -> str:
        """Return the template of the route that answered.

        FastAPI's own routes name themselves. Of plain routes only the endpoint is known, and one endpoint may serve
        several templates.
        """
        route, endpoint = scope.get("route"), scope.get("endpoint")
        if route is not None or endpoint is None:
            return getattr(route, "path", UNMATCHED)
        if endpoint not in self._templates:
            paths = {one.path for one in _plain_routes(scope, endpoint)}
            self._templates[endpoint] = paths.pop() if len(paths) == 1 else None
        return self._templates[endpoint] or next(
            (one.path for one in _plain_routes(scope, endpoint) if one.path_regex.match(scope["path"])), UNMATCHED
        )


def _is_live(message: Message) -> bool:
    return any(
        name == b"content-type" and value.startswith(b"text/event-stream") for name, value in message.get("headers", ())
    )


def _plain_routes(scope: Scope, endpoint: Any) -> Iterator[Route]:
    return (one for one in scope["app"].routes if isinstance(one, Route) and one.endpoint == endpoint)


def _trace(scope: Scope) -> trace.Trace:
    """Follow the caller's trace, or start one, and name it in every log line of the request.

    Several headers are as invalid as a broken one.
    """
    given = [value for name, value in scope["headers"] if name == _TRACEPARENT]
    span = trace.follow(given[0].decode("latin-1") if len(given) == 1 else None)
    # The server handles each request in a task of its own, so both end with the request. A request that waits on the
    # same connection may begin in the context of the one before it; it sets its own values here first.
    trace.enter(span)
    structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
    return span


def _refusal(scope: Scope, limit: int) -> Refused | None:
    """Return why the request is refused before any other code sees it, or None.

    U+0000 is refused because Postgres cannot store it.
    """
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        return BadAddress()
    declared = None
    for name, value in scope["headers"]:
        if b"\x00" in value:
            return BadAddress()
        if declared is None and name == b"content-length":
            declared = value
    if declared is not None and declared.isdigit() and (len(declared) > _LENGTH_DIGITS or int(declared) > limit):
        return TooLarge(f"at most {limit} bytes are taken here")
    return None
