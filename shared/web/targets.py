"""The page that a person wanted, kept through the login with its query. Only pages of this site are ever kept."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.routing import Match, Route

LOGIN: Final = "/masuk"
LOGOUT: Final = "/keluar"
SIGN_IN: Final = "/akun/masuk"
FIELD: Final = "tujuan"
_LONGEST: Final = 2_000
_READING: Final = frozenset({"GET", "HEAD"})


def own_address(text: str) -> str | None:
    """Return a path of this site with its query, or None for anything that a browser could read as another site.

    A browser drops tabs and line ends, and reads a backslash as a slash. So none of them may stand in an address.
    """
    if not text.startswith("/") or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        return None
    if text.startswith("//") or "\\" in text or " " in text:
        return None
    return None if text.partition("?")[0] in {LOGIN, LOGOUT, SIGN_IN} else text


def wanted(request: Request, *, home: str) -> str:
    """Return the page to show after a login: the one asked for, or the one whose form was sent.

    A form is sent to an address that often shows no page. Then its page is the one that the browser names as the
    origin. The origin may be the answer to another form, which no one can open. Then the nearest page above is taken.
    """
    if request.method in _READING:
        return own_address(_with_query(request)) or home
    return _origin(request) or _nearest(request, request.scope["path"]) or home


def login_address(target: str, page: str = LOGIN) -> str:
    """Return the address of the login page that leads to ``target``."""
    return f"{page}?{FIELD}={quote(target, safe='/')}"


def address_on_host(text: str, host: str | None) -> str | None:
    """Return a path of this site, or an address of another port of ``host``, or None for any other site.

    The consoles of all services stand behind one host name, so that one sign-in serves them all.
    """
    own = own_address(text)
    if own is not None or not host or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        return own
    if "\\" in text or " " in text:
        return None
    try:
        parts = urlsplit(text)
        named = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    fits = parts.scheme in {"http", "https"} and named == host and parts.username is None
    return text if fits else None


def _with_query(request: Request) -> str:
    path = quote(request.scope["path"])
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _origin(request: Request) -> str | None:
    """Return the page of this site that the request says it came from, or the nearest page above it."""
    try:
        found = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    if not found.netloc or found.netloc != request.headers.get("host"):
        return None
    address = own_address(f"{found.path or '/'}?{found.query}" if found.query else found.path or "/")
    path = unquote(found.path) or "/"
    return address if address is None or _shows(request, path) else _nearest(request, path)


def _nearest(request: Request, address: str) -> str | None:
    """Return the longest path, from the address upwards, that shows a page."""
    parts = address.split("/")
    for length in range(len(parts), 1, -1):
        path = "/".join(parts[:length])
        if _shows(request, path):
            return own_address(quote(path))
    return None


def _shows(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    return any(isinstance(route, Route) and route.matches(scope)[0] is Match.FULL for route in request.app.routes)
