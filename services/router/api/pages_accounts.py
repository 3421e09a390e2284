"""The administrator's pages: the list of accounts, an invitation, and what may be changed about one account."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.accounts.errors import NoSuchAccount
from services.router.accounts.model import ACCOUNT_ROLES, ADMINISTRATOR, check_account
from services.router.accounts.sessions import Session
from services.router.api.account_site import AccountSite
from shared.errors import Refused
from shared.reference import opds, open_opds
from shared.words import instant_words

LIST: Final = "/akun/daftar"
_DONE: Final = {
    "added": "Akun dibuat",
    "changed": "Akun diubah",
    "disabled": "Akun ditutup",
    "enabled": "Akun dibuka kembali",
    "invitation": "Undangan dibuat",
    "reset": "Permintaan kata sandi baru",
    "password": "Kata sandi dibuat",
    "second_factor": "Kunci kedua dipasang",
    "second_factor_removed": "Kunci kedua dilepas",
    "recovery_codes": "Kode cadangan dibuat",
    "recovery_code_used": "Kode cadangan dipakai",
    "oidc": "Masuk lewat penyedia identitas",
}


def install(app: FastAPI, site: AccountSite) -> None:
    """Add the routes of these pages."""
    pages = _Accounts(site)
    app.router.add_route(LIST, pages.show_list, methods=["GET"], include_in_schema=False)
    app.router.add_route(LIST, pages.add, methods=["POST"], include_in_schema=False)
    app.router.add_route(LIST + "/{account:uuid}", pages.show_one, methods=["GET"], include_in_schema=False)
    app.router.add_route(LIST + "/{account:uuid}", pages.change, methods=["POST"], include_in_schema=False)


class _Accounts:
    def __init__(self, site: AccountSite) -> None:
        self._site = site
        self._desk = site.desk
        self._pages = site.pages

    async def show_list(self, request: Request) -> Response:
        """Show all accounts and the form of an invitation."""
        await self._site.need_role(request, ADMINISTRATOR)
        return await self._list(request)

    async def add(self, request: Request) -> Response:
        """Add an account and mail its invitation."""
        session = await self._site.need_role(request, ADMINISTRATOR)
        typed = await self._pages.form(request)
        roles = _roles_of(typed)
        try:
            email, name, opd = typed.get("surel", ""), typed.get("nama", ""), typed.get("opd") or None
            await self._desk.add(email, name, roles, opd, _actor(session))
        except Refused as refusal:
            errors = {refusal.field or "surel": refusal.words}
            return await self._list(request, refusal.status, errors=errors, typed=typed)
        return RedirectResponse(f"{LIST}?tersimpan", status_code=303)

    async def show_one(self, request: Request) -> Response:
        """Show one account and what was done to it."""
        await self._site.need_role(request, ADMINISTRATOR)
        return await self._one(request)

    async def change(self, request: Request) -> Response:
        """Change one account, close or open it, invite again, or take the second factor away."""
        session = await self._site.need_role(request, ADMINISTRATOR)
        typed = await self._pages.form(request)
        key, actor, rows = request.path_params["account"], _actor(session), self._desk.rows
        own = key == session.account.id
        try:
            account = await rows.get(key)
            match typed.get("tindakan"):
                case "ubah":
                    roles = _roles_of(typed)
                    if own and ADMINISTRATOR not in roles:
                        words = "Peran pengelola akun milik sendiri hanya dapat dilepas oleh pengelola lain."
                        return await self._one(request, 422, errors={"peran": words})
                    new = check_account(account.email, typed.get("nama", ""), roles, typed.get("opd") or None)
                    await rows.change(key, new, actor)
                case "undang":
                    await self._desk.invite(key, actor)
                case "lepas":
                    await rows.take_second(key, actor)
                case "tutup" if not own:
                    await rows.disable(key, actor, disabled=True)
                case "buka":
                    await rows.disable(key, actor, disabled=False)
        except NoSuchAccount as refusal:
            return self._pages.refused(request, refusal)
        except Refused as refusal:
            return await self._one(request, refusal.status, errors={refusal.field or "nama": refusal.words})
        return RedirectResponse(f"{LIST}/{key}?tersimpan", status_code=303)

    async def _list(self, request: Request, status: int = 200, /, **values: Any) -> Response:
        rows = [
            {
                "id": row["id"],
                "name": row["name"],
                "email": row["email"],
                "roles": ", ".join(ACCOUNT_ROLES.get(role, role) for role in row["roles"]),
                "opd": _opd_name(row["opd"]),
                "state": _state_of(row),
            }
            for row in await self._desk.rows.listed()
        ]
        saved = "tersimpan" in request.query_params
        return self._pages.page(request, "accounts.html", status, rows=rows, saved=saved, **_choices(), **values)

    async def _one(self, request: Request, status: int = 200, /, **values: Any) -> Response:
        key: UUID = request.path_params["account"]
        try:
            account = await self._desk.rows.get(key)
        except NoSuchAccount as refusal:
            return self._pages.refused(request, refusal)
        history = [
            {"at": instant_words(row["at"]), "what": _DONE.get(row["what"], row["what"]), "detail": row["detail"]}
            for row in await self._desk.rows.history(key)
        ]
        saved = "tersimpan" in request.query_params
        shown = {"account": account, "history": history, "saved": saved}
        return self._pages.page(request, "account_edit.html", status, **shown, **_choices(), **values)


def _roles_of(typed: dict[str, str]) -> tuple[str, ...]:
    return tuple(role for role in ACCOUNT_ROLES if typed.get(f"peran-{role}"))


def _actor(session: Session) -> str:
    return f"{ADMINISTRATOR}:{session.account.id}"


def _choices() -> dict[str, Any]:
    named = [(code, one.name) for code, one in open_opds().items()]
    return {"all_roles": list(ACCOUNT_ROLES.items()), "opds": [("", "Tidak di OPD"), *named]}


def _opd_name(code: str | None) -> str:
    return opds()[code].name if code in opds() else ""


def _state_of(row: Any) -> str:
    if row["disabled_at"] is not None:
        return "ditutup"
    if not row["invited"]:
        return "diundang"
    return "aktif" if row["has_second"] else "belum memasang kunci kedua"
