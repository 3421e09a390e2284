"""The page with what must still reach SP4N: an officer copies it by hand, or lets the connector try again."""

from __future__ import annotations

from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import case_lists
from services.router.actions.case_commands import carry_out
from services.router.actions.mirror_list import MirrorFilter, erased_there, load_mirror, send_again, tick_off
from services.router.api.views_copies import as_copy_rows, as_erased_rows
from services.router.api.views_pages import NO_SUCH_CASE
from services.router.labels import COPY_LABELS
from services.router.rules.commands_sp4n import Copied
from services.router.settings import RouterSettings
from shared.clean import whole_number
from shared.errors import NotFound, Refused
from shared.reference import opds
from shared.runtime.running import Running
from shared.web.pages import Pages

PAGE_SIZE: Final = 50
_CHOSEN: Final = "pilih-"


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of this page."""
    copies = CopiesPages(running, pages)
    add = app.router.add_route
    add("/salin", copies.show, methods=["GET"], include_in_schema=False)
    add("/salin", copies.act_on_many, methods=["POST"], include_in_schema=False)
    add("/salin/{complaint}/terhapus", copies.erased, methods=["POST"], include_in_schema=False)
    add("/salin/{case}/{number}", copies.tick_off_one, methods=["POST"], include_in_schema=False)


class CopiesPages:
    """The handlers of the page."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running, self._pages = running, pages
        self._connected = bool(cast(RouterSettings, running.settings).sp4n_url)

    async def show(self, request: Request, status: int = 200, failed: str | None = None) -> Response:
        """Show the list. ``failed``: why the last act was refused."""
        await self._pages.need(request)
        given = request.query_params
        wanted = MirrorFilter.of(given)
        after = await case_lists.resolve_key(self._running, given.get("sesudah", ""))
        page = await load_mirror(self._running, wanted, after, PAGE_SIZE)
        return self._pages.page(
            request,
            "copies.html",
            status,
            entries=as_copy_rows(page, wanted.jenis, self._running.settings.secret_bytes),
            erased=as_erased_rows(page),
            next=wanted.address(page.next) if page.next else None,
            here="/salin",
            failed=failed,
            connected=self._connected,
            wanted=wanted,
            kinds=[("", "Semua jenis"), *COPY_LABELS.items()],
            agencies=[
                ("", "Semua OPD"),
                *sorted(((code, one.name) for code, one in opds().items()), key=lambda o: o[1]),
            ],
            done=whole_number(given.get("selesai", "")),
            refused=whole_number(given.get("gagal", "")),
        )

    async def tick_off_one(self, request: Request) -> Response:
        """Take one entry off the list. A complaint needs the Tracking ID that it got in SP4N."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        number = whole_number(request.path_params["number"])
        if number is None:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        command = Copied(number=number, tracking_id=form.get("tracking", "").strip() or None)
        try:
            await carry_out(self._running, request.path_params["case"], command, caller)
        except Refused as refusal:
            # 404: another officer has ticked the entry off meanwhile, so nothing is left to do.
            if refusal.status != NotFound.status:
                return await self.show(request, refusal.status, refusal.words)
        return RedirectResponse("/salin", status_code=303)

    async def act_on_many(self, request: Request) -> Response:
        """Take the chosen entries off the list, or let their complaints go again."""
        caller = await self._pages.need(request)
        form = await self._pages.form(request)
        wanted = MirrorFilter.of(form)
        chosen = [
            (name.removeprefix(_CHOSEN).rpartition("_")[0], number)
            for name, value in form.items()
            if name.startswith(_CHOSEN) and (number := whole_number(value)) is not None
        ]
        if not chosen:
            return await self.show(request, 422, "Pilih dulu yang dimaksud, dengan kotak di awal barisnya.")
        if form.get("tindakan") == "kirim":
            told = {"selesai": str(await send_again(self._running, [case for case, _ in chosen], caller))}
        else:
            done, refused = await tick_off(self._running, chosen, caller)
            told = {"selesai": str(done), "gagal": str(refused)}
        address = wanted.address()
        return RedirectResponse(f"{address}{'&' if '?' in address else '?'}{urlencode(told)}", status_code=303)

    async def erased(self, request: Request) -> Response:
        """Record that the admin of SP4N was asked to erase a complaint."""
        caller = await self._pages.need(request)
        await self._pages.form(request)
        try:
            complaint = UUID(request.path_params["complaint"])
        except ValueError:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        await erased_there(self._running, complaint, caller)
        return RedirectResponse("/salin", status_code=303)
