"""Pages of calendar and policies. Anyone may read them; a koordinator may change them after a preview of the effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.sla.actions.recomputation import recompute_all
from services.sla.actions.rules import change_rules, preview_effect
from services.sla.api.changes import change_from
from services.sla.api.forms_rules import RuleFormErrors, RuleProposal, read_calendar_form, read_policies_form
from services.sla.api.models_rules import Why
from services.sla.api.site import CHANGER, need_changer
from services.sla.api.views_rules_pages import calendar_page, confirm_page, policies_page
from services.sla.errors import ChangedMeanwhile
from services.sla.state import CaseClocks
from services.sla.versions import RuleVersion, RuleVersions
from services.sla.versions.installed import InstalledRules
from shared.clean import whole_number
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.pages import Pages
from shared.words import day_words
from shared.worktime.reading import read_date

MEANWHILE = {"versi": ChangedMeanwhile.message}


def install(
    app: FastAPI, running: Running[CaseClocks], pages: Pages, versions: RuleVersions, installed: InstalledRules
) -> None:
    """Add the pages."""
    rules = RulePages(running, pages, versions, installed)
    add = app.router.add_route
    add("/kalender", rules.calendar, methods=["GET"], include_in_schema=False)
    add("/kalender/cabut/{day}", rules.withdraw, methods=["GET"], include_in_schema=False)
    add("/kebijakan", rules.policies, methods=["GET"], include_in_schema=False)
    for kind in ("kalender", "kebijakan"):
        add(f"/{kind}/periksa", rules.check, methods=["POST"], include_in_schema=False)
        add(f"/{kind}/berlakukan", rules.apply, methods=["POST"], include_in_schema=False)


class RulePages:
    """The pages on which a koordinator changes calendar and policies."""

    def __init__(
        self, running: Running[CaseClocks], pages: Pages, versions: RuleVersions, installed: InstalledRules
    ) -> None:
        self._pages = pages
        self._versions = versions
        self._installed = installed
        self._running = running

    async def _version(self) -> RuleVersion:
        return await self._versions.current(self._running.pool)

    async def calendar(self, request: Request) -> Response:
        """Show the calendar of one year, with the last change."""
        return await self._calendar(request, await self._pages.visitor(request), done=request.query_params.get("geser"))

    async def _calendar(self, request: Request, caller: Key | None, status: int = 200, /, **values: Any) -> Response:
        asked, now = request.query_params.get("tahun", ""), self._running.clock.now()
        typed = values.get("typed", {}).get("tanggal", "")[:4]
        wanted = whole_number(asked, digits=4) or whole_number(typed, digits=4) or now.year
        version, difference = await self._installed.compare(self._running.pool)
        page = calendar_page(version, wanted) | {"differs": difference.words()}
        return self._pages.page(request, "calendar.html", status, **self._common(caller, "/kalender", values), **page)

    async def policies(self, request: Request) -> Response:
        """Show the limits and ladders in force."""
        return await self._policies(request, await self._pages.visitor(request), done=request.query_params.get("geser"))

    async def _policies(self, request: Request, caller: Key | None, status: int = 200, /, **values: Any) -> Response:
        page = policies_page(await self._version())
        if "isi" in values.get("typed", {}):
            page["text"] = values["typed"]["isi"]
        return self._pages.page(request, "policies.html", status, **self._common(caller, "/kebijakan", values), **page)

    @staticmethod
    def _common(caller: Key | None, here: str, values: Mapping[str, Any]) -> dict[str, Any]:
        moved = values.get("done")
        done = None if moved is None else "Tenggat baru dihitung dengan aturan ini."
        if moved is not None and whole_number(moved) is not None:
            done = f"{moved} tenggat yang berjalan bergeser."
        return {**values, "done": done, "here": here, "changer": caller is not None and caller.role == CHANGER}

    async def withdraw(self, request: Request) -> Response:
        """Ask for the reason before a declaration is withdrawn."""
        await need_changer(self._pages, request)
        return await self._withdraw(request, request.path_params["day"])

    async def _withdraw(self, request: Request, text: str, status: int = 200, /, **values: Any) -> Response:
        version = await self._version()
        overrides = version.due_dates.table.calendar.overrides
        day = next((day for day in overrides if day.isoformat() == text), None)
        if day is None:
            return self._pages.nothing(request, title="Tidak ditemukan", advice="Tidak ada penetapan untuk hari itu.")
        return self._pages.page(
            request,
            "withdraw.html",
            status,
            here="/kalender",
            words=day_words(day),
            iso=text,
            name=overrides[day].name,
            version=version.number,
            **values,
        )

    async def check(self, request: Request) -> Response:
        """Show the effect of a change, before it is put into force."""
        caller = await need_changer(self._pages, request)
        typed = await self._pages.form(request)
        try:
            proposal = await self._proposal(request, typed)
        except RuleFormErrors as wrong:
            return await self._again(request, caller, typed, 422, wrong.errors)
        except ChangedMeanwhile:
            return await self._again(request, caller, typed, 409, MEANWHILE)
        preview = await preview_effect(self._running, await self._version(), proposal.version)
        kind = request.url.path.split("/")[1]
        return self._pages.page(
            request,
            "confirm.html",
            here=f"/{kind}",
            address=f"/{kind}/berlakukan",
            back=f"/{kind}",
            what=proposal.words,
            hidden={name: value for name, value in typed.items() if name != "csrf"},
            **confirm_page(preview),
        )

    async def apply(self, request: Request) -> Response:
        """Put a change into force, and compute the running deadlines again if that was asked for."""
        caller = await need_changer(self._pages, request)
        typed = await self._pages.form(request)
        try:
            proposal = await self._proposal(request, typed)
            why = Why(why=typed["alasan"], version=int(typed["versi"]))
            await change_rules(
                self._running,
                self._versions,
                change_from(caller, why),
                calendar=proposal.calendar,
                policies=proposal.policies,
            )
        except RuleFormErrors as wrong:
            return await self._again(request, caller, typed, 422, wrong.errors)
        except ChangedMeanwhile:
            return await self._again(request, caller, typed, 409, MEANWHILE)
        moved = ""
        if typed.get("hitung"):
            moved = str((await recompute_all(self._running, reason=why.why, actor=caller.actor))["moved"])
        kind = request.url.path.split("/")[1]
        year = f"&tahun={read_date(typed['tanggal']).year}" if typed.get("tanggal") else ""
        return RedirectResponse(f"/{kind}?geser={moved}{year}", status_code=303)

    async def _proposal(self, request: Request, typed: Mapping[str, str]) -> RuleProposal:
        base = await self._version()
        if typed.get("versi") != str(base.number):
            raise ChangedMeanwhile
        read = read_policies_form if request.url.path.startswith("/kebijakan") else read_calendar_form
        return read(base, typed)

    async def _again(
        self, request: Request, caller: Key, typed: dict[str, str], status: int, errors: dict[str, str]
    ) -> Response:
        if request.url.path.startswith("/kebijakan"):
            return await self._policies(request, caller, status, errors=errors, typed=typed)
        if typed.get("jenis") == "cabut":
            return await self._withdraw(request, typed.get("tanggal", ""), status, errors=errors, typed=typed)
        return await self._calendar(request, caller, status, errors=errors, typed=typed)
