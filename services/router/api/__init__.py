"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from services.router.actions.case_commands import DESK_ROLES
from services.router.api import (
    pages_case,
    pages_queues,
    pages_shadow,
    pages_sp4n,
    routes_cases,
    routes_desk,
    routes_opd,
)
from services.router.learning.shadow import Shadow
from services.router.metrics import ShadowCounter
from services.router.routing.model import Model
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
        ("/salin", "Salin ke SP4N"),
        ("/sp4n", "Kabar dari SP4N"),
        ("/bayangan", "Model bayangan"),
    ),
    roles=DESK_ROLES,
)


def make_api(running: Running[Any], *, model: Model, shadow: Shadow | None) -> FastAPI:
    """Build the web application of the router. ``shadow``: the candidate beside the model in force, if any."""
    if shadow is not None:
        shadow.counter = ShadowCounter(running.meters.registry)
    app = make_app("Tanggap: cases", running, links=SITE.menu)
    for routes in (routes_opd, routes_desk, routes_cases):
        routes.install(app, running)
    pages = Pages(running, SITE, _TEMPLATES)
    pages.install(app)
    for desk_pages in (pages_queues, pages_case, pages_sp4n):
        desk_pages.install(app, running, pages)
    pages_shadow.install(app, running, pages, model, shadow.model if shadow else None)
    return app
