"""The deadline desk's pages: due cases, a case's clocks with their ladder, and the numbers. They need no script."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.sla.api.pages_frame import PageFrame
from services.sla.api.pages_rules import install as install_rules
from services.sla.api.routes_statistics import csv_response, span
from services.sla.api.views_clocks import cursor_of, due_dates_of, read_cursor
from services.sla.api.views_deadlines import case_page, row_of, standing_rows, statistics_page
from services.sla.api.views_feeds import signed
from services.sla.labels import owner_name
from services.sla.state import UNOWNED, CaseClocks
from services.sla.statistics.by_opd import numbers, statistics_csv
from services.sla.store import FOREVER, due, find, standing
from services.sla.versions import RuleVersions
from services.sla.versions.installed import InstalledRules
from shared.errors import Invalid
from shared.reference import opds
from shared.service import Running
from shared.web.inputs import bounded_day
from shared.web.sessions import LoginNeeded
from shared.words import day_words
from shared.worktime import Timetable
from shared.worktime.table import micros

PAGE = 50


def install(app: FastAPI, running: Running[CaseClocks], versions: RuleVersions, watcher: InstalledRules) -> None:
    """Add the pages."""
    desk = PageFrame(running, versions)
    pages = _Pages(desk)
    add = app.router.add_route
    add("/", pages.home, methods=["GET"], include_in_schema=False)
    add("/masuk", desk.login, methods=["GET", "POST"], include_in_schema=False)
    add("/keluar", desk.logout, methods=["POST"], include_in_schema=False)
    add("/tenggat", pages.standing, methods=["GET"], include_in_schema=False)
    add("/tenggat/cari", pages.look_up, methods=["GET"], include_in_schema=False)
    add("/tenggat/opd/{opd}", pages.join_words, methods=["GET"], include_in_schema=False)
    add("/tenggat/{case}", pages.case, methods=["GET"], include_in_schema=False)
    add("/angka", pages.numbers, methods=["GET"], include_in_schema=False)
    add("/angka.csv", pages.csv, methods=["GET"], include_in_schema=False)
    install_rules(app, desk, watcher)
    app.add_exception_handler(LoginNeeded, desk.to_login)


class _Pages:
    def __init__(self, desk: PageFrame) -> None:
        self._desk = desk
        self._running = desk.running

    async def home(self, _request: Request) -> Response:
        return RedirectResponse("/tenggat", status_code=303)

    async def standing(self, request: Request) -> Response:
        caller = await self._desk.need(request)
        table = await self._table()
        now = self._running.clock.now()
        midnight, week_end = ends(table, micros(now))
        found = await standing(self._running.pool, [UNOWNED, *opds()], micros(now), midnight, week_end)
        return self._desk.page(
            request,
            "standing.html",
            caller=caller,
            here="/tenggat",
            rows=standing_rows(found),
            today=day_words(now),
            week_end=day_words(date.fromordinal(table.due_date(week_end - 1))),
        )

    async def look_up(self, request: Request) -> Response:
        await self._desk.need(request)
        number = request.query_params.get("nomor", "").strip()
        return RedirectResponse(f"/tenggat/{quote(number, safe='')}" if number else "/tenggat", status_code=303)

    async def join_words(self, request: Request) -> Response:
        caller = await self._desk.need(request)
        code, when = request.path_params["opd"], request.query_params.get("kapan", "")
        if code != UNOWNED and code not in opds():
            return self._desk.page(request, "nothing.html", 404, caller=caller, here="/tenggat")
        table, now = await self._table(), self._running.clock.now()
        midnight, week_end = ends(table, micros(now))
        starts = {"hari-ini": micros(now), "pekan-ini": midnight}
        befores = {"lewat": micros(now), "hari-ini": midnight, "pekan-ini": week_end}
        try:
            after = read_cursor(request.query_params.get("sesudah") or None, None)
        except Invalid:
            after = read_cursor(None, None)
        after = max(after, (starts.get(when, 0) - 1, after[1])) if when in starts else after
        found = await due(self._running.pool, code, after, befores.get(when, FOREVER), PAGE)
        due_dates = (await self._desk.versions.fresh(self._running.pool)).rules.due_dates
        return self._desk.page(
            request,
            "list.html",
            caller=caller,
            here="/tenggat",
            code=code,
            name=owner_name(code),
            when=when if when in befores else "",
            rows=[row_of(one, due_dates, now) for one in found],
            next=cursor_of(found[-1]) if len(found) == PAGE else None,
            feed=f"/v1/feeds/{code}/{signed(self._running, code)}.ics",
        )

    async def case(self, request: Request) -> Response:
        caller = await self._desk.need(request)
        found = await find(self._running.pool, request.path_params["case"])
        if found is None or found.case.erased:
            return self._desk.page(request, "nothing.html", 404, caller=caller, here="/tenggat")
        by_version = await due_dates_of(self._running.pool, self._desk.versions, found.case)
        in_force = self._desk.versions.now.rules.due_dates
        shown = case_page(found, by_version, in_force, self._running.clock.now())
        return self._desk.page(request, "case.html", caller=caller, here="/tenggat", **shown)

    async def numbers(self, request: Request) -> Response:
        caller = await self._desk.need(request)
        errors, (first, last) = self._asked(request)
        lines = await numbers(self._running.pool, *span(first, last, self._running.clock.now()))
        return self._desk.page(
            request,
            "numbers.html",
            422 if errors else 200,
            caller=caller,
            here="/angka",
            errors=errors,
            first=first.isoformat(),
            last=last.isoformat(),
            first_words=day_words(first),
            last_words=day_words(last),
            **statistics_page(lines),
        )

    async def csv(self, request: Request) -> Response:
        await self._desk.need(request)
        _, (first, last) = self._asked(request)
        return csv_response(
            statistics_csv(await numbers(self._running.pool, *span(first, last, self._running.clock.now())))
        )

    def _asked(self, request: Request) -> tuple[dict[str, str], tuple[date, date]]:
        today = self._running.clock.now().astimezone(self._desk.versions.now.rules.due_dates.table.zone).date()
        found, errors = {"dari": today - timedelta(days=90), "sampai": today}, {}
        for name, usual in list(found.items()):
            try:
                found[name] = bounded_day(date.fromisoformat(request.query_params.get(name) or usual.isoformat()))
            except ValueError:
                errors[name] = "Tulis tanggal, misalnya 2026-03-16."
        if found["dari"] > found["sampai"]:
            errors["dari"] = "Tanggal awal harus sebelum tanggal akhir."
            found["dari"] = found["sampai"]
        return errors, (found["dari"], found["sampai"])

    async def _table(self) -> Timetable:
        return (await self._desk.versions.fresh(self._running.pool)).rules.due_dates.table


def ends(table: Timetable, now: int) -> tuple[int, int]:
    """Return the ends of today and of this week's Sunday in local time, in microseconds.

    Each is one microsecond after 24:00, so that a deadline at 24:00 still belongs to the day.
    """
    today = table.local_date(now)
    sunday = today + 6 - date.fromordinal(today).weekday()
    return table.midnight_after(today) + 1, table.midnight_after(sunday) + 1
