"""The pages on which people sign in: password, second factor, forgotten password, and the link that sets a password."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.accounts.errors import LinkOver
from services.router.accounts.model import Account, roles_now
from services.router.accounts.provider import CALLBACK
from services.router.accounts.secrets import LONGEST, SHORTEST
from services.router.accounts.sessions import Session
from services.router.api.account_site import AccountSite, home_of
from shared.errors import Refused
from shared.web.address import client_address
from shared.web.inputs import fields_of
from shared.web.qr import qr_code
from shared.web.sessions import FormExpired
from shared.web.sorry import later
from shared.web.targets import FIELD, SIGN_IN, address_on_host, login_address

CODE: Final = "/akun/kode"
ENROL: Final = "/akun/pasang"
FORGOT: Final = "/akun/lupa"
LINK: Final = "/akun/tautan/{token}"
PROVIDER: Final = "/akun/penyedia"
_BEGUN: Final = "tanggap_penyedia"
_EXPIRED: Final = "Halaman ini sudah terlalu lama terbuka. Isi sekali lagi."


def install(app: FastAPI, site: AccountSite) -> None:
    """Add the routes of these pages."""
    pages = _SignIn(site)
    for path, handler in (
        (SIGN_IN, pages.sign_in),
        (CODE, pages.code),
        (ENROL, pages.enrol),
        (FORGOT, pages.forgot),
        (LINK, pages.link),
    ):
        app.router.add_route(path, handler, methods=["GET", "POST"], include_in_schema=False)
    app.router.add_route(PROVIDER, pages.to_provider, methods=["GET"], include_in_schema=False)
    app.router.add_route(CALLBACK, pages.from_provider, methods=["GET"], include_in_schema=False)


class _SignIn:
    def __init__(self, site: AccountSite) -> None:
        self._site = site
        self._desk = site.desk
        self._pages = site.pages

    async def sign_in(self, request: Request) -> Response:
        """Take e-mail address and password."""
        if request.method != "POST":
            return self._sign_in_page(request, request.query_params.get(FIELD, ""))
        typed = await fields_of(request)
        target, email = typed.get(FIELD, ""), typed.get("surel", "")
        try:
            self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
            account = await self._desk.sign_in(email, typed.get("sandi", ""), client_address(request))
        except FormExpired as refusal:
            return self._sign_in_page(request, target, email, refusal.status, _EXPIRED)
        except Refused as refusal:
            return later(self._sign_in_page(request, target, email, refusal.status, refusal.words), refusal)
        return await self._go_on(request, account, target)

    async def _go_on(self, request: Request, account: Account, target: str, *, whole: bool = False) -> Response:
        """Open the session. Without ``whole``, lead to the second factor where one is needed."""
        whole = whole or not account.needs_second
        after = self._target(request, target, account)
        if not whole:
            after = f"{CODE if account.second is not None else ENROL}?{FIELD}={quote(after, safe='/')}"
        response = self._onward(request, after)
        await self._desk.sessions.open(request, response, account.id, whole=whole)
        return response

    async def to_provider(self, request: Request) -> Response:
        """Lead to the identity provider."""
        provider = self._site.oidc
        if provider is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        target = self._target(request, request.query_params.get(FIELD, ""))
        try:
            begun = await provider.begin()
        except Refused as refusal:
            return self._sign_in_page(request, target, "", refusal.status, refusal.words)
        response = RedirectResponse(begun.address, status_code=303)
        sealed = self._pages.sessions.seal_for(request, f"{begun.kept} {quote(target)}")
        response.set_cookie(_BEGUN, sealed, max_age=600, httponly=True, samesite="lax", path="/akun")
        self._pages.sessions.remember(request, response)
        return response

    async def from_provider(self, request: Request) -> Response:
        """Take the identity provider's answer, and open the session of the account with that address."""
        provider = self._site.oidc
        opened = self._pages.sessions.open_sealed(request, request.cookies.get(_BEGUN, ""))
        if provider is None or opened is None:
            return self._sign_in_page(request, "", "", 403, _EXPIRED)
        kept, _, target = opened.partition(" ")
        try:
            identity = await provider.finish(kept, dict(request.query_params))
            account = await self._desk.sign_in_from_provider(identity.email)
        except Refused as refusal:
            return self._sign_in_page(request, unquote(target), "", refusal.status, refusal.words)
        response = await self._go_on(request, account, unquote(target), whole=identity.second_factor)
        response.delete_cookie(_BEGUN, path="/akun")
        return response

    async def code(self, request: Request) -> Response:
        """Take the code of the authenticator app, or a recovery code."""
        session, target = await self._half(request)
        if session is None or session.account.second is None:
            return RedirectResponse(login_address(target, SIGN_IN), status_code=303)
        if request.method != "POST":
            return self._pages.page(request, "account_code.html", target=target)
        typed = await fields_of(request)
        target = self._target(request, typed.get(FIELD, ""), session.account)
        try:
            self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
            await self._desk.check_code(session.account, typed.get("kode", ""), client_address(request))
        except Refused as refusal:
            errors = {"kode": _EXPIRED if isinstance(refusal, FormExpired) else refusal.words}
            page = self._pages.page(request, "account_code.html", refusal.status, target=target, errors=errors)
            return later(page, refusal)
        response = self._onward(request, target)
        await self._desk.sessions.open(request, response, session.account.id, whole=True)
        return response

    async def enrol(self, request: Request) -> Response:
        """Set up the second factor at the first sign-in, and show the recovery codes."""
        session, target = await self._half(request)
        if session is None or session.account.second is not None:
            return RedirectResponse(login_address(target, SIGN_IN), status_code=303)
        if request.method != "POST":
            return self._enrol_page(request, session.account, target)
        typed = await fields_of(request)
        target = self._target(request, typed.get(FIELD, ""), session.account)
        secret = self._pages.sessions.open_sealed(request, typed.get("rahasia", ""))
        try:
            self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
            if secret is None:
                return self._enrol_page(request, session.account, target, 422, _EXPIRED)
            codes = await self._desk.finish_enrolment(session.account, secret, typed.get("kode", ""))
        except FormExpired as refusal:
            return self._enrol_page(request, session.account, target, refusal.status, _EXPIRED)
        except Refused as refusal:
            return self._enrol_page(request, session.account, target, refusal.status, refusal.words, secret)
        response = self._pages.page(request, "account_codes.html", codes=codes, target=target)
        await self._desk.sessions.open(request, response, session.account.id, whole=True)
        return response

    async def forgot(self, request: Request) -> Response:
        """Mail a link for a new password. The page says the same whether or not the address has an account."""
        if request.method != "POST":
            return self._pages.page(request, "account_forgot.html", sent=False)
        typed = await self._pages.form(request)
        self._site.limit_forgot(client_address(request))
        await self._desk.forgot(typed.get("surel", ""))
        return self._pages.page(request, "account_forgot.html", sent=True)

    async def link(self, request: Request) -> Response:
        """Set the password of the account to which the link belongs."""
        token = request.path_params["token"]
        account = await self._desk.rows.of_link(token)
        if account is None:
            return self._pages.nothing(request, title="Tautan tidak berlaku lagi", advice=str(LinkOver.message))
        errors: dict[str, str] = {}
        status = 200
        if request.method == "POST":
            typed = await self._pages.form(request)
            try:
                if typed.get("sandi", "") != typed.get("ulang", ""):
                    status, errors = 422, {"ulang": "Kedua kata sandi tidak sama. Tulis sekali lagi."}
                else:
                    await self._desk.set_password(token, typed.get("sandi", ""))
                    return RedirectResponse(f"{SIGN_IN}?siap", status_code=303)
            except Refused as refusal:
                status, errors = refusal.status, {"sandi": refusal.words}
        values = {
            "account": account,
            "address": f"/akun/tautan/{quote(token)}",
            "shortest": SHORTEST,
            "longest": LONGEST,
        }
        return self._pages.page(request, "account_password.html", status, errors=errors, **values)

    async def _half(self, request: Request) -> tuple[Session | None, str]:
        """Return the session that waits for its second factor, and the wanted page."""
        found = await self._desk.sessions.session(request)
        target = self._target(
            request, request.query_params.get(FIELD, ""), found.account if found is not None else None
        )
        return (found if found is not None and not found.whole else None), target

    def _onward(self, request: Request, target: str) -> Response:
        """Lead to the wanted page.

        A browser does not follow a form's redirect to another port, because our policy allows forms to this site only.
        A page in between leads there.
        """
        if target.startswith("/"):
            return RedirectResponse(target, status_code=303)
        response = self._pages.page(request, "account_onward.html", target=target)
        response.headers["Refresh"] = f"0; url={target}"
        return response

    def _target(self, request: Request, wanted: str, account: Account | None = None) -> str:
        """Return the wanted page if it is one of ours, else the desk of the account, else an empty text."""
        found = address_on_host(wanted, request.url.hostname)
        return found or (home_of(roles_now(account)) if account is not None else "")

    def _sign_in_page(
        self, request: Request, target: str, email: str = "", status: int = 200, words: str | None = None
    ) -> Response:
        shown = self._target(request, target)
        errors = {"surel": words} if words else {}
        values = {
            "target": shown,
            "email": email,
            "ready": "siap" in request.query_params,
            "provider": self._site.oidc.name if self._site.oidc is not None else None,
        }
        return self._pages.page(request, "account_sign_in.html", status, errors=errors, **values)

    def _enrol_page(
        self,
        request: Request,
        account: Account,
        target: str,
        status: int = 200,
        words: str | None = None,
        secret: str | None = None,
    ) -> Response:
        made = self._desk.enrol(account, secret)
        return self._pages.page(
            request,
            "account_enrol.html",
            status,
            errors={"kode": words} if words else {},
            secret=made.secret,
            sealed=self._pages.sessions.seal_for(request, made.secret),
            picture=qr_code(made.address),
            target=target,
        )
