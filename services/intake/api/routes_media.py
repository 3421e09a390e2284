"""The HTTP API of the media store. Adapters send files; the reporter, the OPD of the case and the desk see them.

No file is public unless a person releases it. A signed link opens one file for a few minutes: ours for the reporter,
the router's for officers. A stranger's link opens it only while the release stands.
"""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, Path, Query
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.intake.actions.complaints import find_complaint, find_own, note_adapter_read
from services.intake.actions.media import MediaLinks, MediaReader, check_public, files_of, find_media, keep_upload
from services.intake.actions.running import RunningIntake
from services.intake.api.parameters import (
    FORBIDDEN,
    UNAUTHENTICATED,
    ComplaintSecret,
    IdempotencyKey,
    TicketInPath,
)
from services.intake.api.ranges import FilePart, part_of, wanted_part
from services.intake.errors import NothingHere
from services.intake.media.files import CHUNK, VARIANTS, name_of
from services.intake.media.keeping import MediaKeeper
from services.intake.media.spool import SentFile, sent_file
from services.intake.store import FoundComplaint
from shared.errors import Forbidden, Invalid, Unauthenticated
from shared.web.address import client_address
from shared.web.keys import Key, Keys, bearer, needs
from shared.web.limits import address_block

PATH: Final = "/v1/media"
# The boundaries and headers of a form around the file.
FORM_BYTES: Final = 65_536
_MAX_TOKEN: Final = 200
_FILE: Final = {"type": "string", "format": "binary"}
# FastAPI describes one kind of body for a route; this route takes two.
_UPLOAD: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _FILE}, "required": ["file"]}},
        "application/octet-stream": {"schema": _FILE},
    },
}
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
}
_EXAMPLE: Any = {
    "id": "01941f29-7c00-7000-8000-000000000001",
    "sha256": "5f1d4d0c8f5b0a0a4e4d9b9f2f3c1e7a6b8d9c0e1f2a3b4c5d6e7f8091a2b3c4",
    "type": "image/jpeg",
    "size": 1_553_419,
}
MediaId = Annotated[UUID, Path(description="the id that the upload answered")]
Variant = Annotated[Literal["320", "1280"], Path(description="the longest side of the thumbnail in pixels")]
Signature = Annotated[str, Query(description="the signature of a link; a key serves as well", max_length=200)]


class MediaOut(BaseModel):
    """A kept file. `sha256`, `type` and `size` are those of the file as it is served."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    id: UUID
    sha256: str
    type: str
    size: int


class MediaLinkOut(MediaOut):
    """A file of a complaint with links that work for a few minutes. A picture has thumbnails by longest side."""

    link: str
    thumbnails: dict[str, str]


class MediaListOut(BaseModel):
    """The files of a complaint, in the order in which they were sent."""

    media: list[MediaLinkOut]


def limit_of(intake_bytes: int) -> dict[str, int]:
    """Return the body limit of the upload, by its path."""
    return {PATH: intake_bytes + FORM_BYTES}


def install(app: FastAPI, intake: RunningIntake, keeper: MediaKeeper) -> None:
    """Open the routes of the media store."""
    if "adapter" in intake.settings.open_channels:
        _install_upload(app, intake, keeper)
    _install_download(app, intake, keeper)
    _install_list(app, intake)


def _install_upload(app: FastAPI, intake: RunningIntake, keeper: MediaKeeper) -> None:
    adapter = Annotated[Key, Depends(needs(intake.running)("adapter"))]

    @app.post(
        PATH,
        summary="Send one file of a citizen: a picture, a PDF or a recording (role `adapter`).",
        status_code=201,
        response_model=MediaOut,
        response_description="the file is durable; name its `id` in `attachments` of a submission or reply",
        responses={200: {"model": MediaOut, "description": "a repeat: the same file was kept before"}},
        openapi_extra={"requestBody": _UPLOAD},
    )
    async def upload(request: Request, key: adapter, idempotency_key: IdempotencyKey = "") -> Response:
        token = idempotency_key.strip()
        if len(token) > _MAX_TOKEN:
            raise Invalid("an Idempotency-Key has at most 200 characters", field="Idempotency-Key")
        with sent_file(intake.settings.media_spool, intake.settings.media_bytes) as sent:
            await _receive(request, sent)
            sent.close()
            kept = await keep_upload(intake, keeper, sent, owner=key.owner, actor=key.actor, token=token)
        answer = MediaOut(id=kept.id, sha256=kept.sha256, type=kept.type, size=kept.size)
        return JSONResponse(answer.model_dump(mode="json"), status_code=200 if kept.repeat else 201)


async def _receive(request: Request, sent: SentFile) -> None:
    """Write the body's file to disk, chunk by chunk."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for chunk in request.stream():
            sent.write(chunk)
        return
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid('Kirim berkas di bidang "file".', field="file")
        while chunk := await file.read(CHUNK):
            sent.write(chunk)


