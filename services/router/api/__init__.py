"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from services.router.api import actions, pages, reading
from shared.runtime.running import Running
from shared.web.app import make_app

__all__ = ["make_api"]
LINKS = (("/triase", "Triase"), ("/triase?meja=arbiter", "Arbiter"), ("/salin", "Salin ke SP4N"))


def make_api(running: Running[Any]) -> FastAPI:
    """Build the web application of the router."""
    app = make_app("Tanggap: cases", running, links=LINKS)
    actions.install(app, running)
    reading.install(app, running)
    pages.install(app, running)
    return app
