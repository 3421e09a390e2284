"""The parts of a case's page at an OPD's desk that officers and heads use alike: notes, hand-overs, the citizen's files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import opd_team
from services.router.api.opened_files import open_file
from services.router.api.views_pages import NO_SUCH_CASE
from services.router.errors import NoSuchCase, NotYours
from shared.clean import clean_text
from shared.errors import Refused
from shared.ids import parse_id
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages

_LONGEST: Final = 5000
# Renders the page of a case again, with what is wrong.
Render = Callable[..., Awaitable[Response]]


def install(app: FastAPI, running: Running[Any], pages: Pages, render: Render) -> None:
    """Add the routes. ``render``: shows the page of the case."""
    team = _TeamPages(running, pages, render)
    app.router.add_route("/opd/{case}/tim", team.act, methods=["POST"], include_in_schema=False)
    for path in ("/opd/{case}/berkas/{file}", "/opd/{case}/berkas/{file}/{variant}"):
        app.router.add_route(path, partial(open_file, running, pages), methods=["GET"], include_in_schema=False)


class _TeamPages:
    def __init__(self, running: Running[Any], pages: Pages, render: Render) -> None:
        self._running = running
        self._pages = pages
        self._render = render

    async def act(self, request: Request) -> Response:
        """Write a note, hand the case to a colleague, or keep that the notes were read."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            errors = await self._carry_out(case, form, caller)
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except NotYours as refusal:
            return self._pages.refused(request, refusal)
        except Refused as refusal:
            field = {"catat": "catatan", "serahkan": "rekan"}.get(form.get("tindakan", ""), "tindakan")
            return await self._render(request, caller, refusal.status, errors={field: refusal.words}, typed=form)
        if errors:
            return await self._render(request, caller, 422, errors=errors, typed=form)
        return RedirectResponse(f"/opd/{quote(case)}?tersimpan#catatan-internal", status_code=303)

    async def _carry_out(self, case: str, form: dict[str, str], caller: Key) -> dict[str, str]:
        """Carry out the form. Return what is wrong with its fields."""
        running, token = self._running, form.get("sekali")
        match form.get("tindakan"):
            case "catat":
                text = clean_text(form.get("catatan", "")).strip()
                if not text or len(text) > _LONGEST:
                    return {"catatan": "Tulis catatan, paling banyak 5.000 huruf."}
                await opd_team.write_note(running, case, text, caller, token)
            case "serahkan" | "ambil" as act:
                text = clean_text(form.get("pesan", "")).strip()[:_LONGEST]
                to = caller.id if act == "ambil" else parse_id(form.get("rekan"))
                await opd_team.hand_over(running, case, to, text, caller, token)
            case "terbaca":
                await opd_team.read_mention(running, case, caller, token)
            case _:
                return {"tindakan": "Pilih salah satu tindakan."}
        return {}
