"""The HTTP interface of intake: adapters, WhatsApp, imports, reading and acting, pages. A setting opens each door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.intake.api import complaints, described, imports, pages, submissions, whatsapp
from services.intake.filing import Desk
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

LINKS = (("/", "Kirim aduan"), ("/aduan", "Lihat aduan"))


def make_api(running: Running[Any], settings: IntakeSettings) -> FastAPI:
    """Build the web application of one intake process."""
    app = make_app("Tanggap intake", running, limits=LIMITS, links=LINKS if "web" in settings.doors else ())
    desk = Desk(running, settings)
    doors = settings.doors
    if "adapter" in doors:
        submissions.install(app, desk)
    if "whatsapp" in doors:
        whatsapp.install(app, desk)
    if "sp4n" in doors:
        imports.install(app, desk)
    complaints.install(app, desk)
    if "web" in doors:
        pages.install(app, desk)
    described.install(app)
    return app
