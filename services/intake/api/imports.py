"""Upload of a Laporan Ringkas: as a form's file or as the raw body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.filing import Desk
from services.intake.importing import import_laporan
from services.intake.laporan import NotALaporan
from shared.errors import Invalid
from shared.web.keys import needs

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: FastAPI, desk: Desk) -> None:
    """Open the door of the SP4N export."""
    caller = needs(desk.running)("koordinator")

    async def upload(request: Request) -> Response:
        key = await caller(request)
        content = await _content(request)
        if not content:
            raise Invalid('Kirim berkas .xlsx di bidang "file".', field="file")
        try:
            report = await import_laporan(desk, content, key.actor)
        except NotALaporan as error:
            raise Invalid(str(error), field="file") from error
        return JSONResponse(report.as_json())

    app.router.add_route("/v1/imports/laporan-ringkas", upload, methods=["POST"])


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        return await file.read() if isinstance(file, UploadFile) else b""
