"""The page of the shadow model: what it would have decided otherwise on the newest complaints."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.router import store
from services.router.api.views_shadow import as_shadow_page
from services.router.routing.model import Model
from shared.runtime.running import Running
from shared.web.pages import Pages

COMPARED: Final = 200


def install(app: FastAPI, running: Running[Any], pages: Pages, model: Model, shadow: Model | None) -> None:
    """Add the route of this page."""
    page = ShadowPage(running, pages, model, shadow)
    app.router.add_route("/bayangan", page.show, methods=["GET"], include_in_schema=False)


class ShadowPage:
    """The handler of the page. ``model`` is in force; ``shadow`` is the candidate beside it, if any."""

    def __init__(self, running: Running[Any], pages: Pages, model: Model, shadow: Model | None) -> None:
        self._running = running
        self._pages = pages
        self._model = model
        self._shadow = shadow

    async def show(self, request: Request) -> Response:
        """Show how often both models agree on the newest complaints, and the complaints on which they do not."""
        await self._pages.need(request)
        values: dict[str, Any] = {"shadow": None}
        if self._shadow is not None:
            found = await store.list_newest(self._running.pool, COMPARED)
            # Two decisions for each complaint take a moment; meanwhile others are answered.
            values = await asyncio.to_thread(as_shadow_page, found, self._model, self._shadow)
        return self._pages.page(request, "shadow.html", here="/bayangan", **values)
