"""Routes of the statistics: JSON and CSV."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from starlette.responses import Response

from services.sla.api.models_statistics import LineOut
from services.sla.api.views_statistics import csv_response, line_out
from services.sla.state import CaseClocks
from services.sla.statistics.by_opd import load_statistics
from services.sla.statistics.period import period
from shared.runtime.running import Running
from shared.web.inputs import Day

First = Annotated[Day | None, Query(alias="from", description="first day, in WITA; without it 90 days before the last")]
Last = Annotated[Day | None, Query(alias="to", description="last day, in WITA; without it today")]


def install(app: FastAPI, running: Running[CaseClocks], reader: Any) -> None:
    """Add the routes."""

    @app.get("/v1/numbers", dependencies=[reader])
    async def as_json(first: First = None, last: Last = None) -> list[LineOut]:
        """Return the numbers for everybody, for each OPD and for each of its topics.

        A line has deadlines met on time and late, median and p90 of office hours, pauses, transfers and disputes.
        """
        lines = await load_statistics(running.pool, *period(first, last, running.clock.now()))
        return [line_out(line) for line in lines]

    @app.get(
        "/v1/numbers.csv",
        dependencies=[reader],
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def csv(first: First = None, last: Last = None) -> Response:
        """Return the same numbers as CSV, a line per OPD and topic."""
        return csv_response(await load_statistics(running.pool, *period(first, last, running.clock.now())))
