"""Routes of the statistics: JSON and CSV."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Query
from starlette.responses import Response

from services.sla.api.models_statistics import CitizensOut, FiguresOut, LineOut
from services.sla.api.views_citizens import citizens_csv_response, citizens_out
from services.sla.api.views_statistics import csv_response, figures_out, line_out
from services.sla.state import CaseClocks
from services.sla.statistics.by_channel import load_citizens
from services.sla.statistics.by_opd import load_statistics
from services.sla.statistics.figures import load_per_opd
from services.sla.statistics.period import period
from shared.clock import WITA
from shared.reference import opds
from shared.runtime.running import Running
from shared.web.inputs import Day

First = Annotated[Day | None, Query(alias="from", description="first day, in WITA; without it 90 days before the last")]
Last = Annotated[Day | None, Query(alias="to", description="last day, in WITA; without it today")]


def install(app: FastAPI, running: Running[CaseClocks], reader: Any) -> None:
    """Add the routes."""

    def _period(first: date | None, last: date | None) -> tuple[datetime, datetime]:
        return period(first, last, running.clock.now())

    @app.get("/v1/numbers", dependencies=[reader])
    async def as_json(first: First = None, last: Last = None) -> list[LineOut]:
        """Return the numbers for everybody, for each OPD and for each of its topics.

        A line has deadlines met on time and late, median and p90 of office hours, pauses, transfers and disputes. It also
        has the citizens who were asked after an answer, and what came back.
        """
        lines = await load_statistics(running.pool, *_period(first, last))
        return [line_out(line) for line in lines]

    @app.get(
        "/v1/numbers.csv",
        dependencies=[reader],
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def csv(first: First = None, last: Last = None) -> Response:
        """Return the same numbers as CSV, a line per OPD and topic."""
        return csv_response(await load_statistics(running.pool, *_period(first, last)))

    @app.get("/v1/figures")
    async def figures(first: First = None, last: Last = None) -> list[FiguresOut]:
        """Return what became of the answers of each OPD, in whole months. The figures are open to anyone.

        They are those of the page: disputed, reopened and silently closed shares, and the answers "not yet, because".
        """
        begin, end = _period(first, last)
        months = [(at.astimezone(WITA).date()).replace(day=1) for at in (begin, end - timedelta(microseconds=1))]
        known = opds()
        return [figures_out(one) for one in await load_per_opd(running.pool, *months) if one.value in known]

    @app.get("/v1/numbers/citizens", dependencies=[reader])
    async def citizens(first: First = None, last: Last = None) -> list[CitizensOut]:
        """Return what citizens said after an answer, for everybody, then by month, OPD and channel.

        The newest month comes first.
        """
        return [citizens_out(line) for line in await load_citizens(running.pool, *_period(first, last))]

    @app.get(
        "/v1/numbers/citizens.csv",
        dependencies=[reader],
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def citizens_as_csv(first: First = None, last: Last = None) -> Response:
        """Return the same as CSV, a line per month, OPD and channel."""
        return citizens_csv_response(await load_citizens(running.pool, *_period(first, last)))
