"""The pages with the queues of triage and the arbiter, and the lists of unread replies and of voice notes."""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import KOORDINATOR, find_key
from services.router.actions.desk_lists import (
    MOST_VIEWS,
    DeskFilter,
    drop_view,
    leave_case,
    load_views,
    load_waiting,
    parse_place,
    place_of,
    save_view,
)
from services.router.actions.handing_over import left_behind
from services.router.api.views_desk import as_desk_row, desk_views, filter_choices
from services.router.api.views_files import as_voice_row
from services.router.api.views_pages import as_queue_row, as_reply_row, choices
from services.router.registry.checking import without_office
from services.router.routing.offices import routed_opds
from shared.clean import whole_number
from shared.errors import Invalid
from shared.ids import parse_id
from shared.labels import STATES, heading
from shared.reference import in_force, topic_words
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages
from shared.worktime import Timetable

PAGE_SIZE: Final = 50
_LEFT_SHOWN: Final = 20


def install(app: FastAPI, running: Running[Any], pages: Pages, hours: Timetable) -> None:
    """Add the routes of these pages."""
    queues = DeskQueuePages(running, pages, hours)
    app.router.add_route("/triase", queues.show, methods=["GET"], include_in_schema=False)
    # Its path would also fit the page of a case.
    app.router.add_route("/triase/tampilan", queues.keep_view, methods=["POST"], include_in_schema=False)


class DeskQueuePages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages, hours: Timetable) -> None:
        self._running = running
        self._pages = pages
        self._hours = hours

    async def show(self, request: Request) -> Response:
        """Show the queue of triage or the arbiter, or the list that the address names."""
        caller = await self._pages.need(request)
        number = request.query_params.get("permohonan")
        if number is not None:
            return await self._show_application(request, number[:100])
        chosen, after = request.query_params.get("meja"), request.query_params.get("sesudah", "")
        if chosen == "kabar":
            return await self._show_replies(request, after)
        if chosen == "suara":
            return await self._show_voices(request, after)
        return await self._show_desk(request, caller, after)

    async def keep_view(self, request: Request) -> Response:
        """Save the list as it is filtered under a name, or forget a saved one."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        wanted = DeskFilter.of_text(form.get("dari", ""))
        dropped = parse_id(form.get("hapus"))
        if dropped is not None:
            await drop_view(self._running, dropped, caller)
        elif not await save_view(self._running, form.get("nama", ""), wanted, caller):
            advice = (
                f"Tulis nama tampilan. Paling banyak {MOST_VIEWS} tampilan dapat disimpan; hapus yang tidak dipakai."
            )
            return self._pages.page(request, "nothing.html", 422, title="Belum berhasil", advice=advice)
        return RedirectResponse(wanted.address(), status_code=303)

    async def _show_desk(self, request: Request, caller: Key, after: str) -> Response:
        """Show the cases that wait at a desk. A ticket in the search field leads to its case, wherever it stands."""
        running = self._running
        wanted = DeskFilter.of(request.query_params)
        if wanted.q.upper().startswith("KT-") and await find_key(running, wanted.q) is not None:
            return RedirectResponse(f"/triase/{quote(wanted.q.upper())}", status_code=303)
        await leave_case(running, caller)
        found = await load_waiting(running, wanted, parse_place(after), PAGE_SIZE, caller)
        saved = await load_views(running, caller)
        now = running.clock.now()
        return self._pages.page(
            request,
            "queue.html",
            rows=[as_desk_row(one, now) for one in found],
            wanted=wanted,
            views=desk_views(wanted, saved),
            own_views=saved,
            total=found[0].total if found else 0,
            next=place_of(found[-1].stored, wanted.urut) if len(found) == PAGE_SIZE else None,
            here="/triase?meja=arbiter" if wanted.meja == "arbiter" else "/triase",
            waiting=await case_lists.count_desks(running),
            decides=caller.role == KOORDINATOR or wanted.meja == "arbiter",
            once=secrets.token_urlsafe(12),
            koordinator=caller.role == KOORDINATOR,
            done=whole_number(request.query_params.get("selesai", "")),
            failed=whole_number(request.query_params.get("gagal", "")),
            saved=request.query_params.get("tersimpan", "")[:40],
            behind=await left_behind(running, _LEFT_SHOWN),
            alone=[topic_words(code) for code in without_office(in_force(), routed_opds())],
            **filter_choices(),
            **choices(),
        )

    async def _show_replies(self, request: Request, after: str) -> Response:
        running = self._running
        start = await case_lists.resolve_pair(running, after, case_lists.REPLIES_START)
        page = await case_lists.load_replies(running, start, PAGE_SIZE)
        return self._pages.page(
            request,
            "replies.html",
            rows=[as_reply_row(one) for one in page.cases],
            next=page.next,
            here="/triase?meja=kabar",
            waiting=await case_lists.count_replies(running),
        )

    async def _show_voices(self, request: Request, after: str) -> Response:
        running = self._running
        start = await case_lists.resolve_pair(running, after, case_lists.REPLIES_START)
        page = await case_lists.load_voices(running, start, PAGE_SIZE)
        now = running.clock.now()
        return self._pages.page(
            request,
            "voices.html",
            rows=[as_voice_row(one, self._hours, now) for one in page.cases],
            next=page.next,
            here="/triase?meja=suara",
            counted=await case_lists.count_voices(running, self._hours),
        )

    async def _show_application(self, request: Request, number: str) -> Response:
        """Show the cases about one application for a permit, in any state."""
        running = self._running
        start = await case_lists.resolve_key(running, request.query_params.get("sesudah", ""))
        errors: dict[str, str] = {}
        page = case_lists.CaseList([], None)
        try:
            page = await case_lists.load_application(running, number, None, start, PAGE_SIZE)
        except Invalid as refusal:
            errors["permohonan"] = refusal.words
        now = running.clock.now()
        rows = [as_queue_row(one, now) | {"state_text": heading(STATES[one.case.state])} for one in page.cases]
        return self._pages.page(
            request,
            "applications.html",
            422 if errors else 200,
            rows=rows,
            number=number,
            errors=errors,
            next=page.next,
        )
