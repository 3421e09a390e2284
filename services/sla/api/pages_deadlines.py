"""Pages of deadlines: the counts per owner, the list of one owner, and a case's clocks with their ladder.

The pages need no script.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.sla.actions.deadlines import Window, count_per_owner, explain_clocks, list_in_window
from services.sla.api.owners import is_owner
from services.sla.api.site import HEAD, NOT_FOUND, may_see
from services.sla.api.views_clocks import cursor_of, read_cursor
from services.sla.api.views_deadlines import case_page, deadline_row, owner_rows
from services.sla.api.views_feeds import feed_address
from services.sla.labels import owner_name
from services.sla.state import CaseClocks
from services.sla.store import Cursor
from services.sla.versions import RuleVersions
from shared.errors import Invalid, NotFound
from shared.runtime.running import Running
from shared.web.pages import Pages
from shared.words import day_words

PAGE = 50
WINDOWS: dict[str, Window] = {"": "all", "lewat": "overdue", "hari-ini": "today", "pekan-ini": "week"}


def install(app: FastAPI, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
    """Add the pages."""
    deadlines = DeadlinePages(running, pages, versions)
    add = app.router.add_route
    add("/tenggat", deadlines.standing, methods=["GET"], include_in_schema=False)
    add("/tenggat/cari", deadlines.look_up, methods=["GET"], include_in_schema=False)
    add("/tenggat/opd/{opd}", deadlines.list_of_owner, methods=["GET"], include_in_schema=False)
    add("/tenggat/{case}", deadlines.case, methods=["GET"], include_in_schema=False)


class DeadlinePages:
    """The pages that show which deadlines an owner has to meet."""

    def __init__(self, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
        self._pages = pages
        self._versions = versions
        self._running = running

    async def standing(self, request: Request) -> Response:
        """Show the counts per owner. The head of an OPD is led to the own list."""
        caller = await self._pages.need(request)
        if caller.role == HEAD:
            return RedirectResponse(f"/tenggat/opd/{caller.opd}", status_code=303)
        counts = await count_per_owner(self._running, self._versions)
        return self._pages.page(
            request,
            "standing.html",
            here="/tenggat",
            rows=owner_rows(counts.rows),
            today=day_words(self._running.clock.now()),
            week_end=day_words(counts.week_end),
        )

    async def look_up(self, request: Request) -> Response:
        """Lead to the page of the case whose number was typed."""
        await self._pages.need(request)
        number = request.query_params.get("nomor", "").strip()
        return RedirectResponse(f"/tenggat/{quote(number, safe='')}" if number else "/tenggat", status_code=303)

    async def list_of_owner(self, request: Request) -> Response:
        """Show the deadlines of one owner, a page at a time. An unknown window shows all."""
        caller = await self._pages.need(request)
        code, when = request.path_params["opd"], request.query_params.get("kapan", "")
        if not is_owner(code) or not may_see(caller, code):
            return self._pages.nothing(request, **NOT_FOUND)
        when = when if when in WINDOWS else ""
        found, due_dates = await list_in_window(
            self._running, self._versions, code, WINDOWS[when], after=_cursor(request), limit=PAGE
        )
        now = self._running.clock.now()
        return self._pages.page(
            request,
            "list.html",
            here="/tenggat",
            code=code,
            name=owner_name(code),
            when=when,
            rows=[deadline_row(stored, due_dates, now) for stored in found],
            next=cursor_of(found[-1]) if len(found) == PAGE else None,
            feed=feed_address(self._running, code),
        )

    async def case(self, request: Request) -> Response:
        """Show the clocks of one case. To a head, a case of another OPD is not there, unless the own OPD helps."""
        caller = await self._pages.need(request)
        try:
            clocks = await explain_clocks(self._running, self._versions, request.path_params["case"])
        except NotFound:
            return self._pages.nothing(request, **NOT_FOUND)
        case = clocks.stored.case
        if not may_see(caller, case.opd):
            # A head whose OPD helps sees the clocks of that help alone.
            own = case.seen_by(caller.opd or "")
            clocks = replace(clocks, stored=replace(clocks.stored, case=own))
        if not may_see(caller, case.opd) and not clocks.stored.case.runs:
            return self._pages.nothing(request, **NOT_FOUND)
        values = case_page(clocks, self._running.clock.now())
        return self._pages.page(request, "case.html", here="/tenggat", **values)


def _cursor(request: Request) -> Cursor | None:
    """Return the cursor of the address. A text that is no cursor begins the list anew."""
    text = request.query_params.get("sesudah")
    try:
        return read_cursor(text) if text else None
    except Invalid:
        return None
