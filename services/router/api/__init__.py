"""The HTTP API and pages of the router, for OPDs and desks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from fastapi import FastAPI

from services.router.accounts.provider import Provider
from services.router.actions.accounts import AccountDesk
from services.router.actions.case_commands import DESK_ROLES
from services.router.api import (
    pages_account,
    pages_accounts,
    pages_appeals,
    pages_calls,
    pages_case,
    pages_case_file,
    pages_copies,
    pages_desk,
    pages_held,
    pages_opd,
    pages_queues,
    pages_referrals,
    pages_registry,
    pages_shadow,
    pages_sign_in,
    pages_sp4n,
    routes_cases,
    routes_desk,
    routes_files,
    routes_opd,
    routes_referrals,
    routes_release,
    routes_session,
)
from services.router.api.account_site import ACCOUNTS, AccountSite
from services.router.learning.shadow import Shadow
from services.router.metrics import ShadowCounter
from services.router.routing.model import Model
from services.router.settings import RouterSettings
from shared.reference.authorities import Authorities
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
        ("/penerusan", "Penerusan"),
    ),
    more=(
        ("/triase?meja=suara", "Pesan suara"),
        ("/telepon", "Telepon"),
        ("/ditahan", "Ditahan"),
        ("/salin", "Salin ke SP4N"),
        ("/sp4n", "Kabar dari SP4N"),
        ("/bayangan", "Model bayangan"),
    ),
    roles=DESK_ROLES,
)


def make_api(
    running: Running[Any], *, hours: Timetable, model: Model, shadow: Shadow | None, authorities: Authorities
) -> FastAPI:
    """Build the web application of the router.

    ``hours``: the calendar of the office. ``shadow``: the candidate beside the model in force, if any.
    ``authorities``: the offices outside the province.
    """
    if shadow is not None:
        shadow.counter = ShadowCounter(running.meters.registry)
    # The citizens' files are intake's. The pages show them from there.
    public = urlsplit(running.settings.public_url)
    app = make_app(
        "Tanggap: cases", running, links=(*SITE.menu, *SITE.more), files=f"{public.scheme}://{public.netloc}"
    )
    for routes in (routes_opd, routes_desk, routes_cases, routes_files, routes_referrals, routes_release):
        routes.install(app, running)
    accounts = AccountDesk(running)
    pages = Pages(running, SITE, _TEMPLATES, people=accounts.sessions)
    pages.install(app)
    pages_opd.install(app, running, Pages(running, pages_opd.SITE, _TEMPLATES, people=accounts.sessions))
    pages_appeals.install(app, running, Pages(running, pages_appeals.SITE, _TEMPLATES, people=accounts.sessions))
    pages_case_file.install(app, running, Pages(running, pages_case_file.SITE, _TEMPLATES, people=accounts.sessions))
    pages_registry.install(app, running, Pages(running, pages_registry.SITE, _TEMPLATES, people=accounts.sessions))
    settings = cast(RouterSettings, running.settings)
    site = AccountSite(
        running,
        accounts,
        Pages(running, ACCOUNTS, _TEMPLATES, people=accounts.sessions),
        _provider(settings),
        settings.deadlines_url.rstrip("/"),
    )
    for account_pages in (pages_sign_in, pages_account, pages_accounts, routes_session):
        account_pages.install(app, site)
    pages_queues.install(app, running, pages, hours)
    pages_case.install(app, running, pages, hours, model, authorities)
    pages_referrals.install(app, running, pages, authorities)
    for desk_pages in (pages_desk, pages_calls, pages_held, pages_copies, pages_sp4n):
        desk_pages.install(app, running, pages)
    pages_shadow.install(app, running, pages, model, shadow.model if shadow else None)
    return app


def _provider(settings: RouterSettings) -> Provider | None:
    """Return the identity provider, or None when none is set."""
    if not settings.oidc_issuer:
        return None
    return Provider(
        name=settings.oidc_name,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        console=settings.console_url,
    )
