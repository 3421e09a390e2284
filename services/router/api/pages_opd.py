"""The desk of an OPD without a system of its own: its cases by due time, and one case with all that it may do."""

from __future__ import annotations

import re
from typing import Any, Final, cast
from urllib.parse import quote
from uuid import UUID

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.actions import answer_templates, case_lists
from services.router.actions.case_commands import carry_out
from services.router.actions.case_reads import read_case
from services.router.actions.opd_team import load_members
from services.router.api import pages_opd_team, pages_opd_templates
from services.router.api.forms import DeskFormError
from services.router.api.forms_opd import READY_QUESTIONS, opd_command_of
from services.router.api.views_opd import HELP_LIST, LISTS, as_help_row, as_team, as_work_page, as_work_row
from services.router.api.views_pages import NO_SUCH_CASE, choices
from services.router.errors import NoSuchCase, NotYours
from services.router.rules.answer_templates import fill_template
from services.router.settings import RouterSettings
from shared.errors import Forbidden, Refused
from shared.events.fact import Attachment
from shared.ids import parse_id
from shared.labels import ANSWER_OUTCOMES
from shared.reference import opds
from shared.runtime.running import Running
from shared.web.evidence_links import PATH, EvidenceLinks, Permission
from shared.web.keys import Key
from shared.web.pages import Pages, Site

