"""The page with the news from SP4N."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import carry_out
from services.router.api.views_pages import NO_SUCH_CASE, as_news_rows
from services.router.rules.commands_sp4n import DecideNews
from shared.clean import whole_number
from shared.errors import NotFound, Refused
from shared.runtime.running import Running
from shared.web.pages import Pages

PAGE_SIZE: Final = 50


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these pages."""
    sp4n = DeskSp4nPages(running, pages)
    add = app.router.add_route
    add("/sp4n", sp4n.show_news, methods=["GET"], include_in_schema=False)
    add("/sp4n/{case}/{number}", sp4n.decide_news, methods=["POST"], include_in_schema=False)


class DeskSp4nPages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages

    async def show_news(self, request: Request, status: int = 200, failed: str | None = None) -> Response:
        """Show the list of news from SP4N. ``failed``: why the last decision was refused."""
        await self._pages.need(request)
        after = await case_lists.resolve_key(self._running, request.query_params.get("sesudah", ""))
        page = await case_lists.load_news(self._running, after, PAGE_SIZE)
        return self._pages.page(
            request, "sp4n.html", status, entries=as_news_rows(page.cases), next=page.next, here="/sp4n", failed=failed
        )

    async def decide_news(self, request: Request) -> Response:
        """Follow a piece of news from SP4N, or take it off the list only."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        number = whole_number(request.path_params["number"])
        if number is None:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        command = DecideNews(number=number, follow=form.get("ikuti", "") == "ya")
        try:
            await carry_out(self._running, request.path_params["case"], command, caller)
        except Refused as refusal:
            # 404: another officer has decided meanwhile, so nothing is left to do.
            if refusal.status != NotFound.status:
                return await self.show_news(request, refusal.status, refusal.words)
        return RedirectResponse("/sp4n", status_code=303)
