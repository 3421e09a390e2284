"""The citizen's form for filing a complaint. It works without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake.actions.filing import file_form
from services.intake.actions.running import RunningIntake
from services.intake.api.forms import ComplaintForm, read_form
from services.intake.api.site import advice
from services.intake.api.turns import TURN, Turns, waiting_page
from services.intake.errors import Queued
from shared.canonical import digest_of
from shared.errors import Forbidden, Refused
from shared.web.address import client_address
from shared.web.limits import address_block
from shared.web.pages import Pages
from shared.web.sorry import later

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: FastAPI, intake: RunningIntake, pages: Pages) -> None:
    """Open the form for filing a complaint."""
    filing = _FilingPages(intake, pages)
    app.router.add_route("/", filing.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/", filing.submit, methods=["POST"], include_in_schema=False)


class _FilingPages:
    def __init__(self, intake: RunningIntake, pages: Pages) -> None:
        self._intake = intake
        self._pages = pages
        self._turns = Turns(intake.settings)

    async def show(self, request: Request) -> Response:
        return self._form(request, read_form({}), {})

    def _form(
        self, request: Request, form: ComplaintForm, errors: dict[str, str], status: int = 200, token: str = ""
    ) -> Response:
        once = token or self._pages.sessions.once(request)
        return self._pages.page(request, "form.html", status, here="/", form=form, errors=errors, once=once)

    async def submit(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=30) as fields:
            form = read_form(fields)
            sent = {name: value for name, value in fields.items() if isinstance(value, str)}
            token, csrf = str(fields.get("sekali") or ""), str(fields.get("csrf") or "")
        owned = self._pages.sessions.is_ours(request, token)
        if form.errors:
            return self._form(request, form, form.errors, 422, token if owned else "")
        try:
            self._pages.sessions.check_csrf(request, csrf)
        except Forbidden:
            words = "Halaman ini sudah terlalu lama terbuka. Periksa isinya, lalu kirim sekali lagi."
            return self._form(request, form, {"kirim": words}, 403)
        if not owned:
            words = "Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."
            return self._form(request, form, {"kirim": words}, 422)
        # The same form sent again is the same complaint. Another text from the same page is another one.
        filing = f"{token}:{digest_of([form.typed, form.anonim, form.rahasia])}"
        try:
            await self._turns.take(address_block(client_address(request)), csrf, filing, sent.get(TURN, ""))
            path = await file_form(
                self._intake,
                form.content(),
                name=form.name,
                whatsapp=form.whatsapp,
                email=form.email,
                token=filing,
                robot=form.robot,
            )
        except Queued as queued:
            return waiting_page(self._pages, request, sent, queued)
        except Refused as refusal:
            # The page keeps its token: the complaint may have been stored after all and must not be stored twice.
            page = self._form(request, form, {"kirim": advice(refusal)}, refusal.status, token)
            return later(page, refusal)
        return RedirectResponse(f"{path}/bukti", status_code=303)
