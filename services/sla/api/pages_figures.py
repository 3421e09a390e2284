"""Pages of the figures, open to anyone: everybody, one OPD, the monthly report, and the same as CSV and XLSX."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.sla.actions.deadlines import list_in_window
from services.sla.api.site import NOT_FOUND, may_see
from services.sla.api.views_deadlines import deadline_row
from services.sla.api.views_figures import figures_page, month_choices
from services.sla.labels import month_words, owner_name
from services.sla.state import CaseClocks
from services.sla.statistics.figures import EVERYBODY
from services.sla.statistics.overview import Overview, load_overview
from services.sla.statistics.period import end_of, months_until
from services.sla.statistics.workbook import tables_csv, tables_xlsx
from services.sla.versions import RuleVersions
from shared.errors import Invalid
from shared.reference import opds
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages
from shared.words import day_words

# The months that the form offers, and those that it shows unasked.
OFFERED: Final = 36
USUAL: Final = 6
# The earliest deadlines on the page of an OPD; the rest is one link away.
NEXT: Final = 10
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Months:
    """The months that a page is about, the errors of the form by field, and all months that it offers."""

    first: date
    last: date
    errors: dict[str, str]
    offered: list[date]

    @property
    def words(self) -> str:
        """The months as they stand in a sentence."""
        first, last = (month_words(f"{month:%Y-%m}") for month in (self.first, self.last))
        return first if first == last else f"{first} sampai {last}"

    @property
    def query(self) -> str:
        """The months as a page's address names them."""
        return f"dari={self.first:%Y-%m}&sampai={self.last:%Y-%m}"


def install(app: FastAPI, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
    """Add the pages and the files."""
    figures = FiguresPages(running, pages, versions)

    def add(path: str, route: Callable[[Request], Awaitable[Response]]) -> None:
        app.router.add_route(path, route, methods=["GET"], include_in_schema=False)

    add("/angka", figures.show)
    add("/angka.csv", figures.csv)
    add("/angka.xlsx", figures.xlsx)
    add("/angka/laporan/{month}", figures.report)
    # The longer addresses come first, because a code may not hold a point.
    add("/angka/opd/{opd}.csv", figures.csv)
    add("/angka/opd/{opd}.xlsx", figures.xlsx)
    add("/angka/opd/{opd}/laporan/{month}", figures.report)
    add("/angka/opd/{opd}", figures.show)


class FiguresPages:
    """The figures of everybody or of one OPD. Numbers of cases stand there only for callers who may see them."""

    def __init__(self, running: Running[CaseClocks], pages: Pages, versions: RuleVersions) -> None:
        self._pages = pages
        self._versions = versions
        self._running = running

    async def show(self, request: Request) -> Response:
        """Show sentences, ranking, charts and tables."""
        caller = await self._pages.visitor(request)
        opd = _opd(request)
        if opd is None:
            return self._pages.nothing(request, **NOT_FOUND)
        months = self._months(request)
        overview = await self._load(opd, months)
        choices = month_choices(months.offered)
        return self._pages.page(
            request,
            "figures.html",
            422 if months.errors else 200,
            here="/angka",
            errors=months.errors,
            choices=choices,
            months_asked=months,
            latest=choices[min(1, len(choices) - 1)],
            next=await self._next(caller, opd),
            **_about(opd),
            **figures_page(overview),
        )

    async def report(self, request: Request) -> Response:
        """Show one month as a page to print."""
        await self._pages.visitor(request)
        opd, month = _opd(request), request.path_params["month"]
        found = next((one for one in self._offered() if f"{one:%Y-%m}" == month), None)
        if opd is None or found is None:
            return self._pages.nothing(request, **NOT_FOUND)
        months = Months(found, found, {}, [])
        return self._pages.page(
            request,
            "report.html",
            here="/angka",
            months_asked=months,
            made=day_words(self._running.clock.now()),
            **_about(opd, end_of(found)),
            **figures_page(await self._load(opd, months)),
        )

    async def csv(self, request: Request) -> Response:
        """Return all tables as CSV. The byte order mark at the beginning tells spreadsheets that it is UTF-8."""
        overview, name = await self._file(request)
        return _download("\ufeff" + tables_csv(overview.tables()), "text/csv; charset=utf-8", f"{name}.csv")

    async def xlsx(self, request: Request) -> Response:
        """Return all tables as a workbook. It is written beside the event loop, which serves others meanwhile."""
        overview, name = await self._file(request)
        return _download(await asyncio.to_thread(tables_xlsx, overview.tables()), XLSX, f"{name}.xlsx")

    async def _file(self, request: Request) -> tuple[Overview, str]:
        opd, months = _opd(request), self._months(request)
        if opd is None:
            raise Invalid("no OPD has this code", field="opd", message="Tidak ada OPD dengan kode ini.")
        for field, message in months.errors.items():
            raise Invalid("the months are wrong", field=field, message=message)
        return await self._load(opd, months), "-".join(filter(None, ("angka", opd, f"{months.last:%Y-%m}")))

    async def _load(self, opd: str, months: Months) -> Overview:
        return await load_overview(self._running.pool, opd, months.first, months.last, self._running.clock.now())

    async def _next(self, caller: Key | None, opd: str) -> list[dict[str, object]] | None:
        """Return the earliest deadlines of an OPD, or None for a caller who may not see its cases."""
        if caller is None or opd == EVERYBODY or not may_see(caller, opd):
            return None
        found, due_dates = await list_in_window(self._running, self._versions, opd, "all", after=None, limit=NEXT)
        now = self._running.clock.now()
        return [deadline_row(stored, due_dates, now) for stored in found]

    def _offered(self) -> list[date]:
        return months_until(self._running.clock.now(), OFFERED)

    def _months(self, request: Request) -> Months:
        """Return the months of the address. A wrong month gives the usual one and an error."""
        offered = self._offered()
        known = {f"{month:%Y-%m}": month for month in offered}
        found, errors = {"dari": offered[USUAL - 1], "sampai": offered[0]}, {}
        for name in found:
            typed = request.query_params.get(name)
            if typed and typed not in known:
                errors[name] = "Pilih bulan dari daftar."
            elif typed:
                found[name] = known[typed]
        if found["dari"] > found["sampai"]:
            errors["dari"] = "Bulan awal tidak boleh sesudah bulan akhir."
            found["dari"] = found["sampai"]
        return Months(found["dari"], found["sampai"], errors, offered)


def _opd(request: Request) -> str | None:
    """Return the code of the address, the code for everybody without one, or None for a code that no OPD has."""
    code = request.path_params.get("opd", EVERYBODY)
    return code if code == EVERYBODY or code in opds() else None


def _about(opd: str, until: date | None = None) -> dict[str, str]:
    """Return the code, the name and the address of whom a page is about. ``until``: a day of which the name is."""
    return {
        "code": opd,
        "name": owner_name(opd, until) if opd else "Semua OPD",
        "base": f"/angka/opd/{opd}" if opd else "/angka",
    }


def _download(body: str | bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
