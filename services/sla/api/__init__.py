"""Routes of a case's clocks, of the list of deadlines and of the calendar feed.

Other modules add the routes of calendar, policies and numbers, and the pages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query
from starlette.responses import Response

from services.sla.api.icalendar import calendar
from services.sla.api.models import CaseOut, DuePage
from services.sla.api.models_rules import FeedOut
from services.sla.api.pages_deadlines import install as install_pages
from services.sla.api.routes_rules import install as install_rules
from services.sla.api.routes_statistics import install as install_numbers
from services.sla.api.views_clocks import case_out, cursor_of, due_dates_of, due_out, read_cursor
from services.sla.api.views_feeds import entries, signed
from services.sla.labels import owner_name
from services.sla.state import UNOWNED, CaseClocks
from services.sla.store import FOREVER, due, find
from services.sla.versions import RuleVersions
from services.sla.versions.installed import InstalledRules
from shared.errors import Invalid, NotFound
from shared.reference import opds
from shared.service import Running
from shared.web.app import make_app
from shared.web.keys import needs
from shared.worktime.table import micros

READERS = ("reader", "koordinator", "operator")
FED = 1_000
LINKS = (("/tenggat", "Tenggat"), ("/angka", "Angka"), ("/kalender", "Kalender"), ("/kebijakan", "Kebijakan"))
Owner = Annotated[str, Query(description="an OPD's code, or triage for what nobody has taken")]


def make_api(running: Running[CaseClocks], *, versions: RuleVersions, watcher: InstalledRules) -> FastAPI:
    """Build the application. Calendar and policies are open to anyone; everything else needs a key."""
    app = make_app("Tanggap: deadlines", running, links=LINKS)
    reader = Depends(needs(running)(*READERS))

    @app.get("/v1/cases/{case}/clocks", dependencies=[reader])
    async def clocks(case: str) -> CaseOut:
        """Return a case's clocks, by complaint id or ticket, with an explanation of each due time."""
        found = await find(running.pool, case)
        if found is None or found.case.erased:
            raise NotFound
        by_version = await due_dates_of(running.pool, versions, found.case)
        return case_out(found, by_version, versions.now.rules.due_dates)

    @app.get("/v1/deadlines", dependencies=[reader])
    async def deadlines(
        opd: Owner,
        status: Annotated[Literal["overdue", "due", "all"], Query(description="due: not yet overdue")] = "all",
        days: Annotated[int | None, Query(ge=1, le=366, description="due within so many days")] = None,
        after: Annotated[str | None, Query(description="cursor of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> DuePage:
        """Return each case's earliest deadline, earliest first. Paused deadlines are left out."""
        known(opd)
        now = running.clock.now()
        start = now if status == "due" else None
        before = FOREVER
        if status == "overdue":
            before = micros(now)
        elif days is not None:
            before = micros(now + timedelta(days=days))
        found = await due(running.pool, opd, read_cursor(after, start), before, limit)
        return DuePage(
            items=[due_out(entry, now) for entry in found],
            next=cursor_of(found[-1]) if len(found) == limit else None,
        )

    @app.get("/v1/feeds", dependencies=[reader])
    async def feeds(opd: Owner) -> FeedOut:
        """Return the address of an OPD's calendar feed.

        Its holder can read when each ticket is due, and nothing else.
        """
        known(opd)
        return FeedOut(opd=opd, address=f"/v1/feeds/{opd}/{signed(running, opd)}.ics")

    @app.get(
        "/v1/feeds/{opd}/{token}.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}}
    )
    async def feed(opd: str, token: str) -> Response:
        """Return an OPD's running deadlines, the earliest thousand, for a calendar program."""
        if token != signed(running, opd):
            raise NotFound
        version = await versions.fresh(running.pool)
        found = await due(running.pool, opd, read_cursor(None, None), FOREVER, FED)
        name = f"Tenggat aduan {owner_name(opd)}"
        body = calendar(name, entries(found, version.rules.due_dates), running.clock.now())
        return Response(
            body, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=300"}
        )

    install_rules(app, running, versions, watcher)
    install_numbers(app, running, reader)
    install_pages(app, running, versions, watcher)
    return app


def known(opd: str) -> None:
    """Raise Invalid for a code that no OPD has."""
    if opd != UNOWNED and opd not in opds():
        raise Invalid("no OPD has this code", field="opd")
