"""The administrator's pages of the registry: OPDs and topics, their changes, their tables as CSV, and the history."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.router.accounts.model import ADMINISTRATOR
from services.router.actions.registry import RegistryDesk
from services.router.api.forms_registry import RegistryFormErrors, table_of_form, why_errors, why_field
from services.router.api.views_registry import (
    history_of,
    history_rows,
    opd_choices,
    opd_page,
    opd_rows,
    topic_page,
    topic_rows,
)
from services.router.labels import PHOTO_RULES
from services.router.registry.checking import without_office
from services.router.registry.errors import NoSuchEntry, NothingChanged, RegistryChangedMeanwhile
from services.router.registry.texts import TableName, write_table
from services.router.routing.offices import routed_opds
from shared.clean import clean_text, whole_number
from shared.errors import Refused
from shared.reference import in_force
from shared.runtime.running import Running
from shared.web.pages import Pages, Site

SITE: Final = Site(
    "daftar OPD dan topik",
    menu=(
        ("/daftar/opd", "OPD"),
        ("/daftar/topik", "Topik"),
        ("/daftar/riwayat", "Riwayat"),
        ("/akun/daftar", "Akun petugas"),
    ),
    roles=(ADMINISTRATOR,),
)
_HISTORY: Final = 200
_TABLES: Final[tuple[TableName, ...]] = ("opd", "topik")
_NO_FILE: Final = "Pilih berkas CSV yang akan diperiksa."
_NOT_TEXT: Final = "Berkas ini bukan CSV dalam UTF-8. Di lembar kerja, pilih “CSV UTF-8” saat menyimpan."


def install(app: FastAPI, running: Running[Any], pages: Pages) -> None:
    """Add the routes of these pages."""
    registry = _RegistryPages(running, pages)
    add = app.router.add_route
    add("/daftar/riwayat", registry.history, methods=["GET"], include_in_schema=False)
    for table in _TABLES:
        add(f"/daftar/{table}", registry.show_list, methods=["GET"], include_in_schema=False)
        add(f"/daftar/{table}.csv", registry.download, methods=["GET"], include_in_schema=False)
        add(f"/daftar/{table}/{{code}}", registry.show_one, methods=["GET"], include_in_schema=False)
        add(f"/daftar/{table}/periksa", registry.check, methods=["POST"], include_in_schema=False)
        add(f"/daftar/{table}/berkas", registry.check_file, methods=["POST"], include_in_schema=False)
        add(f"/daftar/{table}/berlakukan", registry.apply, methods=["POST"], include_in_schema=False)


def _table_of(request: Request) -> TableName:
    return "topik" if request.url.path.startswith("/daftar/topik") else "opd"


class _RegistryPages:
    """The handlers of the pages. Every change is shown with its effect before it is put into force."""

    def __init__(self, running: Running[Any], pages: Pages) -> None:
        self._pages = pages
        self._desk = RegistryDesk(running)

    async def show_list(self, request: Request) -> Response:
        """Show all OPDs or all topics, and the forms for a new one and for a file."""
        await self._pages.need(request)
        return await self._list(request)

    async def _list(self, request: Request, status: int = 200, /, **values: Any) -> Response:
        version, name = (await self._desk.current()).version, _table_of(request)
        table, alone = in_force(), without_office(in_force(), routed_opds())
        return self._pages.page(
            request,
            f"registry_{name}.html",
            status,
            here=f"/daftar/{name}",
            rows=opd_rows(table) if name == "opd" else topic_rows(table, alone),
            alone=alone,
            opds=opd_choices(table),
            photo_rules=list(PHOTO_RULES.items()),
            version=version,
            saved="berlaku" in request.query_params,
            **values,
        )

    async def show_one(self, request: Request) -> Response:
        """Show one OPD or topic with its periods, its changes, and the forms that change it."""
        await self._pages.need(request)
        return await self._one(request, request.path_params["code"])

    async def _one(self, request: Request, code: str, status: int = 200, /, **values: Any) -> Response:
        version, name, table = (await self._desk.current()).version, _table_of(request), in_force()
        if code not in (table.opds if name == "opd" else table.topics):
            return self._pages.refused(request, NoSuchEntry())
        made = await self._desk.history(_HISTORY)
        return self._pages.page(
            request,
            f"registry_{name}_one.html",
            status,
            here=f"/daftar/{name}",
            version=version,
            photo_rules=list(PHOTO_RULES.items()),
            history=history_of(made, "OPD" if name == "opd" else "Topik", code),
            **(opd_page(table, code) if name == "opd" else topic_page(table, code)),
            **values,
        )

    async def download(self, request: Request) -> Response:
        """Answer with the table in force, past and future rows included, as CSV."""
        await self._pages.need(request)
        registry, name = await self._desk.current(), _table_of(request)
        text = write_table(registry.opds if name == "opd" else registry.topics, name)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    async def history(self, request: Request) -> Response:
        """Show who changed what, when and why."""
        await self._pages.need(request)
        rows = history_rows(await self._desk.history(_HISTORY))
        return self._pages.page(request, "registry_history.html", here="/daftar/riwayat", rows=rows)

    async def check(self, request: Request) -> Response:
        """Show what a form would change."""
        await self._pages.need(request)
        typed = await self._pages.form(request)
        base = await self._desk.current()
        try:
            text = table_of_form(base, _table_of(request), typed, self._desk.today())
        except RegistryFormErrors as wrong:
            return await self._again(request, typed, 422, wrong.errors)
        return await self._proposed(request, text, typed.get("versi", ""), typed[why_field(typed)])

    async def check_file(self, request: Request) -> Response:
        """Show what a file would change, or each of its problems with its line."""
        await self._pages.need(request)
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("berkas")
            content = await file.read() if isinstance(file, UploadFile) else b""
            typed = {name: clean_text(value).strip() for name, value in form.items() if isinstance(value, str)}
        self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
        errors = why_errors(typed, "alasan-berkas")
        text = ""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            errors["berkas"] = _NOT_TEXT
        if not content:
            errors["berkas"] = _NO_FILE
        if errors:
            return await self._list(request, 422, errors=errors, typed=typed)
        return await self._proposed(request, clean_text(text), typed.get("versi", ""), typed["alasan-berkas"])

    async def _proposed(self, request: Request, text: str, seen: str, why: str) -> Response:
        """Show a proposal: its problems, or its difference and a button that puts it into force."""
        name = _table_of(request)
        proposal = await self._desk.propose(name, text)
        return self._pages.page(
            request,
            "registry_check.html",
            422 if proposal.problems else 200,
            here=f"/daftar/{name}",
            table=name,
            proposal=proposal,
            hidden={"isi": text, "versi": seen, "alasan": why},
        )

    async def apply(self, request: Request) -> Response:
        """Put a table into force."""
        caller = await self._pages.need(request)
        typed, name = await self._pages.form(request), _table_of(request)
        if why_errors(typed):
            return await self._again(request, typed, 422, why_errors(typed))
        seen = whole_number(typed.get("versi", ""))
        try:
            await self._desk.put_in_force(
                name, typed.get("isi", ""), -1 if seen is None else seen, why=typed["alasan"], actor=caller.actor
            )
        except (RegistryChangedMeanwhile, NothingChanged) as refusal:
            return await self._list(request, refusal.status, errors={"daftar": refusal.words})
        except Refused as refusal:
            return self._pages.refused(request, refusal)
        return RedirectResponse(f"/daftar/{name}?berlaku", status_code=303)

    async def _again(self, request: Request, typed: dict[str, str], status: int, errors: dict[str, str]) -> Response:
        """Show the page again from which a form came, with its errors."""
        if typed.get("tindakan") in ("ubah", "akhiri"):
            return await self._one(request, typed.get("kode", ""), status, errors=errors, typed=typed)
        return await self._list(request, status, errors=errors, typed=typed)
