"""The citizen's pages: the form, the receipt, following a complaint and acting on it. They work without scripts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake import view
from services.intake.api.complaints import find
from services.intake.api.forms import ComplaintForm, read_form
from services.intake.api.limits import Buckets, address_block
from services.intake.errors import NothingHere
from services.intake.filing import Desk, Filing
from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Person, Rate, Reply, Withdraw
from services.intake.store import Found
from services.intake.words import CHANNELS
from shared.errors import Forbidden, Refused, TooMany, Unavailable
from shared.pipeline import Claim
from shared.text import tidy
from shared.web.app import light, templates
from shared.web.problems import Problems
from shared.web.sessions import Sessions
from shared.words import instant_words

if TYPE_CHECKING:
    from fastapi import FastAPI

_FOLDER: Final = Path(__file__).parent.parent / "templates"
_MAX_TEXT: Final = 20_000


def install(app: FastAPI, desk: Desk) -> None:
    """Open the citizen's pages."""
    pages = _Pages(desk, app.state.problems)
    add = app.router.add_route
    add("/", pages.form, methods=["GET"], include_in_schema=False)
    add("/", pages.submit, methods=["POST"], include_in_schema=False)
    add("/aduan", pages.look_up, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}", pages.public, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", pages.own, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}/bukti", pages.receipt, methods=["GET"], include_in_schema=False)
    add("/aduan/{ticket}/{secret}", pages.act, methods=["POST"], include_in_schema=False)


