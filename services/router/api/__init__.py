"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from services.router.api import (
    pages_case,
    pages_login,
    pages_queues,
    pages_sp4n,
    routes_cases,
    routes_desk,
    routes_opd,
)
from services.router.api.pages_base import DeskSite
from shared.runtime.running import Running
from shared.web.app import make_app

__all__ = ["make_api"]
LINKS = (("/triase", "Triase"), ("/triase?meja=arbiter", "Arbiter"), ("/salin", "Salin ke SP4N"))


def make_api(running: Running[Any]) -> FastAPI:
    """Build the web application of the router."""
    app = make_app("Tanggap: cases", running, links=LINKS)
    for routes in (routes_opd, routes_desk, routes_cases):
        routes.install(app, running)
    site = DeskSite(running)
    for pages in (pages_login, pages_queues, pages_case, pages_sp4n):
        pages.install(app, site)
    return app
