"""The HTTP interface of intake: adapters, chat channels, imports, reading and acting, pages. A setting opens each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.intake.actions.photos import VisitorPhotos
from services.intake.actions.running import RunningIntake
from services.intake.actions.watching import Watchers
from services.intake.api import (
    live,
    pages_area,
    pages_case_file,
    pages_checking,
    pages_complaints,
    pages_evidence,
    pages_filing,
    pages_following,
    pages_imports,
    pages_photos,
    routes_chat,
    routes_complaints,
    routes_imports,
    routes_media,
    routes_similar,
    routes_submissions,
)
from services.intake.api.filing_site import FilingSite
from services.intake.api.site import CITIZENS, IMPORTS, pages_of
from services.intake.media.keeping import MediaKeeper
from services.intake.metrics import media_meters
from services.intake.settings import IntakeSettings
from shared.web.app import make_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from shared.runtime.running import Running

# The size limits of request bodies: 3 MiB for a webhook, 20 MiB for an export file. The default is 1 MiB.
LIMITS = {
    routes_chat.WHATSAPP: 3 * 1024 * 1024,
    routes_chat.INSTAGRAM: 3 * 1024 * 1024,
    "/v1/imports/laporan-ringkas": 20 * 1024 * 1024,
    "/impor": 20 * 1024 * 1024,
}


def make_api(running: Running[Any], settings: IntakeSettings, watchers: Watchers) -> FastAPI:
    """Build the web application of one intake process."""
    channels = settings.open_channels
    size = settings.media_bytes
    limits = LIMITS | routes_media.limit_of(size) | pages_photos.limits_of(size) | pages_evidence.limits_of(size)
    app = make_app("Tanggap intake", running, limits=limits, links=CITIZENS.menu if "web" in channels else ())
    intake = RunningIntake(running, settings)
    keeper = MediaKeeper(intake.pool, settings, meters=media_meters(running.meters.registry))
    if "adapter" in channels:
        routes_submissions.install(app, intake)
        routes_similar.install(app, intake)
    routes_complaints.install(app, intake)
    routes_media.install(app, intake, keeper)
    if "sp4n" in channels:
        routes_imports.install(app, intake)
        pages_imports.install(app, intake, pages_of(running, IMPORTS))
    routes_chat.install(app, intake, channels)
    if "web" in channels:
        citizens = pages_of(running, CITIZENS)
        photos = VisitorPhotos(intake, keeper)
        filing = FilingSite(intake, citizens, photos)
        for pages in (pages_photos, pages_filing, pages_area, pages_checking):
            pages.install(app, filing)
        pages_complaints.install(app, intake, citizens)
        pages_case_file.install(app, intake, keeper, citizens)
        live.install(app, intake, watchers)
        pages_following.install(app, intake, citizens)
        pages_evidence.install(app, intake, citizens, photos)
    return app
