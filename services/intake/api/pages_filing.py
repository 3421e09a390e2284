"""The citizen's form for filing a complaint. It works without scripts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake.actions.filing import file_form
from services.intake.actions.running import RunningIntake
from services.intake.api.forms import ComplaintForm, read_form
from services.intake.api.site import advice
from shared.buckets import Buckets
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
        settings = intake.settings
        self._longest_wait = settings.web_wait_s
        self._addresses = Buckets(settings.web_rate / 60, settings.web_burst)
        self._visitors = Buckets(settings.visitor_rate / 60, settings.visitor_burst)

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
            token, csrf = str(fields.get("sekali") or ""), str(fields.get("csrf") or "")
        if form.robot:
            words = "Peramban Anda mengisi kolom yang tersembunyi. Periksa isi formulir, lalu kirim sekali lagi."
            return self._form(request, form, {"kirim": words}, 400)
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
        try:
            await self._take_turn(request, csrf)
            path = await file_form(
                self._intake,
                form.content(),
                name=form.name,
                whatsapp=form.whatsapp,
                email=form.email,
                # The same form sent again is the same complaint. Another text from the same page is another one.
                token=f"{token}:{digest_of([form.typed, form.anonim, form.rahasia])}",
            )
        except Refused as refusal:
            # The page keeps its token: the complaint may have been stored after all and must not be stored twice.
            page = self._form(request, form, {"kirim": advice(refusal)}, refusal.status, token)
            return later(page, refusal)
        return RedirectResponse(f"{path}/bukti", status_code=303)

    async def _take_turn(self, request: Request, visitor: str) -> None:
        """Wait until this browser and its address may file one more. Raise TooMany when the queue is too long."""
        address = address_block(client_address(request))
        wait = self._visitors.reserve(visitor, longest=self._longest_wait)
        wait = max(wait, self._addresses.reserve(address, longest=self._longest_wait))
        await asyncio.sleep(wait)
