"""Routes of a case's clocks and of the list of deadlines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query

from services.sla.actions.deadlines import explain_clocks, list_by_status
from services.sla.api.models import CaseOut, DuePage
from services.sla.api.owners import Owner, check_owner
from services.sla.api.views_clocks import case_out, cursor_of, due_out, read_cursor
from services.sla.state import CaseClocks
from services.sla.versions import RuleVersions
from shared.runtime.running import Running


def install(app: FastAPI, running: Running[CaseClocks], versions: RuleVersions, reader: Any) -> None:
    """Add the routes."""

    @app.get("/v1/cases/{case}/clocks", dependencies=[reader])
    async def clocks(case: str) -> CaseOut:
        """Return a case's clocks, by complaint id or ticket, with an explanation of each due time."""
        return case_out(await explain_clocks(running, versions, case))

    @app.get("/v1/deadlines", dependencies=[reader])
    async def deadlines(
        opd: Owner,
        status: Annotated[Literal["overdue", "due", "all"], Query(description="due: not yet overdue")] = "all",
        days: Annotated[int | None, Query(ge=1, le=366, description="due within so many days")] = None,
        after: Annotated[str | None, Query(description="cursor of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> DuePage:
        """Return each case's earliest deadline, earliest first. Paused deadlines are left out."""
        check_owner(opd)
        cursor = None if after is None else read_cursor(after)
        found = await list_by_status(running, opd, status, days=days, after=cursor, limit=limit)
        now = running.clock.now()
        return DuePage(
            items=[due_out(entry, now) for entry in found],
            next=cursor_of(found[-1]) if len(found) == limit else None,
        )
