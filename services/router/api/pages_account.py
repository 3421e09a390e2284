"""The page of one's own account: sessions, password, recovery codes."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.accounts.model import ACCOUNT_ROLES, roles_now
from services.router.accounts.sessions import Session
from services.router.api.account_site import AccountSite, desks_of
from shared.errors import Refused
from shared.ids import parse_id
from shared.reference import opds
from shared.web.address import client_address
from shared.web.targets import SIGN_IN
from shared.words import instant_words

OWN: Final = "/akun"


def install(app: FastAPI, site: AccountSite) -> None:
    """Add the routes of this page."""
    page = _OwnAccount(site)
    app.router.add_route(OWN, page.show, methods=["GET"], include_in_schema=False)
    app.router.add_route(OWN, page.act, methods=["POST"], include_in_schema=False)


class _OwnAccount:
    def __init__(self, site: AccountSite) -> None:
        self._site = site
        self._desk = site.desk
        self._pages = site.pages

    async def show(self, request: Request) -> Response:
        """Show the account."""
        return await self._page(request, await self._site.need_session(request))

    async def act(self, request: Request) -> Response:
        """End a session, change the password, or make new recovery codes."""
        session = await self._site.need_session(request)
        typed = await self._pages.form(request)
        account = session.account
        match typed.get("tindakan"):
            case "keluarkan":
                ended = parse_id(typed.get("sesi", ""))
                if ended is not None:
                    await self._desk.sessions.end_one(account.id, ended)
                return RedirectResponse(f"{OWN}?tersimpan", status_code=303)
            case "kode":
                codes = await self._desk.renew_codes(account)
                return self._pages.page(request, "account_codes.html", codes=codes, target=OWN)
            case "sandi":
                if typed.get("baru", "") != typed.get("ulang", ""):
                    errors = {"ulang": "Kedua kata sandi tidak sama. Tulis sekali lagi."}
                    return await self._page(request, session, 422, errors)
                try:
                    old, new = typed.get("lama", ""), typed.get("baru", "")
                    await self._desk.change_password(account, old, new, client_address(request))
                except Refused as refusal:
                    field = "baru" if refusal.code == "weak_password" else "lama"
                    return await self._page(request, session, refusal.status, {field: refusal.words})
                return RedirectResponse(f"{SIGN_IN}?siap", status_code=303)
        return RedirectResponse(OWN, status_code=303)

    async def _page(
        self, request: Request, session: Session, status: int = 200, errors: dict[str, str] | None = None
    ) -> Response:
        account = session.account
        sessions = [
            {
                "id": row["id"],
                "agent": device_words(row["agent"]),
                "seen": instant_words(row["seen_at"]),
                "here": row["id"] == session.id,
            }
            for row in await self._desk.sessions.listed(account.id)
        ]
        return self._pages.page(
            request,
            "account.html",
            status,
            account=account,
            roles=[ACCOUNT_ROLES[role] for role in account.roles if role in ACCOUNT_ROLES],
            opd=opds()[account.opd].name if account.opd in opds() else None,
            sessions=sessions,
            codes=await self._desk.rows.codes_left(account.id),
            desks=desks_of(roles_now(account), self._site.deadlines),
            saved="tersimpan" in request.query_params,
            errors=errors or {},
            here=OWN,
        )


# The first sign that stands in a browser's name for itself decides: many name others as well.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """Return the browser and the system of a User-Agent header in words that its owner knows."""
    browser = next((words for sign, words in _BROWSERS if sign in agent), "Peramban")
    system = next((words for sign, words in _SYSTEMS if sign in agent), None)
    return f"{browser} di {system}" if system else browser
