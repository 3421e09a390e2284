"""The acts of a desk from its list: one decision about many cases, the way to the next case, and undoing the last act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions.case_commands import ARBITER, find_key
from services.router.actions.case_reads import read_case
from services.router.actions.desk_acts import carry_out_here, carry_out_on_many, may_undo, opposite
from services.router.actions.desk_lists import DeskFilter, next_case, own_case
from services.router.api.forms import DeskFormError, command_of
from services.router.api.views_pages import NO_SUCH_CASE
from services.router.errors import NoSuchCase
from services.router.rules.commands import CaseCommand
from shared.clean import whole_number
from shared.errors import Refused
from shared.runtime.running import Running
from shared.web.pages import Pages

_CHOSEN = "pilih-"


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these acts."""
    acts = DeskActs(running, pages)
    app.router.add_route("/triase", acts.decide_many, methods=["POST"], include_in_schema=False)
    app.router.add_route("/triase/{case}/lanjut", acts.go_on, methods=["GET"], include_in_schema=False)
    app.router.add_route("/triase/{case}/pegang", acts.own, methods=["POST"], include_in_schema=False)
    app.router.add_route("/triase/{case}/batal", acts.undo, methods=["POST"], include_in_schema=False)


class DeskActs:
    """The handlers of these acts."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def decide_many(self, request: Request) -> Response:
        """Carry out one decision about all cases that were chosen in the list, and show the list again."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        wanted = DeskFilter.of_text(form.get("dari", ""))
        chosen = {
            name.removeprefix(_CHOSEN): whole_number(value) for name, value in form.items() if name.startswith(_CHOSEN)
        }
        if not chosen:
            return self._sorry(request, "Pilih dulu aduan yang diputuskan bersama, dengan kotak di awal barisnya.")
        try:
            one = await command_of(form, arbiter=caller.role == ARBITER, find_key=partial(find_key, self._running))
            compose = _again(one)
        except DeskFormError as wrong:
            return self._sorry(request, " ".join(wrong.errors.values()))
        done, refused = await carry_out_on_many(self._running, chosen, compose, caller, form.get("sekali", ""))
        told = urlencode({"selesai": done, "gagal": refused})
        text = wanted.as_text()
        return RedirectResponse(f"/triase?{text}&{told}" if text else f"/triase?{told}", status_code=303)

    async def go_on(self, request: Request) -> Response:
        """Lead to the case after this one in the list that the address names, or to the empty list."""
        caller = await self._pages.need(request)
        given = request.query_params
        wanted = DeskFilter.of_text(given.get("dari", ""))
        ticket = await next_case(self._running, wanted, given.get("sesudah", ""), caller)
        return RedirectResponse(address_of(ticket, wanted), status_code=303)

    async def own(self, request: Request) -> Response:
        """Keep that the caller has taken the case on, or lets it go, and show the case."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            found = await read_case(self._running, case, caller, "triage")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        await own_case(self._running, found.stored.key, caller, own=form.get("tindakan") != "lepas")
        if "dari" not in form:
            return RedirectResponse(f"/triase/{quote(case)}", status_code=303)
        return RedirectResponse(address_of(case, DeskFilter.of_text(form["dari"])), status_code=303)

    async def undo(self, request: Request) -> Response:
        """Undo the caller's last act on a case within a minute, and show the case."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            found = await read_case(self._running, case, caller, "triage")
            last = found.history[-1] if found.history else None
            if last is None or not may_undo(last, caller, self._running.clock.now()):
                return self._sorry(request, "Keputusan ini tidak dapat dibatalkan lagi dari sini. Buka aduannya.")
            command = opposite(last, whole_number(form.get("revisi", "")), arbiter=caller.role == ARBITER)
            await carry_out_here(self._running, case, command, caller, form.get("sekali"))
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except Refused as refusal:
            return self._pages.refused(request, refusal)
        return RedirectResponse(address_of(case, DeskFilter.of_text(form.get("dari", ""))), status_code=303)

    def _sorry(self, request: Request, advice: str) -> Response:
        return self._pages.page(request, "nothing.html", 422, title="Belum berhasil", advice=advice)


def address_of(ticket: str | None, wanted: DeskFilter, **more: str) -> str:
    """Return the address of a case that was opened from a list, or of the list without a case."""
    if ticket is None:
        text = urlencode(more)
        return wanted.address() + (f"{'&' if '?' in wanted.address() else '?'}{text}" if text else "")
    return f"/triase/{quote(ticket)}?{urlencode({'dari': wanted.as_text()} | more)}"


def _again(command: CaseCommand) -> Callable[[int | None], CaseCommand]:
    """Return a function that gives the command for another revision."""
    return lambda revision: replace(command, revision=revision)
