"""The page on which an officer sends the photos of an answer. The OPD's desk leads here and takes the photos back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from services.intake.actions.media import find_attachments
from services.intake.actions.photos import VisitorPhotos
from services.intake.actions.running import RunningIntake
from services.intake.api.routes_media import FORM_BYTES
from services.intake.media.errors import MediaMissing
from shared.errors import Refused
from shared.ids import parse_id
from shared.web.evidence_links import MOST_PHOTOS, PATH, EvidenceLinks, Permission
from shared.web.pages import Pages

if TYPE_CHECKING:
    from fastapi import FastAPI

_NO_PERMISSION = {
    "title": "Tautan ini sudah tidak berlaku",
    "advice": "Tautan untuk mengirim foto bukti berlaku satu jam. Buka lagi aduannya di meja OPD, lalu tambahkan fotonya.",
}
_NO_PHOTO = "Pilih satu foto, lalu kirim."


def limits_of(photo_bytes: int) -> dict[str, int]:
    """Return the body limit of the page, by its path."""
    return {PATH: photo_bytes + FORM_BYTES}


def install(app: FastAPI, intake: RunningIntake, pages: Pages, photos: VisitorPhotos) -> None:
    """Open the routes of the page."""
    evidence = _EvidencePages(intake, pages, photos)
    app.router.add_route(PATH, evidence.show, methods=["GET"], include_in_schema=False)
    app.router.add_route(PATH, evidence.keep, methods=["POST"], include_in_schema=False)
    app.router.add_route(f"{PATH}/{{photo}}", evidence.thumbnail, methods=["GET"], include_in_schema=False)


class _EvidencePages:
    def __init__(self, intake: RunningIntake, pages: Pages, photos: VisitorPhotos) -> None:
        self._intake = intake
        self._pages = pages
        self._photos = photos
        self._links = EvidenceLinks(intake.settings.secret_bytes)
        self._console = intake.settings.console_url.rstrip("/")

    async def show(self, request: Request) -> Response:
        """Show the photos that were sent for this answer, and the form for another one."""
        return self._render(request, dict(request.query_params))

    async def keep(self, request: Request) -> Response:
        """Keep a photo. The permission also proves that the form is ours: no other site can know it."""
        async with request.form(max_files=1, max_fields=5) as fields:
            given = {name: value for name, value in fields.items() if isinstance(value, str)}
            permission = self._links.permitted(given.get("izin", ""))
            if permission is None:
                return self._pages.nothing(request, **_NO_PERMISSION)
            kept = self._links.photos(given.get("foto", ""), permission)
            file = fields.get("berkas")
            if not isinstance(file, UploadFile) or not file.filename:
                return self._render(request, given, 422, errors={"berkas": _NO_PHOTO})
            if len(kept) >= MOST_PHOTOS:
                words = f"Sebuah jawaban memuat paling banyak {MOST_PHOTOS} foto."
                return self._render(request, given, 422, errors={"berkas": words})
            try:
                photo = await self._photos.keep(_sender(permission), file)
            except Refused as refusal:
                return self._render(request, given, refusal.status, errors={"berkas": refusal.words})
        [named] = await find_attachments(self._intake, f"visitor:{_sender(permission)}", [photo])
        known = {one.id for one in kept.values()}
        new = [self._links.seal(one, permission) for one in named.attachments if one.id not in known]
        sealed = [*kept, *new]
        to = {"izin": given["izin"], "foto": " ".join(sealed)}
        return RedirectResponse(f"{PATH}?{urlencode(to)}", status_code=303, headers={"Cache-Control": "no-store"})

    async def thumbnail(self, request: Request) -> Response:
        """Show the small copy of a photo to whoever has the permission to send it."""
        permission = self._links.permitted(request.query_params.get("izin", ""))
        photo = parse_id(request.path_params["photo"])
        if permission is None or photo is None:
            raise MediaMissing
        opened = await self._photos.read_thumbnail(_sender(permission), photo)
        headers = {"Content-Length": str(opened.size), "Cache-Control": "private, max-age=600"}
        return StreamingResponse(opened.chunks, media_type="image/webp", headers=headers)

    def _render(self, request: Request, given: dict[str, str], status: int = 200, /, **values: Any) -> Response:
        permission = self._links.permitted(given.get("izin", ""))
        if permission is None:
            return self._pages.nothing(request, **_NO_PERMISSION)
        photos = self._links.photos(given.get("foto", ""), permission)
        query = urlencode({"foto": " ".join(photos)})
        permitted = urlencode({"izin": given["izin"]})
        return self._pages.page(
            request,
            "evidence.html",
            status,
            ticket=permission.ticket,
            permission=given["izin"],
            photos=[f"{PATH}/{one.id}?{permitted}" for one in photos.values()],
            sealed=" ".join(photos),
            full=len(photos) >= MOST_PHOTOS,
            most=MOST_PHOTOS,
            back=f"{self._console}/opd/{permission.ticket}?{query}#foto",
            **values,
        )


def _sender(permission: Permission) -> str:
    # No visitor has such a name: theirs are random. Photos of one answer are thus apart from those of another.
    return f"opd:{permission.opd}:{permission.ticket}"
