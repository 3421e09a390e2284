"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import FastAPI

from services.router.actions.case_commands import DESK_ROLES
from services.router.api import (
    pages_case,
    pages_queues,
    pages_sp4n,
    routes_cases,
    routes_desk,
    routes_files,
    routes_opd,
)
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.pages import Pages, Site
from shared.worktime import Timetable

__all__ = ["make_api"]
_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
SITE: Final = Site(
    "meja triase",
    menu=(
        ("/triase", "Triase"),
        ("/triase?meja=arbiter", "Arbiter"),
        ("/triase?meja=kabar", "Kabar pelapor"),
        ("/triase?meja=suara", "Pesan suara"),
        ("/salin", "Salin ke SP4N"),
        ("/sp4n", "Kabar dari SP4N"),
    ),
    roles=DESK_ROLES,
)


def make_api(running: Running[Any], *, hours: Timetable) -> FastAPI:
    """Build the web application of the router. ``hours``: the calendar of the office."""
    # The citizens' files are intake's. The pages show them from there.
    public = urlsplit(running.settings.public_url)
    app = make_app("Tanggap: cases", running, links=SITE.menu, files=f"{public.scheme}://{public.netloc}")
    for routes in (routes_opd, routes_desk, routes_cases, routes_files):
        routes.install(app, running)
    pages = Pages(running, SITE, _TEMPLATES)
    pages.install(app)
    pages_queues.install(app, running, pages, hours)
    pages_case.install(app, running, pages, hours)
    pages_sp4n.install(app, running, pages)
    return app
