"""The live streams of the tracking pages: server-sent events that say only that a page has changed.

A stream carries no content. The page's script reads the page again, with the rights of the page's own address.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.intake.actions.complaints import check_lookup, find_complaint, find_own
from services.intake.actions.running import RunningIntake
from services.intake.actions.watching import Watch, Watchers
from services.intake.api.views import mark_of, own_view, public_view
from services.intake.metrics import live_streams
from services.intake.store import FoundComplaint
from shared.errors import Refused, TooMany
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.web.address import client_address
from shared.web.limits import address_block
from shared.web.sorry import later

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

log = get_logger()
PATH: Final = "/kabar"
# Shorter than the 60 seconds for which the proxy waits for a silent answer.
HEARTBEAT_S: Final = 15.0
# Then the browser connects again. The new request proves that somebody is still there.
LASTS_S: Final = 600.0
# The browsers of a process that stops come back spread over these seconds.
_BACK_MS: Final = (3_000, 8_000)
_MARK: Final = 64
_TYPE: Final = "text/event-stream"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Find = Callable[[Request], Awaitable[FoundComplaint]]
Mark = Callable[[FoundComplaint], str]


def install(app: FastAPI, intake: RunningIntake, watchers: Watchers) -> None:
    """Open the streams of the public and of the secret page."""
    streams = _Streams(intake, watchers)
    app.router.add_route(f"{PATH}/{{ticket}}", streams.public, methods=["GET"], include_in_schema=False)
    app.router.add_route(f"{PATH}/{{ticket}}/{{secret}}", streams.own, methods=["GET"], include_in_schema=False)


class _Streams:
    def __init__(self, intake: RunningIntake, watchers: Watchers) -> None:
        self._intake = intake
        self._watchers = watchers
        self._metrics = live_streams(intake.running.meters.registry)

    async def public(self, request: Request) -> Response:
        return await self._stream(request, self._by_ticket, lambda found: mark_of(public_view(found.complaint)))

    async def own(self, request: Request) -> Response:
        return await self._stream(request, self._by_link, self._own_mark)

    async def _by_ticket(self, request: Request) -> FoundComplaint:
        found = await find_complaint(self._intake, request.path_params["ticket"])
        return check_lookup(self._intake, address_block(client_address(request)), found)

    async def _by_link(self, request: Request) -> FoundComplaint:
        ticket, secret = request.path_params["ticket"], request.path_params["secret"]
        return await find_own(self._intake, ticket, secret, address_block(client_address(request)))

    def _own_mark(self, found: FoundComplaint) -> str:
        return mark_of(own_view(found.complaint, found.content, self._intake.running.clock.now()))

    async def _stream(self, request: Request, find: Find, mark: Mark) -> Response:
        """Answer with a stream. A refusal has no body, because no person reads it."""
        if request.method == "HEAD":
            return Response(headers=_HEADERS, media_type=_TYPE)
        try:
            watch = self._watchers.open(address_block(client_address(request)))
        except TooMany as refusal:
            self._metrics.refused.inc()
            return later(Response(status_code=refusal.status), refusal)
        try:
            found = await find(request)
            now = mark(found)
        except BaseException as error:
            # Includes CancelledError: a caller that has gone must not keep its place among the streams.
            self._watchers.leave(watch)
            if not isinstance(error, Refused):
                raise
            return later(Response(status_code=error.status), error)
        watch.follow(found.key, found.version)
        self._metrics.open.inc()
        events = self._events(watch, _seen(request), now, lambda: find(request), mark)
        return _LiveResponse(events, lambda: self._leave(watch))

    def _leave(self, watch: Watch) -> None:
        self._watchers.leave(watch)
        self._metrics.open.dec()

    async def _events(
        self, watch: Watch, seen: str, now: str, find: Callable[[], Awaitable[FoundComplaint]], mark: Mark
    ) -> AsyncIterator[str]:
        """Yield an event for each change of the page, and a comment while nothing changes."""
        yield f"retry: {random.randint(*_BACK_MS)}\n\n"  # noqa: S311  (jitter, not a secret)
        ends = asyncio.get_running_loop().time() + LASTS_S
        while asyncio.get_running_loop().time() < ends:
            if now != seen:
                yield f"id: {now}\nevent: kabar\ndata: {now}\n\n"
                seen = now
            if not await watch.woken(HEARTBEAT_S):
                yield ": \n\n"
                continue
            if self._watchers.closed:
                return
            try:
                now = mark(await find())
            except (Refused, *TRANSIENT) as error:
                # The browser connects again by itself, and names the last event that it got.
                log.warning("live.ended", error=type(error).__name__)
                return


def _seen(request: Request) -> str:
    """Return the mark of the page that the browser shows: of the last event, else of the page as it was loaded."""
    return (request.headers.get("last-event-id") or request.query_params.get("mark", ""))[:_MARK]


class _LiveResponse(StreamingResponse):
    """A stream of events that gives its place back, however it ends."""

    def __init__(self, events: AsyncIterator[str], leave: Callable[[], None]) -> None:
        super().__init__(events, media_type=_TYPE, headers=_HEADERS)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
