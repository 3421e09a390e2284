"""The upload of a Laporan Ringkas by a machine, as a form file or as the raw body."""

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query
from pydantic import BeforeValidator
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.actions.importing import History, history_of, import_laporan
from services.intake.actions.running import RunningIntake
from services.intake.api.answers import ImportOut
from services.intake.laporan import NotALaporan
from shared.errors import Invalid
from shared.web.keys import Key, needs

ROLE: Final = "koordinator"
_FILE: Final = {"type": "string", "format": "binary"}
# FastAPI describes one kind of body for a route; this route takes two.
_UPLOAD: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _FILE}, "required": ["file"]}},
        "application/octet-stream": {"schema": _FILE},
    },
}
HistoryChoice = Annotated[
    History,
    BeforeValidator(history_of),
    Query(description="the open rows that are history: auto (no activity for the days in the settings), all, or none"),
]


def install(app: FastAPI, intake: RunningIntake) -> None:
    """Open the route for importing an SP4N export."""
    koordinator = Annotated[Key, Depends(needs(intake.running)(ROLE))]

    @app.post(
        "/v1/imports/laporan-ringkas",
        summary="Import a Laporan Ringkas (.xlsx) of SP4N-LAPOR! (role `koordinator`).",
        response_model=ImportOut,
        response_description="the counts of rows, and each bad row with its number",
        openapi_extra={"requestBody": _UPLOAD},
    )
    async def upload(request: Request, key: koordinator, history: HistoryChoice = "auto") -> Response:
        content = await _content(request)
        if not content:
            raise Invalid(
                "the field `file` must hold an .xlsx file",
                field="file",
                message='Kirim berkas .xlsx di bidang "file".',
            )
        try:
            report = await import_laporan(intake, content, key.actor, history)
        except NotALaporan as error:
            raise Invalid("the file is no Laporan Ringkas", field="file", message=str(error)) from error
        return JSONResponse(report.as_json())


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        return await file.read() if isinstance(file, UploadFile) else b""
