"""The choice of regency, kecamatan and village: a page for browsers without scripts, and data for the form's script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.api.filing_site import FilingSite
from services.intake.api.forms import read_form
from services.intake.api.pages_filing import region_choices
from services.intake.errors import NothingHere
from shared.reference.places import place_words, places_in
from shared.web.app import light

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: FastAPI, site: FilingSite) -> None:
    """Open the page and the lists of places."""
    area = _AreaPages(site)
    app.router.add_route("/kirim/{form}/wilayah", area.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/kirim/{form}/wilayah", area.choose, methods=["POST"], include_in_schema=False)
    app.router.add_route("/wilayah/{code}", list_places, methods=["GET"], include_in_schema=False)


async def list_places(request: Request) -> Response:
    """Return the kecamatan of a regency, each with its villages, as pairs of code and name."""
    districts = places_in(request.path_params["code"])
    if not districts:
        raise NothingHere("no regency has this code")
    found = [[one.code, one.name, [[it.code, it.name] for it in places_in(one.code)]] for one in districts]
    return light(request, JSONResponse(found, headers={"Cache-Control": "public, max-age=86400"}))


class _AreaPages:
    def __init__(self, site: FilingSite) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        """Show the choice of the regency, or of the kecamatan and village in the chosen regency."""
        kept, form = await self._site.find(request)
        if kept is None or form is None:
            return self._site.gone(request, kept)
        region = "" if request.query_params.get("ganti") else form.typed["kabupaten"]
        return self._site.pages.page(
            request,
            "area.html",
            here="/",
            form=form,
            id=kept.id,
            region=region,
            region_words=place_words(region),
            regions=region_choices(),
            districts=[(one, places_in(one.code)) for one in places_in(region)] if region else [],
        )

    async def choose(self, request: Request) -> Response:
        """Keep the choice, and lead to the next one, to the form, or back to the answers."""
        kept, form = await self._site.find(request)
        if kept is None or kept.content is None or form is None:
            return self._site.gone(request, kept)
        fields = await self._site.pages.form(request)
        chosen = {name: fields[name] for name in ("kabupaten", "wilayah") if name in fields}
        changed = read_form(kept.content["fields"] | chosen, form.photos)
        await self._site.forms.keep(self._site.visitor(request), kept.token, kept.content | changed.kept())
        if "wilayah" not in fields:
            return self._site.lead(request, f"/kirim/{kept.id}/wilayah")
        ready = kept.content["checked"] and not changed.errors
        return self._site.lead(request, f"/kirim/{kept.id}/periksa" if ready else f"/kirim/{kept.id}#kabupaten")
