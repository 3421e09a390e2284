"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from services.router.actions.case_commands import DESK_ROLES
from services.router.api import pages_case, pages_held, pages_queues, pages_sp4n, routes_cases, routes_desk, routes_opd
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.pages import Pages, Site

__all__ = ["make_api"]
_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
SITE: Final = Site(
    "meja triase",
    menu=(
        ("/triase", "Triase"),
        ("/triase?meja=arbiter", "Arbiter"),
        ("/triase?meja=kabar", "Kabar pelapor"),
        ("/ditahan", "Ditahan"),
        ("/salin", "Salin ke SP4N"),
        ("/sp4n", "Kabar dari SP4N"),
    ),
    roles=DESK_ROLES,
)


def make_api(running: Running[Any]) -> FastAPI:
    """Build the web application of the router."""
    app = make_app("Tanggap: cases", running, links=SITE.menu)
    for routes in (routes_opd, routes_desk, routes_cases):
        routes.install(app, running)
    pages = Pages(running, SITE, _TEMPLATES)
    pages.install(app)
    for desk_pages in (pages_queues, pages_case, pages_held, pages_sp4n):
        desk_pages.install(app, running, pages)
    return app
