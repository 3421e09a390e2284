"""The page with the citizens to be called, and the form that keeps what each of them said."""

from __future__ import annotations

from typing import Any, Final, get_args
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import KOORDINATOR, carry_out
from services.router.api.views_calls import as_call_row
from services.router.errors import CallsOfKoordinator
from services.router.rules.commands import CallCitizen
from shared.clean import clean_text, whole_number
from shared.errors import NotFound, Refused
from shared.events.cases_answer import CallAnswer
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages

HERE: Final = "/telepon"
PAGE_SIZE: Final = 50
LONGEST_NOTE: Final = 5_000
_GONE: Final = "Aduan itu tidak lagi ada di daftar ini; mungkin petugas lain sudah mencatatnya."


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of this page."""
    calls = DeskCallPages(running, pages)
    app.router.add_route(HERE, calls.show, methods=["GET"], include_in_schema=False)
    app.router.add_route(f"{HERE}/{{case}}", calls.keep, methods=["POST"], include_in_schema=False)


class DeskCallPages:
    """The handlers of the page. Only the koordinator calls citizens."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the list. ``tercatat`` in the query names the complaint whose call was kept."""
        caller = await self._pages.need(request)
        return await self._render(request, caller, kept=request.query_params.get("tercatat", "")[:60])

    async def keep(self, request: Request) -> Response:
        """Keep what a citizen said. Show the list again, with the note, if the rules refuse it."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case, answer = request.path_params["case"], form.get("hasil", "")
        note = clean_text(form.get("catatan", "")).strip()
        typed = {"ticket": case, "note": note}
        if answer not in get_args(CallAnswer):
            return await self._render(request, caller, 422, failed="Pilih apa yang dikatakan pelapor.", typed=typed)
        if len(note) > LONGEST_NOTE:
            words = "Singkatkan catatan menjadi paling banyak 5.000 huruf."
            return await self._render(request, caller, 422, failed=words, typed=typed)
        command = CallCitizen(answer=answer, note=note or None, revision=whole_number(form.get("revisi", "")))  # type: ignore[arg-type]  # checked above
        try:
            await carry_out(self._running, case, command, caller, form.get("sekali"))
        except Refused as refusal:
            words = _GONE if refusal.status == NotFound.status else refusal.words
            return await self._render(request, caller, refusal.status, failed=words, typed=typed)
        return RedirectResponse(f"{HERE}?tercatat={quote(case)}", status_code=303)

    async def _render(self, request: Request, caller: Key, status: int = 200, /, **values: Any) -> Response:
        if caller.role != KOORDINATOR:
            return self._pages.refused(request, CallsOfKoordinator())
        running = self._running
        after = request.query_params.get("sesudah", "")
        start = await case_lists.resolve_pair(running, after, case_lists.REPLIES_START)
        page = await case_lists.load_calls(running, start, PAGE_SIZE)
        known = {"failed": None, "typed": {}, "kept": ""} | values
        return self._pages.page(
            request,
            "calls.html",
            status,
            rows=[as_call_row(one) for one in page.cases],
            next=page.next,
            here=HERE,
            **known,
        )