class _Pages:
    def __init__(self, desk: Desk, problems: Problems) -> None:
        self._desk = desk
        self._problems = problems
        self._sessions = Sessions(desk.running)
        self._templates = templates(_FOLDER)
        self._templates.filters["instant"] = lambda written: instant_words(datetime.fromisoformat(written)) if written else ""
        self._templates.filters["channel"] = lambda channel: CHANNELS.get(channel, channel)
        self._buckets = Buckets(desk.settings.web_rate / 60, desk.settings.web_burst)

    def _page(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        csrf = self._sessions.csrf_token(request)
        body = self._templates.get_template(name).render(csrf=csrf, **values)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self._sessions.remember(request, response)
        return light(request, response)

    def _sorry(self, request: Request, refusal: Refused) -> Response:
        told = {
            503: "Sistem sedang tidak dapat menyimpan aduan. Yang Anda tulis belum terkirim; tunggu sebentar, lalu kirim lagi.",
            429: "Terlalu banyak kiriman dari jaringan Anda dalam waktu singkat. Tunggu satu menit, lalu kirim lagi.",
        }.get(refusal.status, refusal.detail)
        response = self._page(request, "sorry.html", refusal.status, told=told)
        if isinstance(refusal, TooMany | Unavailable):
            response.headers["Retry-After"] = str(refusal.retry_after)
        return response

    # Telling.
    async def form(self, request: Request) -> Response:
        return self._form(request, read_form({}), {})

    def _form(
        self, request: Request, form: ComplaintForm, errors: dict[str, str], status: int = 200, token: str = ""
    ) -> Response:
        return self._page(request, "form.html", status, form=form, errors=errors, once=token or self._once())

    async def submit(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=30) as fields:
            form = read_form(fields)
            once, csrf = str(fields.get("sekali") or ""), str(fields.get("csrf") or "")
        if form.robot:
            return self._page(
                request, "sorry.html", 400, told="Formulir ini tampaknya diisi oleh program. Kosongkan kolom yang tersembunyi."
            )
        if form.errors:
            return self._form(request, form, form.errors, 422, once if self._ours(once) else "")
        try:
            self._sessions.check_csrf(request, csrf)
        except Forbidden:
            return self._form(
                request, form, {"kirim": "Halaman ini sudah terlalu lama terbuka. Periksa isinya, lalu kirim sekali lagi."}, 403
            )
        if not self._ours(once):
            return self._form(request, form, {"kirim": "Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."}, 422)
        try:
            self._buckets.take(address_block(request.client.host if request.client else ""))
            path = await self._file(form, once)
        except Refused as refusal:
            return await self._problems.sorry.of_refusal(request, refusal)
        return RedirectResponse(f"{path}/bukti", status_code=303)

    async def _file(self, form: ComplaintForm, once: str) -> str:
        people: list[Person] = []
        if form.whatsapp:
            people.append(self._desk.person("whatsapp", form.whatsapp, name=form.name))
        if form.email:
            people.append(self._desk.person("email", form.email, name=form.name))
        filing = Filing(
            channel="web", source="Formulir web", text=form.text, filed_at=self._desk.running.clock.now(), actor="citizen",
            place=form.place, reporter_name=None if form.anonim else form.name, anonim=form.anonim, rahasia=form.rahasia,
            people=tuple(people), claim_scope="form", claim_token=once,
        )  # fmt: skip
        [command] = await self._desk.commands([filing])
        done = await self._desk.running.do(command.data, keys=command.keys, actor=command.actor, claim=command.claim)
        return str(done.answer["path"] if done.repeat else command.data.link)

    def _once(self) -> str:
        """A one-use token that only we can make, so that a repeated send is one complaint."""
        value = secrets.token_hex(12)
        return f"{value}.{self._signed(value)}"

    def _signed(self, value: str) -> str:
        return hmac.new(self._desk.secret, f"once:{value}".encode(), hashlib.sha256).hexdigest()[:24]

    def _ours(self, token: str) -> bool:
        value, _, signature = token.partition(".")
        return bool(value) and hmac.compare_digest(signature.encode(errors="replace"), self._signed(value).encode())

    # Following.
    async def look_up(self, request: Request) -> Response:
        written = request.query_params.get("nomor", "").strip()
        if not written:
            return self._page(request, "look_up.html", written="", errors={})
        try:
            found = await find(self._desk, written[:60])
        except NothingHere:
            errors = {"nomor": "Nomor ini tidak ditemukan. Periksa huruf dan angkanya; contoh: KT-7F3K-9Q2M-X."}
            return self._page(request, "look_up.html", 404, written=written[:60], errors=errors)
        return RedirectResponse(f"/aduan/{found.complaint.ticket}", status_code=303)

    async def public(self, request: Request) -> Response:
        try:
            found = await find(self._desk, request.path_params["ticket"])
        except NothingHere as nothing:
            return self._sorry(request, nothing)
        return self._page(
            request, "tracking.html", it=view.public(found.complaint), own=False, errors={}, path="", typed="", once=""
        )

    async def own(self, request: Request) -> Response:
        found = await self._mine(request)
        return self._own(request, found, {}) if found else self._sorry(request, NothingHere())

    async def receipt(self, request: Request) -> Response:
        found = await self._mine(request)
        if found is None:
            return self._sorry(request, NothingHere())
        link = self._desk.link(_path(request))
        contacted = bool(found.complaint.contacts)
        return self._page(
            request, "receipt.html", it=view.public(found.complaint), link=link, path=_path(request), contacted=contacted
        )

    def _own(self, request: Request, found: Found, errors: dict[str, str], status: int = 200, typed: str = "") -> Response:
        shown = view.full(found.complaint, found.submitted, self._desk.running.clock.now())
        values = {"it": shown, "own": True, "errors": errors, "path": _path(request), "typed": typed, "once": self._once()}
        return self._page(request, "tracking.html", status, **values)

    async def _mine(self, request: Request) -> Found | None:
        try:
            found = await find(self._desk, request.path_params["ticket"])
        except NothingHere:
            return None
        return found if self._desk.opens(found.key, request.path_params["secret"]) else None

    # Acting.
    async def act(self, request: Request) -> Response:
        found = await self._mine(request)
        if found is None:
            return self._sorry(request, NothingHere())
        async with request.form(max_files=0, max_fields=30) as fields:
            values = {name: tidy(value)[:_MAX_TEXT] for name, value in fields.items() if isinstance(value, str)}
        command = _command(values)
        if isinstance(command, dict):
            return self._own(request, found, command, 422)
        try:
            self._sessions.check_csrf(request, values.get("csrf", ""))
            await self._do(command, found.key, values)
        except (TooMany, Unavailable) as refusal:
            return await self._problems.sorry.of_refusal(request, refusal)
        except Refused as refusal:
            return self._own(request, found, {"tindakan": refusal.detail}, refusal.status, values.get("keterangan", ""))
        return RedirectResponse(f"{_path(request)}?terkirim=1", status_code=303)

    async def _do(self, command: CitizenAct, key: UUID, values: dict[str, str]) -> None:
        """The same form sent twice is one act; another text from the same page is another."""
        once = values.get("sekali", "")
        said = hashlib.sha256(
            repr(sorted((name, value) for name, value in values.items() if name != "csrf")).encode()
        ).hexdigest()
        claim = Claim(f"act:{key}", f"{once}:{said}") if self._ours(once) else None
        await self._desk.running.do(command, keys=(key,), actor="citizen", claim=claim)


def _path(request: Request) -> str:
    return f"/aduan/{request.path_params['ticket']}/{request.path_params['secret']}"


def _command(values: dict[str, str]) -> CitizenAct | dict[str, str]:
    """The act a form asks for, or what is missing."""
    words = values.get("keterangan", "")
    match values.get("tindakan"):
        case "balas":
            return Reply(text=words, channel="web") if words else {"balas": "Tulis keterangan Anda, lalu kirim."}
        case "selesai":
            return Confirm(channel="web")
        case "belum":
            return Dispute(reason=words, channel="web") if words else {"belum": "Tulis apa yang belum selesai, lalu kirim."}
        case "nilai":
            stars = values.get("nilai", "")
            if stars not in {"1", "2", "3", "4", "5"}:
                return {"nilai-1": "Pilih nilai 1 sampai 5."}
            return Rate(stars=int(stars), comment=words or None, channel="web")
        case "tarik":
            return Withdraw(reason=words or None, channel="web")
    return {"tindakan": "Pilih apa yang ingin Anda lakukan."}
