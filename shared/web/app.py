"""The HTTP application every service starts from: safe headers, body limits, problem documents, one stylesheet."""

from __future__ import annotations

import gzip
import hashlib
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.errors import TooLarge
from shared.web.problems import install, of_refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from shared.service import Running

HERE = Path(__file__).parent
BODY_LIMIT = 1_048_576
_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class BodyTooLarge(Exception):
    """The body grew over its limit while it was read."""


class Guard:
    """Limits bodies, adds the safe headers, measures. Plain ASGI: it costs a few microseconds per request."""

    def __init__(self, app: ASGIApp, running: Running[Any], limits: dict[str, int]) -> None:
        self._app = app
        self._meters = running.meters
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], BODY_LIMIT)
        began, taken, status, started = time.perf_counter(), 0, 500, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    raise BodyTooLarge
            return message

        async def safe(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        refusal = of_refusal(TooLarge(f"at most {limit} bytes are taken here"))
        try:
            if declared.isdigit() and int(declared) > limit:
                await refusal(scope, receive, safe)
                return
            await self._app(scope, counted, safe)
        except BodyTooLarge:
            if not started:
                await refusal(scope, receive, safe)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._meters.http.labels(scope["method"], route, str(status)).observe(time.perf_counter() - began)


def make_app(title: str, running: Running[Any], *, limits: dict[str, int] | None = None) -> FastAPI:
    """An application with problem documents, headers and static files; ``limits`` are body sizes in bytes by path."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None)
    install(app)
    app.add_middleware(Guard, running=running, limits=limits or {})
    if running.settings.proxies:
        # The last one added is the outermost: everything inside sees the citizen's address and scheme, not the proxy's.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(running.settings.proxies))
    app.router.routes.append(Route("/static/{digest}/{name}", static_file))
    app.router.routes.append(Route("/robots.txt", robots))
    return app


async def robots(_request: Request) -> Response:
    """Nothing with a person in it belongs into a search engine."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@cache
def _static(name: str) -> tuple[bytes, str] | None:
    path = HERE / "static" / name
    if "/" in name or path.suffix not in _TYPES or not path.is_file():
        return None
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a static file with the hash of its content in it, so that it may be kept for ever."""
    found = _static(name)
    if found is None:
        raise FileNotFoundError(name)
    return f"/static/{found[1]}/{name}"


async def static_file(request: Request) -> Response:
    """A static file; an older hash gets the present content, uncached."""
    found = _static(request.path_params["name"])
    if found is None:
        return PlainTextResponse("tidak ada", status_code=404)
    content, digest = found
    keep = "public, max-age=31536000, immutable" if request.path_params["digest"] == digest else "no-cache"
    media_type = _TYPES[Path(request.path_params["name"]).suffix]
    return light(request, Response(content, media_type=media_type, headers={"Cache-Control": keep}))


def light(request: Request, response: Response) -> Response:
    """The response compressed, where the browser takes that: pages and styles weigh a third on a bad line."""
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), 6)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def templates(folder: Path) -> Environment:
    """Jinja2 over the service's own templates, then the shared ones; everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader([folder, HERE / "templates"]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    return environment
