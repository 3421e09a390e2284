"""The pages for following another person's complaint. They work without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake.actions.complaints import check_lookup, find_complaint
from services.intake.actions.following import find_followed, follow, follower, unfollow
from services.intake.actions.running import RunningIntake
from services.intake.api.forms import read_address
from services.intake.api.site import advice
from services.intake.api.views import public_view
from services.intake.store import FoundComplaint
from shared.buckets import Buckets
from shared.errors import Refused, TooMany
from shared.web.address import client_address
from shared.web.inputs import fields_of
from shared.web.limits import address_block
from shared.web.pages import Pages
from shared.web.sorry import later

if TYPE_CHECKING:
    from fastapi import FastAPI

_OFTEN: Final = "Nomor atau alamat ini sudah beberapa kali didaftarkan dalam satu jam. Coba lagi nanti."


def install(app: FastAPI, intake: RunningIntake, pages: Pages) -> None:
    """Open the pages for following a complaint."""
    following = _FollowingPages(intake, pages)
    add = app.router.add_route
    add("/ikuti/{ticket}", following.show, methods=["GET"], include_in_schema=False)
    add("/ikuti/{ticket}", following.begin, methods=["POST"], include_in_schema=False)
    add("/ikuti/{ticket}/{secret}", following.own, methods=["GET"], include_in_schema=False)
    add("/ikuti/{ticket}/{secret}", following.end, methods=["POST"], include_in_schema=False)


class _FollowingPages:
    def __init__(self, intake: RunningIntake, pages: Pages) -> None:
        self._intake = intake
        self._pages = pages
        settings = intake.settings
        self._addresses = Buckets(settings.web_rate / 60, settings.web_burst)
        self._contacts = Buckets(settings.contact_rate / 3600, settings.contact_burst)

    async def show(self, request: Request) -> Response:
        try:
            found = await self._by_ticket(request)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return self._page(request, found, {}, {})

    async def begin(self, request: Request) -> Response:
        typed = await fields_of(request)
        try:
            found = await self._by_ticket(request)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        whatsapp, email, errors = read_address(typed)
        if errors:
            return self._page(request, found, typed, errors, 422)
        try:
            self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
            self._addresses.take(address_block(client_address(request)))
            people = [follower(self._intake, "whatsapp", whatsapp)] if whatsapp else []
            people += [follower(self._intake, "email", email)] if email else []
            for person in people:
                self._take_contact(str(person.id))
                await follow(self._intake, found, person)
        except Refused as refusal:
            words = refusal.words if isinstance(refusal, TooMany) else advice(refusal)
            return later(self._page(request, found, typed, {"whatsapp": words}, refusal.status), refusal)
        return RedirectResponse(f"/ikuti/{found.complaint.ticket}?terkirim=1", status_code=303)

    async def own(self, request: Request) -> Response:
        try:
            found, _ = await self._by_link(request)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        it = public_view(found.complaint)
        return self._pages.page(request, "following.html", it=it, path=request.url.path, ended=False)

    async def end(self, request: Request) -> Response:
        typed = await fields_of(request)
        try:
            self._pages.sessions.check_csrf(request, typed.get("csrf", ""))
            found, contact = await self._by_link(request)
            await unfollow(self._intake, found, contact)
        except Refused as refusal:
            return self._pages.refused(request, refusal, advice(refusal))
        return RedirectResponse(f"/ikuti/{found.complaint.ticket}?berhenti=1", status_code=303)

    def _take_contact(self, contact: str) -> None:
        """Raise TooMany when this number or address was named too often."""
        try:
            self._contacts.take(contact)
        except TooMany as refusal:
            raise TooMany(retry_after=refusal.retry_after, message=_OFTEN) from None

    def _page(
        self, request: Request, found: FoundComplaint, typed: dict[str, str], errors: dict[str, str], status: int = 200
    ) -> Response:
        sent = (
            "terkirim"
            if "terkirim" in request.query_params
            else "berhenti"
            if "berhenti" in request.query_params
            else ""
        )
        it = public_view(found.complaint)
        return self._pages.page(request, "follow.html", status, it=it, typed=typed, errors=errors, sent=sent)

    async def _by_ticket(self, request: Request) -> FoundComplaint:
        """Return the complaint of the ticket. Raise NothingHere, or TooMany after too many unknown tickets."""
        found = await find_complaint(self._intake, request.path_params["ticket"])
        return check_lookup(self._intake, address_block(client_address(request)), found)

    async def _by_link(self, request: Request) -> tuple[FoundComplaint, UUID]:
        """Return the complaint and the contact of a follower's link."""
        ticket, secret = request.path_params["ticket"], request.path_params["secret"]
        return await find_followed(self._intake, ticket, secret, address_block(client_address(request)))