OFFICER: Final = "officer"
HEAD: Final = "head"
PAGE_SIZE: Final = 50
# An address shows nothing but a ticket as the case that was saved before.
_TICKET: Final = re.compile("[A-Z0-9-]{6,20}")
SITE: Final = Site(
    "meja OPD",
    menu=(
        ("/opd", "Perlu dikerjakan"),
        ("/opd?tampil=milik", "Tanggung jawab saya"),
        ("/opd?tampil=sebutan", "Catatan untuk saya"),
        ("/opd?tampil=menunggu", "Menunggu pelapor"),
    ),
    more=(
        ("/opd?tampil=membantu", "Membantu"),
        ("/opd?tampil=dijawab", "Sudah dijawab"),
        ("/opd/templat", "Templat jawaban"),
    ),
    roles=(OFFICER, HEAD),
)
# The field of each form at which a refusal of the rules is shown, by the field that the rules name.
_FIELDS: Final = {
    "jawab": {
        "until": "sampai",
        "reason": "alasan-jawaban",
        "legal_basis": "dasar",
        "to": "kepada",
        "answer": "jawaban",
        "evidence": "foto",
        "without_parts": "tanpa-bagian",
    },
    "serahkan": {
        "until": "sampai",
        "reason": "alasan-jawaban",
        "legal_basis": "dasar",
        "to": "kepada",
        "answer": "jawaban",
    },
    "tunda": {"until": "tanggal-tunda", "reason": "alasan-tunda"},
}


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these pages."""
    desk = OpdDeskPages(running, pages)
    app.router.add_route("/opd", desk.show_list, methods=["GET"], include_in_schema=False)
    app.router.add_route("/opd/lanjut", desk.go_on, methods=["GET"], include_in_schema=False)
    # Its path would also fit the page of a case.
    pages_opd_templates.install(app, running, pages)
    app.router.add_route("/opd/{case}", desk.show_case, methods=["GET"], include_in_schema=False)
    app.router.add_route("/opd/{case}", desk.act, methods=["POST"], include_in_schema=False)
    pages_opd_team.install(app, running, pages, desk.render)


class OpdDeskPages:
    """The handlers of the pages."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._running = running
        self._pages = pages
        self._links = EvidenceLinks(running.settings.secret_bytes)

    async def show_list(self, request: Request) -> Response:
        """Show the cases of the officer's OPD, the one that is due first on top."""
        caller = await self._pages.need(request)
        chosen = request.query_params.get("tampil", "kerja")
        running, code = self._running, caller.opd or ""
        after = case_lists.parse_work_cursor(request.query_params.get("sesudah", ""))
        now = running.clock.now()
        if chosen == HELP_LIST[0]:
            shown, title = HELP_LIST
            page = await case_lists.load_help(running, code, after, PAGE_SIZE)
            rows = [as_help_row(one, code, now) for one in page.cases]
        else:
            shown = chosen if chosen in LISTS else "kerja"
            title, states = LISTS[shown]
            holder, mentioned = (caller.id if shown == one else None for one in ("milik", "sebutan"))
            page = await case_lists.load_work(
                running, code, states, after, PAGE_SIZE, holder=holder, mentioned=mentioned
            )
            names = {one.account: one.name for one in await load_members(running, code)}
            rows = [as_work_row(one, now, names, caller.id) for one in page.cases]
        return self._pages.page(
            request,
            "opd_list.html",
            rows=rows,
            next=page.next,
            shown=shown,
            title=title,
            helped=await case_lists.count_help(running, code),
            opd=opds()[code].name if code in opds() else code,
            numbers=await case_lists.count_work(running, code, caller.id),
            here="/opd" if shown == "kerja" else f"/opd?tampil={shown}",
        )

    async def show_case(self, request: Request) -> Response:
        """Show one case of the officer's OPD. ``templat`` in the query fills in the answer."""
        caller = await self._pages.need(request)
        chosen = parse_id(request.query_params.get("templat"))
        return await self.render(request, caller, template=chosen)

    async def act(self, request: Request) -> Response:
        """Carry out a form. Show the page again if the form is wrong or the rules refuse it."""
        caller = await self._pages.need(request)
        if caller.role != OFFICER:
            raise Forbidden("only an officer acts", message="Hanya pejabat penghubung yang dapat bertindak di sini.")
        form = await self._pages.form(request)
        case = request.path_params["case"]
        try:
            command = opd_command_of(form, caller.opd or "", await self._evidence(case, form, caller))
            await carry_out(self._running, case, command, caller, form.get("sekali"))
        except DeskFormError as wrong:
            return await self.render(request, caller, 422, errors=wrong.errors, typed=form)
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except Refused as refusal:
            shown_at = _FIELDS.get(form.get("tindakan", ""), {}).get(refusal.field or "", "tindakan")
            errors = {shown_at: refusal.words}
            return await self.render(request, caller, refusal.status, errors=errors, typed=form)
        if form.get("tindakan") == "tolak":
            return RedirectResponse("/opd?dikembalikan", status_code=303)
        if "lanjut" in form:
            return await self._next(caller, form.get("sesudah", ""), case)
        return RedirectResponse(f"/opd/{quote(case)}?tersimpan", status_code=303)

    async def go_on(self, request: Request) -> Response:
        """Lead to the case after the one that was open."""
        caller = await self._pages.need(request)
        return await self._next(caller, request.query_params.get("sesudah", ""))

    async def _next(self, caller: Key, after: str, saved: str | None = None) -> Response:
        """Lead to the next case that waits for the OPD, or to the list. ``saved``: the case that was just decided."""
        ticket = await case_lists.next_work(self._running, caller.opd or "", LISTS["kerja"][1], after)
        told = f"?tersimpan={quote(saved)}" if saved else ""
        return RedirectResponse(f"/opd/{quote(ticket)}{told}" if ticket else "/opd", status_code=303)

    async def _evidence(self, case: str, form: dict[str, str], caller: Key) -> tuple[Attachment, ...]:
        """Return the photos that a form carries for this case. Raise DeskFormError for one that counts no more."""
        sealed = form.get("foto", "")
        photos = self._links.photos(sealed, Permission(case.upper(), caller.opd or ""))
        if len(photos) < len(sealed.split()):
            raise DeskFormError({"foto": "Foto bukti sudah terlalu lama disimpan. Tambahkan sekali lagi."})
        return tuple(photos.values())

    async def render(
        self, request: Request, caller: Key, status: int = 200, /, *, template: UUID | None = None, **values: Any
    ) -> Response:
        """Return the page of a case, and record who read it. ``template``: the one that fills in the answer."""
        try:
            found = await read_case(self._running, request.path_params["case"], caller, "opd desk")
        except NoSuchCase:
            return self._pages.nothing(request, **NO_SUCH_CASE)
        except NotYours as refusal:
            return self._pages.refused(request, refusal)
        members = await load_members(self._running, caller.opd or "")
        templates = await answer_templates.load(self._running, caller)
        now = self._running.clock.now()
        permission = Permission(found.stored.case.ticket, caller.opd or "")
        carried = values.get("typed", {}).get("foto", request.query_params.get("foto", ""))
        photos = " ".join(self._links.photos(carried, permission))
        if photos and "typed" not in values:
            values["typed"] = {"tindakan": "jawab"}
        text = next((one.text for one in templates if one.id == template), None)
        if text is not None:
            values["typed"] = {"tindakan": "jawab", "jawaban": fill_template(text, found.stored.case, now)}
        return self._pages.page(
            request,
            "opd_case.html",
            status,
            team=as_team(found.stored.case, caller.opd or "", members, caller.id),
            it=as_work_page(found.stored, found.history, now, caller.opd or ""),
            templates=templates,
            photos=photos,
            permission=self._links.permit(permission),
            upload=self._running.settings.public_url.rstrip("/") + PATH,
            opds=choices()["opds"],
            outcomes=list(ANSWER_OUTCOMES.items()),
            questions=READY_QUESTIONS,
            acts=caller.role == OFFICER,
            may_ask_help=cast(RouterSettings, self._running.settings).lead_asks_help,
            saved=request.query_params.get("tersimpan") == "",
            previous=_TICKET.fullmatch(request.query_params.get("tersimpan", "")) and request.query_params["tersimpan"],
            **values,
        )
