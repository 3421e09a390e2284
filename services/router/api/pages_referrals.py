"""The list of referrals with one decision about many of them, and the letter to an authority."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions.case_commands import ARBITER
from services.router.actions.case_reads import read_case
from services.router.actions.desk_acts import carry_out_on_many
from services.router.actions.referral_lists import HERE, ReferralFilter, count_stages, load_referrals
from services.router.api.views_desk import filter_choices
from services.router.api.views_pages import NO_SUCH_CASE, choices
from services.router.api.views_referrals import as_letter, as_referral_row, order_choices, stage_views
from services.router.errors import NoReferral, NoSuchCase
from services.router.rules.commands import CaseCommand, TakeBack
from services.router.rules.commands_referral import ConfirmReferral
from shared.clean import clean_text, whole_number
from shared.reference.authorities import Authorities
from shared.runtime.running import Running
from shared.web.pages import Pages

PAGE_SIZE: Final = 50
_CHOSEN: Final = "pilih-"
_LONGEST: Final = 5_000


def install(app: FastAPI, running: Running[Any], pages: Pages, authorities: Authorities) -> None:
    """Add the routes of these pages."""
    referrals = ReferralPages(running, pages, authorities)
    add = app.router.add_route
    add(HERE, referrals.show, methods=["GET"], include_in_schema=False)
    add(HERE, referrals.decide, methods=["POST"], include_in_schema=False)
    add("/triase/{case}/surat", referrals.letter, methods=["GET"], include_in_schema=False)


class ReferralPages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages, authorities: Authorities) -> None:
        self._running = running
        self._pages = pages
        self._authorities = authorities

    async def show(
        self, request: Request, status: int = 200, failed: str | None = None, sent: dict[str, str] | None = None
    ) -> Response:
        """Show the list. ``failed``: why the form ``sent`` was not carried out."""
        await self._pages.need(request)
        running, given = self._running, request.query_params
        wanted = ReferralFilter.of(given) if sent is None else ReferralFilter.of_text(sent.get("dari", ""))
        page = await load_referrals(running, wanted, given.get("sesudah", ""), PAGE_SIZE)
        now = running.clock.now()
        return self._pages.page(
            request,
            "referrals.html",
            status,
            rows=[as_referral_row(one, now) for one in page.cases],
            next=page.next,
            wanted=wanted,
            views=stage_views(wanted, await count_stages(running)),
            sampled=self._authorities.sampled,
            here=HERE,
            failed=failed,
            typed=sent or {},
            done=whole_number(given.get("selesai", "")),
            refused=whole_number(given.get("gagal", "")),
            once=secrets.token_urlsafe(12),
            orders=order_choices(),
            **filter_choices(),
            **choices(),
        )

    async def decide(self, request: Request) -> Response:
        """Confirm or take back all referrals that were chosen in the list, and show the list again."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        reason = clean_text(form.get("alasan", "")).strip()
        back = form.get("putusan") == "tarik"
        chosen = {
            name.removeprefix(_CHOSEN): whole_number(value) for name, value in form.items() if name.startswith(_CHOSEN)
        }
        if not chosen:
            return await self.show(request, 422, "Pilih dulu aduannya, dengan kotak di awal barisnya.", form)
        if back and not 0 < len(reason) <= _LONGEST:
            words = "Tulis alasan ditarik kembali, paling banyak 5.000 huruf; pelapor membacanya."
            return await self.show(request, 422, words, form)
        one: CaseCommand = TakeBack(reason=reason, arbiter=caller.role == ARBITER) if back else ConfirmReferral()
        done, refused = await carry_out_on_many(
            self._running, chosen, lambda revision: replace(one, revision=revision), caller, form.get("sekali", "")
        )
        text = ReferralFilter.of_text(form.get("dari", "")).as_text()
        told = urlencode({"selesai": done, "gagal": refused})
        return RedirectResponse(f"{HERE}?{text}&{told}" if text else f"{HERE}?{told}", status_code=303)

    async def letter(self, request: Request) -> Response:
        """Show the letter to the authority of a case, to be printed."""
        caller = await self._pages.need(request)
        try:
            found = await read_case(self._running, request.path_params["case"], caller, "letter to an authority")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        it = as_letter(found.stored.case, self._authorities, self._running.clock.now())
        if it is None:
            return self._pages.refused(request, NoReferral())
        return self._pages.page(request, "letter.html", it=it)
