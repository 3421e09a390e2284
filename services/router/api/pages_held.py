"""The page with the held cases: a koordinator releases or archives each."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import KOORDINATOR, carry_out
from services.router.api.views_pages import as_held_row
from services.router.rules.commands import Archive, CaseCommand, Release
from shared.clean import whole_number
from shared.errors import Refused
from shared.runtime.running import Running
from shared.web.pages import Pages

PAGE_SIZE: Final = 50


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these pages."""
    held = HeldPages(running, pages)
    app.router.add_route("/ditahan", held.show, methods=["GET"], include_in_schema=False)
    app.router.add_route("/ditahan/{case}", held.decide, methods=["POST"], include_in_schema=False)


class HeldPages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show(self, request: Request, status: int = 200, failed: str | None = None) -> Response:
        """Show the held cases, the oldest first. ``failed``: why the last decision was refused."""
        caller = await self._pages.need(request)
        running = self._running
        after = await case_lists.resolve_key(running, request.query_params.get("sesudah", ""))
        page = await case_lists.load_held(running, after, PAGE_SIZE)
        now = running.clock.now()
        return self._pages.page(
            request,
            "held.html",
            status,
            rows=[as_held_row(one, now) for one in page.cases],
            decides=caller.role == KOORDINATOR,
            next=page.next,
            here="/ditahan",
            failed=failed,
        )

    async def decide(self, request: Request) -> Response:
        """Release a held case, or archive it as no complaint."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        revision = whole_number(form.get("revisi", ""))
        command: CaseCommand = Release(revision=revision)
        if form.get("putusan") == "arsip":
            command = Archive(reason="spam", revision=revision)
        try:
            await carry_out(self._running, request.path_params["case"], command, caller)
        except Refused as refusal:
            return await self.show(request, refusal.status, refusal.words)
        return RedirectResponse("/ditahan", status_code=303)
