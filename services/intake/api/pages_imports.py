"""The page on which an admin koordinator uploads a Laporan Ringkas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from services.intake.actions.importing import ImportReport, history_of, import_laporan
from services.intake.actions.running import RunningIntake
from services.intake.api.routes_imports import ROLE
from services.intake.labels import IMPORT_COLUMNS
from services.intake.laporan import NotALaporan
from shared.errors import Forbidden, Invalid, TooMany, Unavailable
from shared.web.address import client_address
from shared.web.attempts import too_many_keys
from shared.web.keys import Keys
from shared.web.pages import Pages

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: FastAPI, intake: RunningIntake, pages: Pages) -> None:
    """Open the page for importing an SP4N export."""
    page = _ImportPage(intake, pages)
    app.router.add_route("/impor", page.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/impor", page.take, methods=["POST"], include_in_schema=False)


class _ImportPage:
    """The import page of the admin koordinator. Each upload needs the key, typed or filled in by the browser."""

    def __init__(self, intake: RunningIntake, pages: Pages) -> None:
        self._intake = intake
        self._keys = Keys(intake.pool, intake.running.attempts)
        self._pages = pages

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
            self._pages.sessions.check_csrf(request, csrf)
            history = history_of(choice)
            return self._page(request, {}, report=await import_laporan(self._intake, content, key.actor, history))
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
        days = self._intake.settings.sp4n_history_days
        return self._pages.page(
            request,
            "import.html",
            status,
            here="/impor",
            errors=errors,
            report=report,
            columns=IMPORT_COLUMNS,
            days=days,
        )
