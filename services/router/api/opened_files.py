"""The way from a page of a case to one of its files, which intake keeps."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions.case_files import link_to_file
from services.router.api.views_files import NO_SUCH_FILE
from services.router.errors import NoSuchCase, NotYours
from shared.runtime.running import Running
from shared.web.pages import Pages


async def open_file(running: Running[Any], pages: Pages, request: Request) -> Response:
    """Lead to a file of a case by a link that is signed now. So a page that stays open for hours still opens it.

    The path names ``case``, ``file`` and, for a thumbnail, its ``variant``.
    """
    caller = await pages.need(request)
    path = request.path_params
    try:
        link = await link_to_file(running, path["case"], path["file"], path.get("variant", ""), caller)
    except NoSuchCase:
        return pages.nothing(request, **NO_SUCH_FILE)
    except NotYours as refusal:
        return pages.refused(request, refusal)
    return RedirectResponse(link, status_code=303, headers={"Cache-Control": "no-store"})
