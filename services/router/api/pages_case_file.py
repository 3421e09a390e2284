"""The office's case file: a page to print with actors and reasons, and a ZIP of it with the events and a manifest.

The files themselves are intake's. The ZIP holds the pictures, the manifest names the hash of each file, and the page
leads to them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.router.actions.case_files import evidence_of
from services.router.actions.case_reads import CaseWithHistory, read_case
from services.router.actions.packed_files import bytes_of
from services.router.api.opened_files import open_file
from services.router.api.views import as_event
from services.router.api.views_case_file import as_case_file, packed_files
from services.router.api.views_pages import NO_SUCH_CASE
from services.router.errors import NoSuchCase, NotYours
from shared.runtime.running import Running
from shared.web.case_file import PAGE, SealedEvent, load_seals, zip_response
from shared.web.pages import Pages, Site

HERE: Final = "/perkara"
EVENTS: Final = "kejadian.json"
SITE: Final = Site(
    "berkas perkara",
    menu=(("/akun", "Akun saya"),),
    roles=("koordinator", "arbiter", "supervisor", "officer", "head"),
)


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of the case file."""
    of_file = CaseFilePages(running, pages)
    add = app.router.add_route
    add(f"{HERE}/{{case}}", of_file.show, methods=["GET"], include_in_schema=False)
    add(f"{HERE}/{{case}}/unduh", of_file.download, methods=["GET"], include_in_schema=False)
    add(
        f"{HERE}/{{case}}/berkas/{{file}}", partial(open_file, running, pages), methods=["GET"], include_in_schema=False
    )


class CaseFilePages:
    """The handlers of the pages. Each reading is recorded with the person's id."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the case file."""
        found = await self._load(request)
        if isinstance(found, Response):
            return found
        case, chain = found
        address = f"{HERE}/{case.stored.case.ticket}"
        return self._pages.page(request, "case_file.html", address=address, **self._values(case, chain))

    async def download(self, request: Request) -> Response:
        """Send the case file as a ZIP."""
        found = await self._load(request)
        if isinstance(found, Response):
            return found
        case, chain = found
        page = self._pages.text("case_file_copy.html", address="", **self._values(case, chain)).encode()
        events = [as_event(one).model_dump(mode="json") for one in case.history]
        texts = {PAGE: page, EVENTS: json.dumps(events, ensure_ascii=False, indent=1).encode()}
        caller = await self._pages.need(request)
        # Pictures are what a case file proves with. Recordings and films would make it as large as they are.
        files = [
            replace(packed, chunks=bytes_of(self._running, file, caller)) if file.type.startswith("image/") else packed
            for packed, file in packed_files(case.stored.case, evidence_of(case.history))
        ]
        return zip_response(case.stored.case.ticket, self._running.clock.now(), texts, files, chain)

    async def _load(self, request: Request) -> tuple[CaseWithHistory, list[SealedEvent]] | Response:
        """Return a case with its places in the chain, or the page that says why there is none to read."""
        caller = await self._pages.need(request)
        try:
            found = await read_case(self._running, request.path_params["case"], caller, "case file")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except NotYours as refusal:
            return self._pages.refused(request, refusal)
        return found, await load_seals(self._running.pool, found.stored.key)

    def _values(self, found: CaseWithHistory, chain: list[SealedEvent]) -> dict[str, Any]:
        return as_case_file(found.stored, found.history, chain, self._running.clock.now())
