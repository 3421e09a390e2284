"""The HTTP application from which every service starts: safe headers, body limits, problem documents, one
stylesheet.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.web.guard import Guard
from shared.web.host import Host
from shared.web.problems import Problems
from shared.web.routes import CleanRoute
from shared.web.sorry import Links, Sorry

HERE = Path(__file__).parent
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def make_app(
    title: str, host: Host, *, limits: dict[str, int] | None = None, links: Links = (), files: str = ""
) -> FastAPI:
    """Return an application with error answers, headers and static files.

    ``limits`` are body limits in bytes by path. ``links`` are the pages that an error page links to; empty for a
    service without pages. ``files`` is another origin from which its pages show pictures and play recordings.
    """
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None)
    app.router.route_class = CleanRoute
    problems = Problems(Sorry(host, templates(HERE / "templates"), links))
    app.state.problems = problems
    problems.install(app)
    app.add_middleware(Guard, meters=host.meters, limits=limits or {}, problems=problems, files=files)
    if host.settings.proxies:
        # The middleware added last is the outermost, so that all others see the citizen's address and scheme, not the
        # proxy's.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(host.settings.proxies))
    app.router.routes.append(Route("/static/{digest}/{name}", static_file))
    app.router.routes.append(Route("/robots.txt", robots))
    return app


async def robots(_request: Request) -> Response:
    """Keep search engines out of every page, because pages may show people."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@cache
def _static(name: str) -> tuple[bytes, str] | None:
    path = HERE / "static" / name
    if "/" in name or path.suffix not in _TYPES or not path.is_file():
        return None
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a static file.

    It contains the hash of the content, so that a browser may keep the file for ever.

    Raises FileNotFoundError for an unknown name.
    """
    found = _static(name)
    if found is None:
        raise FileNotFoundError(name)
    return f"/static/{found[1]}/{name}"


async def static_file(request: Request) -> Response:
    """Serve a static file. A request with an older hash gets the present content, uncached."""
    found = _static(request.path_params["name"])
    if found is None:
        return PlainTextResponse("tidak ada", status_code=404)
    content, digest = found
    keep = "public, max-age=31536000, immutable" if request.path_params["digest"] == digest else "no-cache"
    media_type = _TYPES[Path(request.path_params["name"]).suffix]
    return light(request, Response(content, media_type=media_type, headers={"Cache-Control": keep}))


def light(request: Request, response: Response) -> Response:
    """Compress the response when the browser accepts that.

    Pages and styles shrink to a third, which helps on a bad line.
    """
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), 6)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def templates(folder: Path) -> Environment:
    """Return a Jinja2 environment with the service's templates first, then the shared ones.

    All values are escaped; an unknown name is an error.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, HERE / "templates"]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    return environment
