"""The reporter's case file, behind the secret link: a page to print, and a ZIP of it with the files and a manifest.

It holds what the reporter may see: the own view of the complaint, and the files of both sides. It also names the places
of the complaint's events in the chain over intake's log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.intake.actions.complaints import find_own
from services.intake.actions.media import files_of
from services.intake.actions.running import RunningIntake
from services.intake.api.routes_media import ENDINGS
from services.intake.api.site import advice
from services.intake.api.views import own_view
from services.intake.errors import NothingHere
from services.intake.media.files import name_of
from services.intake.media.keeping import MediaKeeper
from services.intake.store import FoundComplaint
from shared.errors import Refused
from shared.web.address import client_address
from shared.web.case_file import PAGE, PackedFile, SealedEvent, load_seals, zip_response
from shared.web.limits import address_block
from shared.web.pages import Pages
from shared.web.reads import note_read
from shared.words import instant_words

if TYPE_CHECKING:
    from fastapi import FastAPI

_CITIZEN = "citizen"


def install(app: FastAPI, intake: RunningIntake, keeper: MediaKeeper, pages: Pages) -> None:
    """Open the page of the case file and its download."""
    of_file = _CaseFilePages(intake, keeper, pages)
    add = app.router.add_route
    add("/aduan/{ticket}/{secret}/berkas", of_file.show, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}/berkas.zip", of_file.download, methods=["GET"], include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _CaseFile:
    found: FoundComplaint
    files: list[PackedFile]
    chain: list[SealedEvent]
    values: dict[str, Any]


class _CaseFilePages:
    def __init__(self, intake: RunningIntake, keeper: MediaKeeper, pages: Pages) -> None:
        self._intake = intake
        self._keeper = keeper
        self._pages = pages

    async def show(self, request: Request) -> Response:
        try:
            it = await self._load(request, packed=False)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return self._pages.page(request, "case_file.html", path=request.url.path, packed=False, **it.values)

    async def download(self, request: Request) -> Response:
        try:
            it = await self._load(request, packed=True)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        page = self._pages.text("case_file_copy.html", packed=True, **it.values).encode()
        made = self._intake.running.clock.now()
        return zip_response(it.found.complaint.ticket, made, {PAGE: page}, it.files, it.chain)

    async def _load(self, request: Request, *, packed: bool) -> _CaseFile:
        """Return the case file of a secret link, and record the reading. Raise NothingHere or TooMany."""
        path, intake = request.path_params, self._intake
        found = await find_own(intake, path["ticket"], path["secret"], address_block(client_address(request)))
        if found.complaint.erased:
            raise NothingHere
        await note_read(intake.pool, _CITIZEN, found.key, "case file")
        evidence = {media for entry in found.complaint.timeline for media in entry.files}
        rows = await files_of(intake, found.key)
        files = [self._packed(number, row, evidence, packed=packed) for number, row in enumerate(rows, 1)]
        chain, now = await load_seals(intake.pool, found.key), intake.running.clock.now()
        sealed = [one for one in chain if one.number is not None]
        values = {
            "it": own_view(found.complaint, found.content, now),
            "files": files,
            "made": instant_words(now),
            "seal": sealed[-1] if sealed else None,
            "sealed": len(sealed),
            "events": len(chain),
        }
        return _CaseFile(found, files, chain, values)

    def _packed(self, number: int, row: Any, evidence: set[UUID], *, packed: bool) -> PackedFile:
        whose = "instansi" if row["id"] in evidence else "pelapor"
        chunks = self._bytes_of(row["sha256"]) if packed else None
        name = f"berkas/{number:02}-{whose}.{ENDINGS[row['type']]}"
        return PackedFile(name, row["type"], row["size"], row["sha256"], chunks)

    async def _bytes_of(self, sha256: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a kept file, which is opened when its turn comes."""
        opened = await self._keeper.files.read(name_of(sha256))
        async for chunk in opened.chunks:
            yield chunk
