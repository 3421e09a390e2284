"""The page of the statistics, and its CSV file."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.sla.api.views_citizens import citizens_csv_response, citizens_table
from services.sla.api.views_statistics import csv_response, statistics_page
from services.sla.state import CaseClocks
from services.sla.statistics.by_channel import CitizensLine, load_citizens
from services.sla.statistics.by_opd import StatisticsLine, load_statistics
from services.sla.statistics.period import period
from services.sla.versions import RuleVersions
from shared.runtime.running import Running
from shared.web.inputs import bounded_day
from shared.web.pages import Pages
from shared.words import day_words


def install(app: FastAPI, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
    """Add the page and the file."""
    statistics = StatisticsPages(running, pages, versions)
    app.router.add_route("/angka", statistics.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/angka-pelapor.csv", statistics.citizens_csv, methods=["GET"], include_in_schema=False)
    app.router.add_route("/angka.csv", statistics.csv, methods=["GET"], include_in_schema=False)


class StatisticsPages:
    """The statistics of the days that the address names, by default the last 90."""

    def __init__(self, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
        self._pages = pages
        self._versions = versions
        self._running = running

    async def show(self, request: Request) -> Response:
        """Show charts and table."""
        await self._pages.need(request)
        errors, first, last = self._read_days(request)
        return self._pages.page(
            request,
            "numbers.html",
            422 if errors else 200,
            here="/angka",
            errors=errors,
            first=first.isoformat(),
            last=last.isoformat(),
            first_words=day_words(first),
            last_words=day_words(last),
            citizens=citizens_table(await self._load_citizens(first, last)),
            **statistics_page(await self._load(first, last)),
        )

    async def csv(self, request: Request) -> Response:
        """Return the same statistics as CSV."""
        await self._pages.need(request)
        _, first, last = self._read_days(request)
        return csv_response(await self._load(first, last))

    async def citizens_csv(self, request: Request) -> Response:
        """Return what citizens said after an answer as CSV."""
        await self._pages.need(request)
        _, first, last = self._read_days(request)
        return citizens_csv_response(await self._load_citizens(first, last))

    async def _load_citizens(self, first: date, last: date) -> list[CitizensLine]:
        return await load_citizens(self._running.pool, *period(first, last, self._running.clock.now()))

    async def _load(self, first: date, last: date) -> list[StatisticsLine]:
        return await load_statistics(self._running.pool, *period(first, last, self._running.clock.now()))

    def _read_days(self, request: Request) -> tuple[dict[str, str], date, date]:
        """Return the errors by field, and the first and the last day. A wrong day gives the usual one."""
        today = self._running.clock.now().astimezone(self._versions.in_force.due_dates.table.zone).date()
        found, errors = {"dari": today - timedelta(days=90), "sampai": today}, {}
        for name, usual in list(found.items()):
            try:
                found[name] = bounded_day(date.fromisoformat(request.query_params.get(name) or usual.isoformat()))
            except ValueError:
                errors[name] = "Tulis tanggal, misalnya 2026-03-16."
        if found["dari"] > found["sampai"]:
            errors["dari"] = "Tanggal awal harus sebelum tanggal akhir."
            found["dari"] = found["sampai"]
        return errors, found["dari"], found["sampai"]
