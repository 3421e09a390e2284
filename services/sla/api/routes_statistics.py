"""Routes of the numbers: JSON and CSV."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Query
from starlette.responses import Response

from services.sla.api.models_rules import LineOut, ToldOut
from services.sla.state import CaseClocks
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine, numbers, statistics_csv
from shared.bounds import FIRST_DAY, LAST_DAY, OutOfBounds, checked
from shared.clock import WITA
from shared.errors import Invalid
from shared.service import Running
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
        return [line_out(line) for line in await numbers(running.pool, *span(first, last, running.clock.now()))]

    @app.get(
        "/v1/numbers.csv",
        dependencies=[reader],
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def csv(first: First = None, last: Last = None) -> Response:
        """Return the same numbers as CSV, a line per OPD and topic."""
        return csv_response(statistics_csv(await numbers(running.pool, *span(first, last, running.clock.now()))))


def csv_response(text: str) -> Response:
    """Return a CSV file to download. The byte order mark at its beginning tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": 'attachment; filename="angka-tenggat.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


def span(first: date | None, last: date | None, now: datetime) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last.

    Raise Invalid when the first day is after the last, or a day is out of bounds.
    """
    last = last or now.astimezone(WITA).date()
    first = first or (last - timedelta(days=90) if last > FIRST_DAY else last)
    for day, field in ((last, "to"), (first, "from")):
        try:
            checked(day, FIRST_DAY, LAST_DAY)
        except OutOfBounds as error:
            raise Invalid(str(error), field=field) from None
    if first > last:
        raise Invalid("from is after to", field="from")
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=WITA)


def line_out(line: StatisticsLine) -> LineOut:
    """Return a line of numbers as callers read it."""
    return LineOut(
        opd=line.opd,
        topic=line.topic,
        respond=_told(line.respond),
        resolve=_told(line.resolve),
        pauses=line.pauses,
        transfers=line.transfers,
        disputes=line.disputes,
    )


def _told(told: ClockStatistics) -> ToldOut:
    hours = [None if value is None else round(value / 3600, 2) for value in (told.median, told.p90)]
    return ToldOut(on_time=told.on_time, late=told.late, median_hours=hours[0], p90_hours=hours[1])
