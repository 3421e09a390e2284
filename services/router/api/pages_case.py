"""The page of one case, with its reasons, its candidates and the forms of a desk's decisions."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions.case_commands import ARBITER, KOORDINATOR, find_key
from services.router.actions.case_reads import read_case
from services.router.actions.desk_acts import carry_out_here, load_saved
from services.router.actions.desk_lists import DeskFilter, load_owner, load_similar, next_case, open_case, place_of
from services.router.api.forms import DeskFormError, command_of
from services.router.api.opened_files import open_file
from services.router.api.pages_desk import address_of
from services.router.api.views_desk import as_similar
from services.router.api.views_files import as_files
from services.router.api.views_pages import NO_SUCH_CASE, as_case_page, choices
from services.router.api.views_referrals import as_referral
from services.router.api.views_release import as_releasable
from services.router.errors import NoSuchCase
from services.router.routing.model import Model
from services.router.state import OPEN
from services.router.store import StoredCase
from shared.clock import WITA
from shared.errors import Refused
from shared.reference.authorities import Authorities
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages
from shared.worktime import Timetable

# After these decisions the case waits at the desk no longer, so that the next one is shown.
_ENDS_HERE: Final = frozenset(("tunjuk", "teruskan", "tanya", "arsip", "gabung"))


def install(
    app: FastAPI, running: Running[Any], pages: Pages, hours: Timetable, model: Model, authorities: Authorities
) -> None:
    """Add the routes of this page."""
    of_case = DeskCasePages(running, pages, hours, model, authorities)
    app.router.add_route("/triase/{case}", of_case.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/triase/{case}", of_case.decide, methods=["POST"], include_in_schema=False)
    for path in ("/triase/{case}/berkas/{file}", "/triase/{case}/berkas/{file}/{variant}"):
        app.router.add_route(path, partial(open_file, running, pages), methods=["GET"], include_in_schema=False)


class DeskCasePages:
    """The handlers of the page."""

    def __init__(
        self, running: Running[Any], pages: Pages, hours: Timetable, model: Model, authorities: Authorities
    ) -> None:
        self._running = running
        self._pages = pages
        self._hours = hours
        self._model = model
        self._authorities = authorities

    async def show(self, request: Request) -> Response:
        """Show one case. ``kewenangan`` in the query fills in the form of a referral."""
        caller = await self._pages.need(request)
        authority = request.query_params.get("kewenangan")
        chosen = {"tindakan": "teruskan", "kewenangan": authority} if authority else {}
        return await self._render(request, caller, typed=chosen)

    async def decide(self, request: Request) -> Response:
        """Carry out the form of a case page. Show the page again if the form is wrong or the rules refuse it."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            command = await command_of(form, arbiter=caller.role == ARBITER, find_key=partial(find_key, self._running))
            await carry_out_here(self._running, case, command, caller, form.get("sekali"))
        except DeskFormError as wrong:
            return await self._render(request, caller, 422, errors=wrong.errors, typed=form)
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except Refused as refusal:
            return await self._render(request, caller, refusal.status, errors={"tindakan": refusal.words}, typed=form)
        if "dari" not in form or form.get("tindakan") not in _ENDS_HERE:
            return RedirectResponse(f"/triase/{quote(case)}?tersimpan={quote(case)}", status_code=303)
        wanted = DeskFilter.of_text(form["dari"])
        ticket = await next_case(self._running, wanted, form.get("sesudah", ""), caller)
        return RedirectResponse(address_of(ticket, wanted, tersimpan=case), status_code=303)

    async def _render(self, request: Request, caller: Key, status: int = 200, /, **values: Any) -> Response:
        """Return the page of a case, and record who read it."""
        try:
            found = await read_case(self._running, request.path_params["case"], caller, "triage")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        text = values.get("typed", {}).get("dari", request.query_params.get("dari"))
        wanted = DeskFilter.of_text(text) if text is not None else None
        now = self._running.clock.now()
        return self._pages.page(
            request,
            "case.html",
            status,
            it=as_case_page(found.stored, found.history, now, self._model),
            similar=as_similar(await load_similar(self._running, found.stored), now)
            if found.stored.case.state in OPEN
            else [],
            files=as_files(found.stored.case, self._hours, now),
            referral=as_referral(found.stored.case, self._authorities),
            offices=self._authorities.names(),
            today=now.astimezone(WITA).date().isoformat(),
            **choices(),
            arbiter=caller.role == ARBITER,
            koordinator=caller.role == KOORDINATOR,
            releasable=as_releasable(found.stored.case) if caller.role == KOORDINATOR else [],
            saved=await load_saved(self._running, request.query_params.get("tersimpan"), caller),
            owner=await load_owner(self._running, found.stored.key, caller),
            wanted=wanted,
            place=place_of(found.stored, wanted.urut) if wanted else None,
            others=await self._others(request, caller, found.stored),
            **values,
        )

    async def _others(self, request: Request, caller: Key, found: StoredCase) -> list[dict[str, str]]:
        """Keep that the caller has the case open, and return who else has. A case fetched ahead is not open yet."""
        if "x-prefetch" in request.headers:
            return []
        others = await open_case(self._running, found.key, caller)
        return [{"name": one.name, "since": f"{one.at.astimezone(WITA):%H.%M} WITA"} for one in others]
