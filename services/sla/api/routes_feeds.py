"""Routes of the calendar feeds: the address of a feed, and the feed itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from services.sla.actions.deadlines import list_feed
from services.sla.api.models import FeedOut
from services.sla.api.owners import Owner, check_owner
from services.sla.api.views_feeds import feed_address, feed_body, feed_token
from services.sla.state import CaseClocks
from services.sla.versions import RuleVersions
from shared.errors import NotFound
from shared.runtime.running import Running


def install(app: FastAPI, running: Running[CaseClocks], versions: RuleVersions, reader: Any) -> None:
    """Add the routes."""

    @app.get("/v1/feeds", dependencies=[reader])
    async def feeds(opd: Owner) -> FeedOut:
        """Return the address of an OPD's calendar feed.

        Its holder can read when each ticket is due, and nothing else.
        """
        check_owner(opd)
        return FeedOut(opd=opd, address=feed_address(running, opd))

    @app.get(
        "/v1/feeds/{opd}/{token}.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}}
    )
    async def feed(opd: str, token: str) -> Response:
        """Return an OPD's running deadlines, the earliest thousand, for a calendar program."""
        if token != feed_token(running, opd):
            raise NotFound
        found, due_dates = await list_feed(running, versions, opd)
        return Response(
            feed_body(opd, found, due_dates, running.clock.now()),
            media_type="text/calendar; charset=utf-8",
            headers={"Cache-Control": "private, max-age=300"},
        )
