"""The HTTP interface of the deadlines service: its routes and its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI

from services.sla.api import (
    pages_deadlines,
    pages_figures,
    pages_rules,
    routes_deadlines,
    routes_feeds,
    routes_rules,
    routes_statistics,
)
from services.sla.api.site import READERS, SITE
from services.sla.state import CaseClocks
from services.sla.versions import RuleVersions
from services.sla.versions.installed import InstalledRules
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.keys import needs
from shared.web.pages import Pages

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def make_api(running: Running[CaseClocks], *, versions: RuleVersions, installed: InstalledRules) -> FastAPI:
    """Build the application. Figures, calendar and policies are open to anyone; everything else needs a key."""
    app = make_app("Tanggap: deadlines", running, links=SITE.menu)
    reader = Depends(needs(running)(*READERS))
    routes_deadlines.install(app, running, versions, reader)
    routes_feeds.install(app, running, versions, reader)
    routes_rules.install(app, running, versions, installed)
    routes_statistics.install(app, running, reader)
    pages = Pages(running, SITE, _TEMPLATES)
    pages.install(app)
    pages_deadlines.install(app, running, pages, versions)
    pages_figures.install(app, running, pages, versions)
    pages_rules.install(app, running, pages, versions, installed)
    return app
