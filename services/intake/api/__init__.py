"""The HTTP interface of intake: adapters, WhatsApp, imports, reading and acting, pages. A setting opens each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.intake.actions.photos import VisitorPhotos
from services.intake.actions.running import RunningIntake
from services.intake.api import (
    pages_area,
    pages_checking,
    pages_complaints,
    pages_filing,
    pages_imports,
    pages_photos,
    routes_complaints,
    routes_imports,
    routes_media,
    routes_submissions,
    routes_whatsapp,
)
from services.intake.api.filing_site import FilingSite
from services.intake.api.site import CITIZENS, IMPORTS, pages_of
from services.intake.media.keeping import MediaKeeper
from services.intake.settings import IntakeSettings
from shared.web.app import make_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from shared.runtime.running import Running

# The size limits of request bodies: 3 MiB for a webhook, 20 MiB for an export file. The default is 1 MiB.
LIMITS = {
    "/v1/whatsapp/webhook": 3 * 1024 * 1024,
    "/v1/imports/laporan-ringkas": 20 * 1024 * 1024,
    "/impor": 20 * 1024 * 1024,
}


def make_api(running: Running[Any], settings: IntakeSettings) -> FastAPI:
    """Build the web application of one intake process."""
    channels = settings.open_channels
    limits = LIMITS | routes_media.limit_of(settings.media_bytes) | pages_photos.limits_of(settings.media_bytes)
    app = make_app("Tanggap intake", running, limits=limits, links=CITIZENS.menu if "web" in channels else ())
    intake = RunningIntake(running, settings)
    keeper = MediaKeeper(intake.pool, settings)
    if "adapter" in channels:
        routes_submissions.install(app, intake)
    routes_complaints.install(app, intake)
    routes_media.install(app, intake, keeper)
    if "sp4n" in channels:
        routes_imports.install(app, intake)
        pages_imports.install(app, intake, pages_of(running, IMPORTS))
    if "whatsapp" in channels:
        routes_whatsapp.install(app, intake)
    if "web" in channels:
        citizens = pages_of(running, CITIZENS)
        filing = FilingSite(intake, citizens, VisitorPhotos(intake, keeper))
        for pages in (pages_photos, pages_filing, pages_area, pages_checking):
            pages.install(app, filing)
        pages_complaints.install(app, intake, citizens)
    return app
