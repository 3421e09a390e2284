"""The upload of a Laporan Ringkas: by a machine as a form file or raw body, or by a person on a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from services.intake.actions.filing import Desk
from services.intake.actions.importing import ImportReport, history_of, import_laporan
from services.intake.laporan import NotALaporan
from shared.errors import Forbidden, Invalid, TooMany, Unavailable
from shared.web.address import client_address
from shared.web.app import light, templates
from shared.web.attempts import too_many_keys
from shared.web.keys import Keys, needs
from shared.web.sessions import Sessions

if TYPE_CHECKING:
    from fastapi import FastAPI

ROLE: Final = "koordinator"
# The columns of an import report, by the names that an admin knows from the export.
COLUMNS: Final = {
    "text": "Isi Laporan",
    "title": "Judul Laporan",
    "place": "Lokasi",
    "class": "Klasifikasi",
    "category": "Kategori",
    "reporter": "Nama Pelapor",
    "anonim": "Anonim",
    "rahasia": "Rahasia",
    "filed_at": "Tanggal dan Waktu Masuk",
    "source": "Sumber Laporan",
    "opd": "Instansi Terdisposisi",
    "reason": "Alasan Tunda/Arsip",
    "rating": "Rating",
    "disposed_at": "Tanggal Disposisi",
    "followed_up_at": "Tanggal Tindak Lanjut",
    "status": "Status Laporan",
}


def install(app: FastAPI, desk: Desk) -> None:
    """Open the routes for importing an SP4N export."""
    caller = needs(desk.running)(ROLE)
    page = _Page(desk)

    async def upload(request: Request) -> Response:
        key = await caller(request)
        history = history_of(request.query_params.get("history"))
        content = await _content(request)
        if not content:
            raise Invalid('Kirim berkas .xlsx di bidang "file".', field="file")
        try:
            report = await import_laporan(desk, content, key.actor, history)
        except NotALaporan as error:
            raise Invalid(str(error), field="file") from error
        return JSONResponse(report.as_json())

    app.router.add_route("/v1/imports/laporan-ringkas", upload, methods=["POST"])
    app.router.add_route("/impor", page.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/impor", page.take, methods=["POST"], include_in_schema=False)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        return await file.read() if isinstance(file, UploadFile) else b""


class _Page:
    """The import page of the admin koordinator. Each upload needs the key, typed or filled in by the browser."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys = Keys(desk.running.pool, desk.running.attempts)
        self._sessions = Sessions(desk.running)
        self._templates = templates(Path(__file__).parent.parent / "templates")

    async def show(self, request: Request) -> Response:
        return self._page(request, {})

    async def take(self, request: Request) -> Response:
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("berkas")
            content = await file.read() if isinstance(file, UploadFile) else b""
            typed, csrf = str(form.get("kunci") or ""), str(form.get("csrf") or "")
            choice = str(form.get("riwayat") or "")
        try:
            key = await self._keys.find(typed.strip(), client_address(request))
        except TooMany as refusal:
            return self._page(request, {"kunci": too_many_keys(refusal)}, refusal.status)
        if key is None or key.role != ROLE:
            return self._page(
                request, {"kunci": "Kunci ini tidak berlaku untuk mengimpor. Periksa kembali kuncinya."}, 403
            )
        if not content:
            return self._page(request, {"berkas": "Pilih berkas .xlsx yang akan diimpor."}, 422)
        try:
            self._sessions.check_csrf(request, csrf)
            history = history_of(choice)
            return self._page(request, {}, report=await import_laporan(self._desk, content, key.actor, history))
        except NotALaporan as error:
            return self._page(request, {"berkas": str(error)}, 422)
        except Invalid:
            return self._page(request, {"riwayat": "Pilih salah satu."}, 422)
        except (Forbidden, Unavailable) as refusal:
            words = "Berkas belum terimpor seluruhnya. Muat ulang halaman ini, lalu unggah sekali lagi."
            return self._page(request, {"berkas": words}, refusal.status)

    def _page(
        self, request: Request, errors: dict[str, str], status: int = 200, report: ImportReport | None = None
    ) -> Response:
        csrf = self._sessions.csrf_token(request)
        body = self._templates.get_template("import.html").render(
            csrf=csrf, errors=errors, report=report, columns=COLUMNS, days=self._desk.settings.sp4n_history_days
        )
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self._sessions.remember(request, response)
        return light(request, response)
