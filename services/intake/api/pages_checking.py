"""The page on which a citizen checks the answers, and the sending of the complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from services.intake.actions.filing import file_form
from services.intake.actions.similar import find_similar
from services.intake.actions.web_forms import KeptForm
from services.intake.api.answers import SimilarOut
from services.intake.api.filing_site import FilingSite
from services.intake.api.forms import KINDS, ComplaintForm
from services.intake.api.pages_filing import NOTICES, lost_photos
from services.intake.api.site import advice
from services.intake.api.turns import TURN, Turns, waiting_page
from services.intake.api.views import similar_rows
from services.intake.errors import Queued
from shared.canonical import digest_of
from shared.errors import Forbidden, TooMany, Unavailable, Unsure
from shared.events.fact import Attachment
from shared.reference.places import place_words
from shared.web.address import client_address
from shared.web.limits import address_block

if TYPE_CHECKING:
    from fastapi import FastAPI

# The words above the answers when sending did not succeed, by the name that the address carries.
_NEWS: Final = {
    "lama": NOTICES["lama"],
    "ramai": advice(TooMany()),
    "simpan": advice(Unavailable()),
    "putus": "Sambungan terputus ketika aduan Anda disimpan. Kirim sekali lagi; bila sudah tersimpan, aduannya tetap satu.",
}


def install(app: FastAPI, site: FilingSite) -> None:
    """Open the page with the answers."""
    checking = _CheckPages(site)
    app.router.add_route("/kirim/{form}/periksa", checking.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/kirim/{form}/periksa", checking.submit, methods=["POST"], include_in_schema=False)


class _CheckPages:
    def __init__(self, site: FilingSite) -> None:
        self._site = site
        self._turns = Turns(site.intake.settings)

    async def show(self, request: Request) -> Response:
        """Show the answers, so that the citizen can check them before they are sent."""
        kept, form = await self._site.find(request)
        if kept is None or form is None:
            return self._site.gone(request, kept)
        if form.errors:
            return self._site.lead(request, f"/kirim/{kept.id}")
        same = await self._just_sent(request, kept, form)
        news = _NEWS.get(request.query_params.get("kabar", ""))
        return self._site.pages.page(
            request,
            "check.html",
            here="/",
            form=form,
            id=kept.id,
            kind=KINDS[form.typed["jenis"]][0],
            area=place_words(form.place_code),
            errors={"kirim": news} if news else {},
            same=same,
            similar=[] if same else await self._similar(form),
        )

    async def _similar(self, form: ComplaintForm) -> list[SimilarOut]:
        """Return the open complaints nearby that are like this one."""
        content, intake = form.content(), self._site.intake
        found = await find_similar(intake, content.text, content.place, content.place_code)
        return similar_rows(found, intake.running.clock.now())

    async def _just_sent(self, request: Request, kept: KeptForm, form: ComplaintForm) -> dict[str, str] | None:
        """Return ticket and path of the complaint that was just sent with the same content.

        Only its own sender is led to the secret page.
        """
        same = await self._site.forms.find_same(self._site.visitor(request), kept.id, *_marked(form))
        if same is None:
            return None
        ticket = same.filed.ticket
        return {"ticket": ticket, "path": self._site.path(same.filed) if same.own else f"/aduan/{ticket}"}

    async def submit(self, request: Request) -> Response:
        """Send the complaint, and lead to its receipt."""
        kept, form = await self._site.find(request)
        if kept is None or form is None:
            return self._site.gone(request, kept)
        here = f"/kirim/{kept.id}/periksa"
        async with request.form(max_files=0, max_fields=10) as fields:
            csrf, anyway = str(fields.get("csrf") or ""), bool(fields.get("tetap"))
            sent = {name: value for name, value in fields.items() if isinstance(value, str)}
        try:
            self._site.pages.sessions.check_csrf(request, csrf)
        except Forbidden:
            return self._site.lead(request, f"{here}?kabar=lama")
        if form.errors:
            return self._site.lead(request, f"/kirim/{kept.id}")
        if not anyway and await self._just_sent(request, kept, form):
            return self._site.lead(request, f"{here}#sama")
        files = await self._site.photos.find(self._site.visitor(request), form.photos)
        if files.missing:
            return await self._without_lost_photos(request, kept, form, files.attachments)
        # The same form sent again is the same complaint.
        filing = f"{kept.token}:{digest_of(form.kept())}"
        address, visitor = address_block(client_address(request)), self._site.visitor(request)
        try:
            await self._turns.take(address, visitor, filing, sent.get(TURN, ""))
            filed = await file_form(
                self._site.intake,
                form.content(),
                name=form.name,
                whatsapp=form.whatsapp,
                email=form.email,
                token=filing,
                files=files,
                robot=bool(kept.content and kept.content.get("robot")),
            )
        except Queued as queued:
            return waiting_page(self._site.pages, request, sent, queued, here)
        except TooMany:
            return self._site.lead(request, f"{here}?kabar=ramai")
        except Unsure:
            # The form keeps its token: the complaint may have been stored after all and must not be stored twice.
            return self._site.lead(request, f"{here}?kabar=putus")
        except Unavailable:
            return self._site.lead(request, f"{here}?kabar=simpan")
        await self._site.forms.mark_sent(kept.id, filed, *_marked(form), secret=form.rahasia)
        return self._site.lead(request, f"{self._site.path(filed)}/bukti")

    async def _without_lost_photos(
        self, request: Request, kept: KeptForm, form: ComplaintForm, left: tuple[Attachment, ...]
    ) -> Response:
        """Keep the form without the photos that were deleted meanwhile, and tell the citizen at the field."""
        lost = [lost_photos(len(form.photos) - len(left))]
        content = (kept.content or {}) | {"photos": [one.id for one in left], "refused": lost}
        await self._site.forms.keep(self._site.visitor(request), kept.token, content)
        return self._site.lead(request, f"/kirim/{kept.id}")


def _marked(form: ComplaintForm) -> tuple[str, str]:
    """Return text and place, by which a complaint that was just sent is recognised."""
    return form.typed["isi"], form.typed["lokasi"]
