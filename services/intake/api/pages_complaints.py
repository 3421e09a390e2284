"""The citizen's pages for following a complaint and acting on it. They work without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake.actions.complaints import act_by_form, check_lookup, find_complaint, find_own, send_link_again
from services.intake.actions.media import MediaLinks, files_of
from services.intake.actions.running import RunningIntake
from services.intake.api.forms import act_of
from services.intake.api.receipt import receipt_file, receipt_of
from services.intake.api.site import advice
from services.intake.api.tracking import FIELDS, shown_files, tracking_of
from services.intake.api.views import mark_of, own_view, public_view
from services.intake.errors import NothingHere
from services.intake.store import FoundComplaint
from shared.canonical import digest_of
from shared.errors import Refused, TooMany
from shared.text import tidy
from shared.web.address import client_address
from shared.web.limits import address_block
from shared.web.pages import Pages
from shared.web.sorry import later

if TYPE_CHECKING:
    from fastapi import FastAPI

_MAX_TEXT: Final = 20_000
_LINK_SENT: Final = (
    "Permintaan diterima. Bila pelapor meninggalkan nomor WhatsApp atau alamat surel, tautannya kami kirim ke sana, "
    "paling banyak tiga kali sehari."
)


def install(app: FastAPI, intake: RunningIntake, pages: Pages) -> None:
    """Open the pages for following a complaint."""
    of_complaints = _ComplaintPages(intake, pages)
    add = app.router.add_route
    add("/aduan", of_complaints.look_up, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}", of_complaints.public, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/tautan", of_complaints.send_link, methods=["POST"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", of_complaints.own, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}/bukti", of_complaints.receipt, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}/simpan", of_complaints.save, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", of_complaints.act, methods=["POST"], include_in_schema=False)


class _ComplaintPages:
    def __init__(self, intake: RunningIntake, pages: Pages) -> None:
        self._intake = intake
        self._pages = pages
        self._links = MediaLinks(intake)

    async def look_up(self, request: Request) -> Response:
        written = request.query_params.get("nomor", "").strip()
        if not written:
            return self._look_up(request, "")
        written = written[:60]
        try:
            found = await self._by_ticket(request, written)
        except NothingHere:
            words = "Nomor ini tidak ditemukan. Periksa huruf dan angkanya; contoh: KT-7F3K-9Q2M-X."
            return self._look_up(request, written, words, 404)
        except TooMany as refusal:
            return later(self._look_up(request, written, advice(refusal), 429), refusal)
        return RedirectResponse(f"/aduan/{found.complaint.ticket}", status_code=303)

    def _look_up(self, request: Request, written: str, error: str = "", status: int = 200) -> Response:
        errors = {"nomor": error} if error else {}
        return self._pages.page(request, "look_up.html", status, here="/aduan", written=written, errors=errors)

    async def public(self, request: Request) -> Response:
        try:
            found = await self._by_ticket(request, request.path_params["ticket"])
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return await self._public(request, found)

    async def _public(self, request: Request, found: FoundComplaint, error: str = "", status: int = 200) -> Response:
        it = public_view(found.complaint)
        done = _LINK_SENT if not error and request.query_params.get("tautan") else None
        errors = {"tautan": error} if error else {}
        live = f"/kabar/{found.complaint.ticket}"
        rows = await files_of(self._intake, found.key) if it.get("public_files") else []
        before, after = shown_files(rows, found.complaint, self._links, own=False)
        return self._pages.page(
            request,
            "tracking.html",
            status,
            it=it,
            now=None,
            done=done,
            before=before,
            after=after,
            errors=errors,
            live=live,
            mark=mark_of(it),
        )

    async def send_link(self, request: Request) -> Response:
        """Send the secret link to the contacts on file. The answer never tells whether there are any."""
        try:
            found = await self._by_ticket(request, request.path_params["ticket"])
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        try:
            await self._pages.form(request)
            self._intake.links.take(address_block(client_address(request)))
            await send_link_again(self._intake, found)
        except Refused as refusal:
            return later(await self._public(request, found, advice(refusal), refusal.status), refusal)
        return RedirectResponse(f"/aduan/{found.complaint.ticket}?tautan=1", status_code=303)

    async def own(self, request: Request) -> Response:
        try:
            found = await self._by_link(request)
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return await self._own(request, found, {})

    async def receipt(self, request: Request) -> Response:
        try:
            found = await self._by_link(request)
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        values = receipt_of(found.complaint, _path(request), self._intake.identities)
        return self._pages.page(request, "receipt.html", **values)

    async def save(self, request: Request) -> Response:
        """Answer with the receipt as a text file, which a phone keeps without our help."""
        try:
            found = await self._by_link(request)
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return receipt_file(found.complaint, self._intake.identities.link(_path(request)))

    async def act(self, request: Request) -> Response:
        try:
            found = await self._by_link(request)
        except (NothingHere, TooMany) as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        async with request.form(max_files=0, max_fields=30) as fields:
            values = {name: tidy(value)[:_MAX_TEXT] for name, value in fields.items() if isinstance(value, str)}
        command = act_of(values)
        if isinstance(command, dict):
            return await self._own(request, found, command, 422, values)
        try:
            self._pages.sessions.check_csrf(request, values.get("csrf", ""))
            await act_by_form(self._intake, found, command, self._token(request, values))
        except Refused as refusal:
            errors = {"tindakan": advice(refusal)}
            page = await self._own(request, found, errors, refusal.status, values)
            return later(page, refusal)
        return RedirectResponse(f"{_path(request)}?terkirim=1#terkirim", status_code=303)

    def _token(self, request: Request, values: dict[str, str]) -> str | None:
        """Return the identity of a sent form. Another text from the same page is another act."""
        token = values.get("sekali", "")
        if not self._pages.sessions.is_ours(request, token):
            return None
        sent = {name: value for name, value in values.items() if name not in {"csrf", "sekali"}}
        return f"{token}:{digest_of(sent)}"

    async def _own(
        self,
        request: Request,
        found: FoundComplaint,
        errors: Mapping[str, str],
        status: int = 200,
        sent: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        """Render the reporter's page. ``sent`` is a form that was refused; its words are kept on the page."""
        complaint, path = found.complaint, _path(request)
        it = own_view(complaint, found.content, self._intake.running.clock.now())
        now = tracking_of(complaint, it, acted=not errors and bool(request.query_params.get("terkirim")))
        rows = [] if complaint.erased else await files_of(self._intake, found.key)
        before, after = shown_files(rows, complaint, self._links)
        return self._pages.page(
            request,
            "tracking.html",
            status,
            it=it,
            now=now,
            done=now.done,
            before=before,
            after=after,
            errors=errors,
            path=path,
            live=path.replace("/aduan/", "/kabar/", 1),
            mark=mark_of(it),
            typed=sent.get("keterangan", ""),
            field=FIELDS.get(sent.get("tindakan", ""), ""),
            once=self._pages.sessions.once(request),
        )

    async def _by_ticket(self, request: Request, written: str) -> FoundComplaint:
        """Return the complaint of a ticket. Raise NothingHere, or TooMany after too many unknown tickets."""
        found = await find_complaint(self._intake, written)
        return check_lookup(self._intake, address_block(client_address(request)), found)

    async def _by_link(self, request: Request) -> FoundComplaint:
        """Return the complaint of this secret link. Raise NothingHere, or TooMany after too many wrong links."""
        ticket, secret = request.path_params["ticket"], request.path_params["secret"]
        return await find_own(self._intake, ticket, secret, address_block(client_address(request)))


def _path(request: Request) -> str:
    return f"/aduan/{request.path_params['ticket']}/{request.path_params['secret']}"
