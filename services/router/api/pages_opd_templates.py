"""The page with the templates of an OPD's answers. Its head changes them; its officers see what they may use."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import answer_templates
from services.router.rules.answer_templates import BLANK, VARIABLES
from shared.clean import clean_text
from shared.errors import Forbidden, Refused
from shared.ids import parse_id
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages

PATH: Final = "/opd/templat"
_HEAD: Final = "head"
_FIELDS: Final = {"name": "nama", "text": "isi"}


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of this page."""
    templates = _TemplatePages(running, pages)
    app.router.add_route(PATH, templates.show, methods=["GET"], include_in_schema=False)
    app.router.add_route(PATH, templates.change, methods=["POST"], include_in_schema=False)


class _TemplatePages:
    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the templates. ``ubah`` in the query fills the form with one of them."""
        caller = await self._pages.need(request)
        return await self._render(request, caller)

    async def change(self, request: Request) -> Response:
        """Keep or remove a template."""
        caller = await self._pages.need(request)
        if caller.role != _HEAD:
            raise Forbidden("only the head", message="Hanya kepala OPD yang dapat mengubah templat jawaban.")
        form = await self._pages.form(request)
        template = parse_id(form.get("templat"))
        if form.get("tindakan") == "hapus" and template is not None:
            await answer_templates.remove(self._running, template, caller)
            return RedirectResponse(f"{PATH}?tersimpan", status_code=303)
        name, text = (clean_text(form.get(field, "")).strip() for field in ("nama", "isi"))
        try:
            await answer_templates.save(self._running, template, name, text, caller)
        except Refused as refusal:
            errors = {_FIELDS.get(refusal.field or "", "nama"): refusal.words}
            return await self._render(request, caller, refusal.status, errors=errors, typed=form)
        return RedirectResponse(f"{PATH}?tersimpan", status_code=303)

    async def _render(self, request: Request, caller: Key, status: int = 200, /, **values: Any) -> Response:
        found = await answer_templates.load(self._running, caller)
        chosen = parse_id(request.query_params.get("ubah"))
        one = next((one for one in found if one.id == chosen), None)
        if one is not None and "typed" not in values:
            values["typed"] = {"templat": str(one.id), "nama": one.name, "isi": one.text}
        return self._pages.page(
            request,
            "opd_templates.html",
            status,
            templates=found,
            variables=list(VARIABLES.items()),
            blank=BLANK,
            edits=caller.role == _HEAD,
            saved="tersimpan" in request.query_params,
            here=PATH,
            **values,
        )
