"""The photos of the form's script: it sends each by itself and shows its small copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.intake.api.filing_site import FilingSite
from services.intake.api.forms import MAX_PHOTOS
from services.intake.api.routes_media import FORM_BYTES
from services.intake.media.errors import MediaMissing
from shared.buckets import Buckets
from shared.errors import Invalid
from shared.web.address import client_address
from shared.web.limits import address_block

if TYPE_CHECKING:
    from fastapi import FastAPI

PATH: Final = "/kirim/foto"
# The text fields of the form beside its photos.
_TYPED_BYTES: Final = 1024 * 1024


def limits_of(photo_bytes: int) -> dict[str, int]:
    """Return the body limits of the form and of one photo, by their paths."""
    return {"/": MAX_PHOTOS * photo_bytes + _TYPED_BYTES, PATH: photo_bytes + FORM_BYTES}


def install(app: FastAPI, site: FilingSite) -> None:
    """Open the routes of the script."""
    photos = _PhotoRoutes(site)
    app.router.add_route(PATH, photos.keep, methods=["POST"], include_in_schema=False)
    app.router.add_route(f"{PATH}/{{photo}}", photos.show, methods=["GET"], include_in_schema=False)


class _PhotoRoutes:
    def __init__(self, site: FilingSite) -> None:
        self._site = site
        settings = site.intake.settings
        self._visitors = Buckets(settings.visitor_rate * MAX_PHOTOS / 60, settings.visitor_burst * MAX_PHOTOS)
        self._addresses = Buckets(settings.web_rate / 60, settings.web_burst)

    async def keep(self, request: Request) -> Response:
        """Keep one photo and return its id. A refusal says in its message what the citizen can do."""
        visitor = self._site.visitor(request)
        self._addresses.take(address_block(client_address(request)))
        self._visitors.take(visitor)
        async with request.form(max_files=1, max_fields=5) as fields:
            self._site.pages.sessions.check_csrf(request, str(fields.get("csrf") or ""))
            file = fields.get("berkas")
            if not isinstance(file, UploadFile):
                raise Invalid("a file is missing", field="berkas", message="Pilih satu foto, lalu kirim lagi.")
            photo = await self._site.photos.keep(visitor, file)
        return JSONResponse({"id": str(photo)}, status_code=201, headers={"Cache-Control": "no-store"})

    async def show(self, request: Request) -> Response:
        """Show the small copy of a photo to the visitor who sent it."""
        try:
            photo = UUID(request.path_params["photo"])
        except ValueError:
            raise MediaMissing from None
        opened = await self._site.photos.read_thumbnail(self._site.visitor(request), photo)
        headers = {
            "Content-Length": str(opened.size),
            "Cache-Control": "private, max-age=600",
            "Vary": "Cookie",
            # Added to the policy of every answer: whatever a browser takes the file for, it may neither run nor load.
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        return StreamingResponse(opened.chunks, media_type="image/webp", headers=headers)