def _install_download(app: FastAPI, intake: RunningIntake, keeper: MediaKeeper) -> None:
    keys, links = Keys(intake.pool, intake.running.attempts), MediaLinks(intake)

    async def served(request: Request, media: UUID, variant: str, signature: str) -> Response:
        reader = None
        public = links.opens_if_public(media, signature)
        if public:
            await check_public(intake, media)
        elif not links.opens(media, signature):
            reader = links.reader(media, signature) or await _reader(keys, request, signed=bool(signature))
        asked = request.headers.get("range", "")
        row = await find_media(intake, media, reader, again=bool(asked) and not asked.startswith("bytes=0-"))
        if variant and not row["picture"]:
            raise NothingHere("this file has no thumbnails")
        opened = await keeper.files.read(name_of(row["sha256"], variant))
        part = wanted_part(asked, opened.size) or FilePart(0, opened.size)
        kind = "image/webp" if variant else row["type"]
        headers = {
            "Content-Length": str(part.end - part.begin),
            "Accept-Ranges": "bytes",
            "Content-Disposition": _disposition(media, kind),
            # A photo that is taken back must not come from a stranger's cache.
            "Cache-Control": "no-store" if public else f"private, max-age={intake.settings.media_link_s}",
            "Vary": "Authorization",
            # Added to the policy of every answer: whatever a browser takes the file for, it may neither run nor load.
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        whole = part == FilePart(0, opened.size)
        if not whole:
            headers["Content-Range"] = f"bytes {part.begin}-{part.end - 1}/{opened.size}"
        return StreamingResponse(part_of(opened.chunks, part), 200 if whole else 206, headers=headers, media_type=kind)

    described: dict[str, Any] = {
        "response_class": StreamingResponse,
        "responses": UNAUTHENTICATED
        | FORBIDDEN
        | {200: {"description": "the file", "content": {"application/octet-stream": {"schema": _FILE}}}},
    }

    @app.get(f"{PATH}/{{media}}", summary="Read a file (key of the desk or of the case's OPD, or a link).", **described)
    async def read(request: Request, media: MediaId, signature: Signature = "") -> Response:
        return await served(request, media, "", signature)

    @app.get(f"{PATH}/{{media}}/{{thumbnail}}", summary="Read a thumbnail of a picture, as WebP.", **described)
    async def read_thumbnail(
        request: Request, media: MediaId, thumbnail: Variant, signature: Signature = ""
    ) -> Response:
        return await served(request, media, thumbnail, signature)


def _install_list(app: FastAPI, intake: RunningIntake) -> None:
    keys, links = Keys(intake.pool, intake.running.attempts), MediaLinks(intake)

    @app.get(
        "/v1/complaints/{ticket}/media",
        summary="List the files of a complaint with links that work for a few minutes.",
        response_model=MediaListOut,
        response_description="the files",
        responses=UNAUTHENTICATED | FORBIDDEN,
    )
    async def of_complaint(request: Request, ticket: TicketInPath, secret: ComplaintSecret = None) -> Response:
        found = await _complaint(intake, keys, request, ticket, secret)
        media = [
            MediaLinkOut(
                id=row["id"],
                sha256=row["sha256"],
                type=row["type"],
                size=row["size"],
                link=links.link(row["id"]),
                thumbnails={side: links.link(row["id"], side) for side in VARIANTS} if row["picture"] else {},
            )
            for row in await files_of(intake, found.key)
        ]
        answer = MediaListOut(media=media).model_dump(mode="json")
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def _complaint(
    intake: RunningIntake, keys: Keys, request: Request, ticket: str, secret: str | None
) -> FoundComplaint:
    """Return the complaint for its reporter, or for the adapter that filed it.

    Raise Unauthenticated without secret and key, Forbidden for another adapter, NothingHere or TooMany.
    """
    if secret:
        return await find_own(intake, ticket, secret, address_block(client_address(request)))
    key = await _key(keys, request)
    found = await find_complaint(intake, ticket)
    if found is None:
        raise NothingHere
    if key.role != "adapter" or key.owner != found.complaint.owner:
        raise Forbidden("another has filed this complaint")
    await note_adapter_read(intake, found, key.actor)
    return found


async def _reader(keys: Keys, request: Request, *, signed: bool) -> MediaReader:
    """Return the caller by key. Raise Forbidden for a signature that does not fit, or for another role."""
    if signed and not bearer(request):
        raise Forbidden("the link has expired or was changed")
    key = await _key(keys, request)
    if key.role not in {"koordinator", "officer"}:
        raise Forbidden("needs a key with the role koordinator or officer, or a link")
    return MediaReader(key.actor, key.opd)


async def _key(keys: Keys, request: Request) -> Key:
    given = bearer(request)
    key = await keys.find(given, client_address(request)) if given else None
    if key is None:
        raise Unauthenticated
    return key


def _disposition(media: UUID, kind: str) -> str:
    """Let a browser show pictures and play recordings, and save everything else."""
    how = "inline" if kind.startswith(("image/", "audio/", "video/")) else "attachment"
    return f'{how}; filename="{media}.{ENDINGS[kind]}"'
