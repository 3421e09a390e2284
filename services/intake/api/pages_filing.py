"""The citizen's form. It keeps what was typed and leads on by a redirect. It works without scripts.

A script shows one question at a time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from uuid import UUID

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.filing_site import FilingSite
from services.intake.api.forms import KINDS, MAX_PHOTOS, ComplaintForm, photo_ids, read_form
from services.intake.api.site import advice
from shared.buckets import Buckets
from shared.errors import Forbidden, Refused, TooMany
from shared.reference import regions
from shared.reference.places import place_words
from shared.web.address import client_address
from shared.web.limits import address_block
from shared.web.sorry import later

if TYPE_CHECKING:
    from fastapi import FastAPI

# The words above a form that was not taken as it came, by the name under which the kept form holds them.
NOTICES: Final = {
    "lama": "Halaman ini sudah terlalu lama terbuka. Periksa isinya, lalu kirim sekali lagi.",
}
# A citizen may correct the form some times before the complaint is sent. Many share an address, and keeping is cheap.
_STEPS: Final = 3
_STEPS_OF_ADDRESS: Final = 10


def install(app: FastAPI, site: FilingSite) -> None:
    """Open the form for filing a complaint."""
    filing = _FormPages(site)
    app.router.add_route("/", filing.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/", filing.keep, methods=["POST"], include_in_schema=False)
    app.router.add_route("/kirim/{form}", filing.show_kept, methods=["GET"], include_in_schema=False)


def region_choices() -> list[tuple[str, str]]:
    """Return code and name of each regency and city."""
    return [(one.kemendagri_code, f"{one.kind.capitalize()} {one.name}") for one in regions()]


class _FormPages:
    def __init__(self, site: FilingSite) -> None:
        self._site = site
        settings = site.intake.settings
        self._visitors = Buckets(settings.visitor_rate * _STEPS / 60, settings.visitor_burst * _STEPS)
        self._longest_wait = settings.web_wait_s
        of_address = settings.web_rate * _STEPS_OF_ADDRESS / 60, settings.web_burst * _STEPS_OF_ADDRESS
        self._addresses = Buckets(*of_address)

    async def show(self, request: Request) -> Response:
        """Show the empty form."""
        return self._form(request, read_form({}))

    async def show_kept(self, request: Request) -> Response:
        """Show the form with what was typed, and with what is wrong once the citizen has asked to check it."""
        kept, form = await self._site.find(request)
        if kept is None or kept.content is None or form is None:
            return self._site.gone(request, kept)
        errors = dict(form.errors) if kept.content["checked"] else {}
        if kept.content["refused"]:
            errors["berkas"] = " ".join(kept.content["refused"])
        if kept.content["notice"]:
            errors["kirim"] = NOTICES[kept.content["notice"]]
        return self._form(request, form, errors, token=kept.token)

    def _form(
        self,
        request: Request,
        form: ComplaintForm,
        errors: dict[str, str] | None = None,
        status: int = 200,
        token: str = "",
    ) -> Response:
        return self._site.pages.page(
            request,
            "form.html",
            status,
            here="/",
            form=form,
            errors=errors or {},
            once=token or self._site.pages.sessions.once(request),
            kinds=[(code, words) for code, (words, _) in KINDS.items()],
            regions=region_choices(),
            area=place_words(form.typed["wilayah"]),
            most=MAX_PHOTOS,
            megabytes=self._site.intake.settings.media_bytes // (1024 * 1024),
        )

    async def keep(self, request: Request) -> Response:
        """Keep what was typed, with its photos, and lead to the answers or back to what is wrong."""
        visitor = self._site.visitor(request)
        async with request.form(max_files=20, max_fields=60) as fields:
            typed = read_form(dict(fields))
            try:
                wait = self._visitors.reserve(visitor, longest=0)
                address = address_block(client_address(request))
                await asyncio.sleep(max(wait, self._addresses.reserve(address, longest=self._longest_wait)))
            except TooMany as refusal:
                return later(self._form(request, typed, {"kirim": advice(refusal)}, refusal.status), refusal)
            photos, refused = await self._take_photos(visitor, fields)
            token, notice = self._token(request, fields)
            asked = str(fields.get("langkah") or "")
        form = read_form(typed.kept()["fields"], photos)
        content = form.kept() | {"refused": refused, "notice": notice, "checked": not asked, "robot": typed.robot}
        kept = await self._site.forms.keep(visitor, token, content)
        if kept is None:
            # This form was sent before. What was typed since is kept as another one, and the page hints at the first.
            kept = await self._site.forms.keep(visitor, self._site.pages.sessions.once(request), content)
        if asked == "wilayah":
            return self._site.lead(request, f"/kirim/{kept}/wilayah")
        wrong = form.errors or refused or notice
        return self._site.lead(request, f"/kirim/{kept}" if wrong else f"/kirim/{kept}/periksa")

    def _token(self, request: Request, fields: FormData) -> tuple[str, str]:
        """Return the one-use token of this form and the notice above it. A form that is not ours gets a new token."""
        sessions = self._site.pages.sessions
        token = str(fields.get("sekali") or "")
        try:
            sessions.check_csrf(request, str(fields.get("csrf") or ""))
        except Forbidden:
            return sessions.once(request), "lama"
        return (token, "") if sessions.is_ours(request, token) else (sessions.once(request), "lama")

    async def _take_photos(self, visitor: str, fields: FormData) -> tuple[tuple[UUID, ...], list[str]]:
        """Keep the files of the form. Return all its photos, and the reasons why some were not taken."""
        removed = photo_ids(fields.getlist("hapus"))
        wanted = [one for one in photo_ids(fields.getlist("foto")) if one not in removed]
        named = await self._site.photos.find(visitor, wanted)
        photos = [UUID(one.id) for one in named.attachments]
        refused = [lost_photos(len(named.missing))] if named.missing else []
        for file in fields.getlist("berkas"):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            name = file.filename if len(file.filename) <= 40 else f"{file.filename[:39]}…"
            if len(photos) >= MAX_PHOTOS:
                refused.append(f"{name}: paling banyak {MAX_PHOTOS} foto.")
                continue
            try:
                photos.append(await self._site.photos.keep(visitor, file))
            except Refused as refusal:
                refused.append(f"{name}: {refusal.words}")
        return tuple(dict.fromkeys(photos)), refused


def lost_photos(number: int) -> str:
    """Return the words about photos that were deleted before the form was sent."""
    return f"{number} foto tidak tersimpan lagi. Pilih foto itu sekali lagi."
