"""The desk of the supervisors: appeals of citizens, and photos of answers that a second person must look at."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import ABOVE, carry_out
from services.router.actions.case_reads import read_case
from services.router.api.forms import DeskFormError
from services.router.api.forms_appeals import decision_of
from services.router.api.opened_files import open_file
from services.router.api.views_appeals import as_appeal_page, as_appeal_row, as_doubt_row
from services.router.api.views_pages import NO_SUCH_CASE, choices
from services.router.errors import NoSuchCase
from shared.errors import Refused
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages, Site

HERE: Final = "/keberatan"
DOUBTS: Final = "/keberatan?tampil=bukti"
PAGE_SIZE: Final = 50
SITE: Final = Site("meja pengawas", menu=((HERE, "Keberatan"), (DOUBTS, "Bukti diragukan")), roles=ABOVE)


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these pages."""
    desk = SupervisorPages(running, pages)
    add = app.router.add_route
    add(HERE, desk.show_list, methods=["GET"], include_in_schema=False)
    add(f"{HERE}/{{case}}", desk.show_case, methods=["GET"], include_in_schema=False)
    add(f"{HERE}/{{case}}", desk.decide, methods=["POST"], include_in_schema=False)
    for path in (f"{HERE}/{{case}}/berkas/{{file}}", f"{HERE}/{{case}}/berkas/{{file}}/{{variant}}"):
        add(path, partial(open_file, running, pages), methods=["GET"], include_in_schema=False)


class SupervisorPages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show_list(self, request: Request) -> Response:
        """Show the appeals that wait, the oldest first, or with ``tampil=bukti`` the doubted photos."""
        await self._pages.need(request)
        running, after = self._running, request.query_params.get("sesudah", "")
        doubts = request.query_params.get("tampil") == "bukti"
        values: dict[str, Any]
        if doubts:
            page = await case_lists.load_doubted(running, await case_lists.resolve_key(running, after), PAGE_SIZE)
            values = {"rows": [as_doubt_row(one) for one in page.cases]}
        else:
            start = await case_lists.resolve_pair(running, after, case_lists.REPLIES_START)
            page = await case_lists.load_appeals(running, start, PAGE_SIZE)
            now = running.clock.now()
            values = {"rows": [as_appeal_row(one, now) for one in page.cases]}
        return self._pages.page(
            request,
            "appeals.html",
            doubts=doubts,
            next=page.next,
            here=DOUBTS if doubts else HERE,
            saved=request.query_params.get("tersimpan", "")[:60],
            **values,
        )

    async def show_case(self, request: Request) -> Response:
        """Show one case with its appeal and its doubted photos."""
        caller = await self._pages.need(request)
        return await self._render(request, caller)

    async def decide(self, request: Request) -> Response:
        """Carry out a form. Show the page again if the form is wrong or the rules refuse it."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            await carry_out(self._running, case, decision_of(form), caller, form.get("sekali"))
        except DeskFormError as wrong:
            return await self._render(request, caller, 422, errors=wrong.errors, typed=form)
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except Refused as refusal:
            return await self._render(request, caller, refusal.status, errors={"tindakan": refusal.words}, typed=form)
        return RedirectResponse(f"{HERE}?tersimpan={quote(case)}", status_code=303)

    async def _render(self, request: Request, caller: Key, status: int = 200, /, **values: Any) -> Response:
        """Return the page of a case, and record who read it."""
        try:
            found = await read_case(self._running, request.path_params["case"], caller, "appeal")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        return self._pages.page(
            request,
            "appeal_case.html",
            status,
            it=as_appeal_page(found.stored, found.history, caller, self._running.clock.now()),
            opds=choices()["opds"],
            **values,
        )
