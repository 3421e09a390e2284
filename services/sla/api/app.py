"""Routes: a case's clocks, and what is due or overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query

from services.sla.api.models import CaseOut, DuePage
from services.sla.api.views import case_out, cursor_of, due_out, read_cursor
from services.sla.rules.reckoner import Reckoner
from services.sla.state import UNOWNED, Case
from services.sla.store import FOREVER, due, find
from shared.errors import Invalid, NotFound
from shared.reference import opds
from shared.service import Running
from shared.web.app import make_app
from shared.web.keys import needs
from shared.worktime.table import micros

READERS = ("reader", "koordinator", "operator")


def make_api(running: Running[Case], *, reckoner: Reckoner) -> FastAPI:
    """The application; every read needs a key."""
    app = make_app("Tanggap: deadlines", running)
    reader = Depends(needs(running)(*READERS))

    @app.get("/v1/cases/{case}/clocks", dependencies=[reader])
    async def clocks(case: str) -> CaseOut:
        """A case's clocks, by complaint id or ticket, and how each due time came about."""
        found = await find(running.pool, case)
        if found is None or found.case.erased:
            raise NotFound
        return case_out(found, reckoner)

    @app.get("/v1/deadlines", dependencies=[reader])
    async def deadlines(
        opd: Annotated[str, Query(description="an OPD's code, or triage for what nobody has taken")],
        status: Annotated[Literal["overdue", "due", "all"], Query(description="due: not yet overdue")] = "all",
        days: Annotated[int | None, Query(ge=1, le=366, description="due within so many days")] = None,
        after: Annotated[str | None, Query(description="cursor of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> DuePage:
        """Each case's earliest deadline, earliest first. Paused ones are not in it."""
        if opd != UNOWNED and opd not in opds():
            raise Invalid("no OPD has this code", field="opd")
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

    return app
