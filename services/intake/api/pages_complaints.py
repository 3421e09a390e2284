"""The citizen's pages: the form, the receipt, and following a complaint and acting on it. All work without scripts."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake.actions.filing import Desk, Filing
from services.intake.api import views as view
from services.intake.api.forms import ComplaintForm, act_of, read_form
from services.intake.api.routes_complaints import find, limited
from services.intake.errors import NothingHere
from services.intake.labels import CHANNELS
from services.intake.rules.commands import CitizenAct, ContactPerson
from services.intake.store import FoundComplaint
from shared.buckets import Buckets
from shared.canonical import digest_of
from shared.errors import Forbidden, Refused, TooMany, Unavailable
from shared.ids import keyed_hash
from shared.pipeline import Claim
from shared.text import tidy
from shared.web.address import client_address
from shared.web.app import light, templates
from shared.web.limits import address_block
from shared.web.sessions import Sessions
from shared.words import instant_words

if TYPE_CHECKING:
    from fastapi import FastAPI

_FOLDER: Final = Path(__file__).parent.parent / "templates"
_MAX_TEXT: Final = 20_000


def install(app: FastAPI, desk: Desk) -> None:
    """Open the citizen's pages."""
    pages = _Pages(desk)
    add = app.router.add_route
    add("/", pages.form, methods=["GET"], include_in_schema=False)
    add("/", pages.submit, methods=["POST"], include_in_schema=False)
    add("/aduan", pages.look_up, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}", pages.public, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", pages.own, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}/bukti", pages.receipt, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", pages.act, methods=["POST"], include_in_schema=False)


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sessions = Sessions(desk.running)
        self._templates = templates(_FOLDER)
        self._templates.filters["instant"] = lambda written: (
            instant_words(datetime.fromisoformat(written)) if written else ""
        )
        self._templates.filters["channel"] = lambda channel: CHANNELS.get(channel, channel)
        settings = desk.settings
        self._longest = settings.web_wait_s
        self._addresses = Buckets(settings.web_rate / 60, settings.web_burst)
        self._visitors = Buckets(settings.visitor_rate / 60, settings.visitor_burst)

    def _page(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        csrf = self._sessions.csrf_token(request)
        body = self._templates.get_template(name).render(csrf=csrf, **values)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self._sessions.remember(request, response)
        return light(request, response)

    def _sorry(self, request: Request, refusal: Refused) -> Response:
        return _later(self._page(request, "sorry.html", refusal.status, told=_told(refusal)), refusal)

    # Pages for filing a complaint.
    async def form(self, request: Request) -> Response:
        return self._form(request, read_form({}), {})

    def _form(
        self, request: Request, form: ComplaintForm, errors: dict[str, str], status: int = 200, token: str = ""
    ) -> Response:
        return self._page(request, "form.html", status, form=form, errors=errors, once=token or self._once(request))

    async def submit(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=30) as fields:
            form = read_form(fields)
            once, csrf = str(fields.get("sekali") or ""), str(fields.get("csrf") or "")
        if form.robot:
            words = "Peramban Anda mengisi kolom yang tersembunyi. Periksa isi formulir, lalu kirim sekali lagi."
            return self._form(request, form, {"kirim": words}, 400)
        if form.errors:
            return self._form(request, form, form.errors, 422, once if self._ours(request, once) else "")
        try:
            self._sessions.check_csrf(request, csrf)
        except Forbidden:
            return self._form(
                request,
                form,
                {"kirim": "Halaman ini sudah terlalu lama terbuka. Periksa isinya, lalu kirim sekali lagi."},
                403,
            )
        if not self._ours(request, once):
            return self._form(
                request, form, {"kirim": "Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."}, 422
            )
        try:
            await self._take_turn(request, csrf)
            path = await self._file(form, once)
        except Refused as refusal:
            # The page keeps its token: the complaint may have been stored after all and must not be stored twice.
            page = self._form(request, form, {"kirim": _told(refusal)}, refusal.status, once)
            return _later(page, refusal)
        return RedirectResponse(f"{path}/bukti", status_code=303)

    async def _take_turn(self, request: Request, visitor: str) -> None:
        """Wait until this browser and its address may file one more. Raise TooMany when the queue is too long."""
        address = address_block(client_address(request))
        wait = self._visitors.reserve(visitor, longest=self._longest)
        wait = max(wait, self._addresses.reserve(address, longest=self._longest))
        await asyncio.sleep(wait)

    async def _file(self, form: ComplaintForm, once: str) -> str:
        """File the complaint of a form and return the path of its page.

        The same form sent again leads to the same complaint. Another text from the same page is another complaint.
        """
        said = digest_of([form.typed, form.anonim, form.rahasia])
        people: list[ContactPerson] = []
        if form.whatsapp:
            people.append(self._desk.person("whatsapp", form.whatsapp, name=form.name))
        if form.email:
            people.append(self._desk.person("email", form.email, name=form.name))
        filing = Filing(
            channel="web",
            source="Formulir web",
            text=form.text,
            filed_at=self._desk.running.clock.now(),
            actor="citizen",
            place=form.place,
            reporter_name=None if form.anonim else form.name,
            anonim=form.anonim,
            rahasia=form.rahasia,
            people=tuple(people),
            claim_scope="form",
            claim_token=f"{once}:{said}",
        )
        [command] = await self._desk.commands([filing])
        done = await self._desk.running.do(command.data, keys=command.keys, actor=command.actor, claim=command.claim)
        return str(done.answer["path"] if done.repeat else command.data.link)

    def _once(self, request: Request) -> str:
        """Return a signed one-use token for this visitor. The token makes a repeated send one complaint."""
        value = secrets.token_hex(12)
        return f"{value}.{self._signed(request, value)}"

    def _signed(self, request: Request, value: str) -> str:
        """Return the signature of a token. The signature covers the visitor's CSRF token: nobody else can use it."""
        return keyed_hash(self._desk.secret, "once", self._sessions.csrf_token(request), value)[:24]

    def _ours(self, request: Request, token: str) -> bool:
        value, _, signature = token.partition(".")
        expected = self._signed(request, value)
        return bool(value) and hmac.compare_digest(signature.encode(errors="replace"), expected.encode())

    # Pages for following a complaint.
    async def look_up(self, request: Request) -> Response:
        written = request.query_params.get("nomor", "").strip()
        if not written:
            return self._page(request, "look_up.html", written="", errors={})
        try:
            found = limited(self._desk, request, await find(self._desk, written[:60]))
        except NothingHere:
            errors = {"nomor": "Nomor ini tidak ditemukan. Periksa huruf dan angkanya; contoh: KT-7F3K-9Q2M-X."}
            return self._page(request, "look_up.html", 404, written=written[:60], errors=errors)
        except TooMany as refusal:
            page = self._page(request, "look_up.html", 429, written=written[:60], errors={"nomor": _told(refusal)})
            return _later(page, refusal)
        return RedirectResponse(f"/aduan/{found.complaint.ticket}", status_code=303)

    async def public(self, request: Request) -> Response:
        try:
            found = limited(self._desk, request, await find(self._desk, request.path_params["ticket"]))
        except (NothingHere, TooMany) as refusal:
            return self._sorry(request, refusal)
        return self._page(
            request, "tracking.html", it=view.public(found.complaint), own=False, errors={}, path="", typed="", once=""
        )

    async def own(self, request: Request) -> Response:
        try:
            found = await self._mine(request)
        except (NothingHere, TooMany) as refusal:
            return self._sorry(request, refusal)
        return self._own(request, found, {})

    async def receipt(self, request: Request) -> Response:
        try:
            found = await self._mine(request)
        except (NothingHere, TooMany) as refusal:
            return self._sorry(request, refusal)
        link = self._desk.link(_path(request))
        contacted = bool(found.complaint.contacts)
        return self._page(
            request,
            "receipt.html",
            it=view.public(found.complaint),
            link=link,
            path=_path(request),
            contacted=contacted,
        )

    def _own(
        self, request: Request, found: FoundComplaint, errors: dict[str, str], status: int = 200, typed: str = ""
    ) -> Response:
        shown = view.full(found.complaint, found.submitted, self._desk.running.clock.now())
        values = {
            "it": shown,
            "own": True,
            "errors": errors,
            "path": _path(request),
            "typed": typed,
            "once": self._once(request),
        }
        return self._page(request, "tracking.html", status, **values)

    async def _mine(self, request: Request) -> FoundComplaint:
        """Return the complaint of this secret link. Raise NothingHere, or TooMany after too many wrong links."""
        found = await find(self._desk, request.path_params["ticket"])
        if found is not None and self._desk.opens(found.key, request.path_params["secret"]):
            return found
        limited(self._desk, request, found, wrong=True)
        raise NothingHere

    # Acts on a complaint.
    async def act(self, request: Request) -> Response:
        try:
            found = await self._mine(request)
        except (NothingHere, TooMany) as refusal:
            return self._sorry(request, refusal)
        async with request.form(max_files=0, max_fields=30) as fields:
            values = {name: tidy(value)[:_MAX_TEXT] for name, value in fields.items() if isinstance(value, str)}
        command = act_of(values)
        if isinstance(command, dict):
            return self._own(request, found, command, 422)
        try:
            self._sessions.check_csrf(request, values.get("csrf", ""))
            await self._do(request, command, found.key, values)
        except Refused as refusal:
            page = self._own(request, found, {"tindakan": _told(refusal)}, refusal.status, values.get("keterangan", ""))
            return _later(page, refusal)
        return RedirectResponse(f"{_path(request)}?terkirim=1", status_code=303)

    async def _do(self, request: Request, command: CitizenAct, key: UUID, values: dict[str, str]) -> None:
        """Do the citizen's act. The same form sent twice is one act; another text from the same page is another act."""
        once = values.get("sekali", "")
        said = digest_of({name: value for name, value in values.items() if name not in {"csrf", "sekali"}})
        claim = Claim(f"act:{key}", f"{once}:{said}") if self._ours(request, once) else None
        await self._desk.running.do(command, keys=(key,), actor="citizen", claim=claim)


def _told(refusal: Refused) -> str:
    """Return the words that tell a citizen what to do about a refusal."""
    return {
        503: "Sistem sedang tidak dapat menyimpan. Yang Anda tulis belum terkirim; tunggu sebentar, lalu kirim lagi.",
        429: "Sedang banyak kiriman dari jaringan Anda. Tunggu satu menit, lalu coba lagi.",
    }.get(refusal.status, refusal.detail)


def _later(response: Response, refusal: Refused) -> Response:
    """Add a `Retry-After` header to the response if the refusal is temporary."""
    if isinstance(refusal, TooMany | Unavailable):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _path(request: Request) -> str:
    return f"/aduan/{request.path_params['ticket']}/{request.path_params['secret']}"
