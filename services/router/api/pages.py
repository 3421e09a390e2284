"""The pages of the triage desk, which need no script.

They show the queues, one case with its reasons and candidates, the list to copy to SP4N, and the news from SP4N.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.router import store
from services.router.api.actions import DESK, Actions
from services.router.api.forms import BadForm, command_of
from services.router.api.views import agencies, as_copies, as_page, as_reply, as_row, news_rows
from services.router.errors import NoSuchCase
from services.router.rules.commands import Copied, DecideNews
from services.router.store import FIRST
from shared.clean import whole_number
from shared.errors import Refused, TooMany
from shared.runtime.running import Running
from shared.web.app import light, templates
from shared.web.attempts import too_many_keys
from shared.web.inputs import fields_of
from shared.web.keys import Key
from shared.web.reads import note_read
from shared.web.sessions import LoginNeeded, Sessions
from shared.web.sorry import session_over

PAGE = 50
_FOLDER: Final = Path(__file__).parent.parent / "templates"


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes of the pages."""
    pages = _Pages(running)
    add = app.router.add_route
    add("/", pages.home, methods=["GET"], include_in_schema=False)
    add("/masuk", pages.login, methods=["GET", "POST"], include_in_schema=False)
    add("/keluar", pages.logout, methods=["POST"], include_in_schema=False)
    add("/triase", pages.queue, methods=["GET"], include_in_schema=False)
    add("/triase/{case}", pages.case, methods=["GET"], include_in_schema=False)
    add("/triase/{case}", pages.decide, methods=["POST"], include_in_schema=False)
    add("/salin", pages.copies, methods=["GET"], include_in_schema=False)
    add("/salin/{case}/{number}", pages.copied, methods=["POST"], include_in_schema=False)
    add("/sp4n", pages.news, methods=["GET"], include_in_schema=False)
    add("/sp4n/{case}/{number}", pages.decide_news, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(LoginNeeded, pages.to_login)


class _Pages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any]) -> None:
        self._running = running
        self._sessions = Sessions(running)
        self._caller = self._sessions.need(*DESK)
        self._actions = Actions(running)
        self._templates = templates(_FOLDER)

    def _page(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        """Render a template, with what every page needs."""
        given = {"csrf": self._sessions.csrf_token(request), "errors": {}, "here": None} | values
        body = self._templates.get_template(name).render(given)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self._sessions.remember(request, response)
        return light(request, response)

    async def to_login(self, request: Request, _error: Exception) -> Response:
        """Redirect to the login page, which leads back to the page that was asked for."""
        kept = await session_over(request)
        if kept is not None:
            return kept
        path = next((list_ for list_ in ("/salin", "/sp4n") if request.url.path.startswith(list_)), request.url.path)
        target = f"{path}?{request.url.query}" if request.url.query else path
        return RedirectResponse(f"/masuk?tujuan={quote(target)}", status_code=303)

    async def home(self, _request: Request) -> Response:
        """Redirect to the triage queue."""
        return RedirectResponse("/triase", status_code=303)

    async def login(self, request: Request) -> Response:
        """Show the login page, or log in with the key that was typed."""
        target = request.query_params.get("tujuan", "/triase")
        if request.method == "GET":
            return self._page(request, "login.html", target=target)
        form = await fields_of(request)
        self._sessions.check_csrf(request, form.get("csrf", ""))
        status, words = 401, "Kunci ini tidak dikenal atau bukan untuk meja triase. Periksa kembali, lalu coba lagi."
        target = form.get("tujuan", "")
        try:
            opened = await self._sessions.login(request, form.get("kunci", ""), target or "/triase", DESK)
        except TooMany as refusal:
            opened, status, words = None, refusal.status, too_many_keys(refusal)
        if opened is not None:
            return opened
        return self._page(request, "login.html", status, target=target, errors={"kunci": words})

    async def logout(self, request: Request) -> Response:
        """Log out."""
        form = await fields_of(request)
        self._sessions.check_csrf(request, form.get("csrf", ""))
        return await self._sessions.logout(request, "/masuk")

    async def queue(self, request: Request) -> Response:
        """Show the queue of triage or the arbiter, or the list of unread replies."""
        await self._caller(request)
        if request.query_params.get("meja") == "kabar":
            return await self._replies(request)
        desk = "arbiter" if request.query_params.get("meja") == "arbiter" else "triage"
        priority, _, key = request.query_params.get("sesudah", "").partition("~")
        after = (priority, await store.key_of(self._running.pool, key) or FIRST) if key else ("~", FIRST)
        found = await store.at_desk(self._running.pool, desk, after, PAGE)
        now = self._running.clock.now()
        last = f"{found[-1].case.priority}~{found[-1].key}" if len(found) == PAGE else None
        return self._page(
            request,
            "queue.html",
            rows=[as_row(one, now) for one in found],
            desk=desk,
            next=last,
            here="/triase?meja=arbiter" if desk == "arbiter" else "/triase",
            waiting={name: await store.waiting(self._running.pool, name) for name in ("triage", "arbiter")},
        )

    async def _replies(self, request: Request) -> Response:
        """Show the list of unread replies."""
        since, _, key = request.query_params.get("sesudah", "").partition("~")
        after = (since, await store.key_of(self._running.pool, key) or FIRST) if key else ("", FIRST)
        found = await store.with_replies(self._running.pool, after, PAGE)
        last = store.after_reply(found[-1]) if len(found) == PAGE else None
        return self._page(
            request,
            "replies.html",
            rows=[as_reply(one) for one in found],
            next=last,
            here="/triase?meja=kabar",
            waiting=await store.replies_waiting(self._running.pool),
        )

    async def case(self, request: Request) -> Response:
        """Show one case. ``kewenangan`` in the query fills in the form of a referral."""
        caller = await self._caller(request)
        authority = request.query_params.get("kewenangan")
        chosen = {"tindakan": "teruskan", "kewenangan": authority} if authority else {}
        return await self._case(request, caller, typed=chosen)

    async def _case(self, request: Request, caller: Key, status: int = 200, /, **values: Any) -> Response:
        """Show one case, and record who read it."""
        found = await store.find(self._running.pool, request.path_params["case"])
        if found is None:
            return self._page(request, "nothing.html", 404)
        await note_read(self._running.pool, caller.actor, found.key, "triage")
        history = await store.history(self._running.pool, found.key)
        shown = as_page(found, history, self._running.clock.now())
        return self._page(
            request,
            "case.html",
            status,
            it=shown,
            opds=agencies(),
            arbiter=caller.role == "arbiter",
            saved="tersimpan" in request.query_params,
            **values,
        )

    async def decide(self, request: Request) -> Response:
        """Carry out the form of a case page. Show the page again if the form is wrong or the rules refuse it."""
        caller = await self._caller(request)
        form = await fields_of(request)
        self._sessions.check_csrf(request, form.get("csrf", ""))
        case = request.path_params["case"]
        try:
            command = await command_of(form, arbiter=caller.role == "arbiter", key_of=self._key_of)
            await self._actions.carry_out(case, command, caller, token=form.get("sekali"))
        except BadForm as wrong:
            return await self._case(request, caller, 422, errors=wrong.errors, typed=form)
        except NoSuchCase:
            return self._page(request, "nothing.html", 404)
        except Refused as refusal:
            return await self._case(request, caller, refusal.status, errors={"tindakan": refusal.detail}, typed=form)
        return RedirectResponse(f"/triase/{quote(case)}?tersimpan", status_code=303)

    async def _key_of(self, name: str) -> Any:
        return await store.key_of(self._running.pool, name)

    async def copies(self, request: Request) -> Response:
        """Show the list of texts to copy to SP4N."""
        await self._caller(request)
        after = await store.key_of(self._running.pool, request.query_params.get("sesudah", "") or str(FIRST)) or FIRST
        found = await store.to_copy(self._running.pool, after, PAGE)
        last = str(found[-1].key) if len(found) == PAGE else None
        return self._page(request, "copies.html", entries=as_copies(found), next=last, here="/salin")

    async def copied(self, request: Request) -> Response:
        """Take an entry off the list of texts to copy."""
        caller = await self._caller(request)
        form = await fields_of(request)
        self._sessions.check_csrf(request, form.get("csrf", ""))
        case, number = request.path_params["case"], whole_number(request.path_params["number"])
        if number is None:
            return self._page(request, "nothing.html", 404)
        try:
            await self._actions.carry_out(case, Copied(number=number), caller)
        except Refused as refusal:
            # 404: another officer has ticked the entry off meanwhile, so nothing is left to do.
            if refusal.status != 404:
                raise
        return RedirectResponse("/salin", status_code=303)

    async def news(self, request: Request, status: int = 200, failed: str | None = None) -> Response:
        """Show the list of news from SP4N. ``failed``: why the last decision was refused."""
        await self._caller(request)
        after = await store.key_of(self._running.pool, request.query_params.get("sesudah", "") or str(FIRST)) or FIRST
        found = await store.with_news(self._running.pool, after, PAGE)
        last = str(found[-1].key) if len(found) == PAGE else None
        return self._page(
            request, "sp4n.html", status, entries=news_rows(found), next=last, here="/sp4n", failed=failed
        )

    async def decide_news(self, request: Request) -> Response:
        """Follow a piece of news from SP4N, or take it off the list only."""
        caller = await self._caller(request)
        form = await fields_of(request)
        self._sessions.check_csrf(request, form.get("csrf", ""))
        case, number = request.path_params["case"], whole_number(request.path_params["number"])
        if number is None:
            return self._page(request, "nothing.html", 404)
        try:
            await self._actions.carry_out(case, DecideNews(number=number, follow=form.get("ikuti", "") == "ya"), caller)
        except Refused as refusal:
            # 404: another officer has decided meanwhile, so nothing is left to do.
            if refusal.status != 404:
                return await self.news(request, refusal.status, refusal.detail)
        return RedirectResponse("/sp4n", status_code=303)
