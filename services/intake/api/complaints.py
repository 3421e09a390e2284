"""The HTTP API for reading a complaint and acting on it.

The ticket alone shows state and dates. The secret opens the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake import store, view
from services.intake.api.models import DisputeIn, NothingIn, RateIn, ReplyIn, WithdrawIn
from services.intake.api.repeats import old_act_digest
from services.intake.errors import NothingHere, SecretNeeded
from services.intake.filing import Desk
from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Rate, Reply, Withdraw
from services.intake.store import Found
from services.intake.tickets import parse_ticket
from shared.canonical import digest_of
from shared.clean import clean_json
from shared.errors import Unauthenticated
from shared.pipeline import Claim
from shared.web.address import client_address
from shared.web.keys import Keys, bearer
from shared.web.limits import address_block
from shared.web.problems import of_validation, problem
from shared.web.reads import note_read

if TYPE_CHECKING:
    from fastapi import FastAPI

LINK_HEADER: Final = "x-complaint-secret"
_BODIES: Final[dict[str, type[BaseModel]]] = {
    "replies": ReplyIn,
    "confirm": NothingIn,
    "dispute": DisputeIn,
    "rate": RateIn,
    "withdraw": WithdrawIn,
}


async def find(desk: Desk, written: str) -> Found | None:
    """Return the complaint of a ticket, in whatever spelling a person wrote the ticket, or None."""
    ticket = parse_ticket(written)
    return await store.by_ticket(desk.running.pool, ticket) if ticket else None


def limited(desk: Desk, request: Request, found: Found | None, *, wrong: bool = False) -> Found:
    """Return the complaint found for a caller who shows only a ticket, or a ticket with a ``wrong`` secret.

    Failed look-ups count against the caller's address, so that nobody can guess tickets.
    Raise NothingHere when nothing was found, and TooMany when this address has failed too often.
    Callers with a valid secret link or adapter key must not pass through this function.
    Otherwise a stranger at the same address could lock them out.
    """
    block = address_block(client_address(request))
    desk.lookups.check(block)
    if found is None or wrong:
        desk.lookups.spend(block)
    if found is None:
        raise NothingHere
    return found


def install(app: FastAPI, desk: Desk) -> None:
    """Open the routes for reading a complaint and acting on it."""
    door = _Door(desk)
    app.router.add_route("/v1/complaints/{ticket}", door.read, methods=["GET"])
    app.router.add_route("/v1/complaints/{ticket}/{act}", door.act, methods=["POST"])


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys = Keys(desk.running.pool, desk.running.attempts)

    async def read(self, request: Request) -> Response:
        found, who = await self._asked(request)
        headers = {"Cache-Control": "no-store"}
        if who is None:
            return JSONResponse(view.public(found.complaint), headers=headers)
        if who != "citizen":
            await note_read(self._desk.running.pool, who, found.key, "filed by this adapter")
        return JSONResponse(
            view.full(found.complaint, found.submitted, self._desk.running.clock.now()), headers=headers
        )

    async def act(self, request: Request) -> Response:
        act = request.path_params["act"]
        if act not in _BODIES:
            return problem(404, "There is nothing here.", code="http_404")
        found, who = await self._asked(request)
        if who is None:
            raise SecretNeeded
        raw = await request.body() or b"{}"
        try:
            sent = clean_json(raw)
            body = _BODIES[act].model_validate_json(sent)
        except ValidationError as error:
            return of_validation(error)
        except (ValueError, RecursionError):
            return problem(400, "The body is not JSON.", code="not_json")
        token = request.headers.get("idempotency-key", "").strip()
        claim = None
        if token:
            digest, also = digest_of([act, from_json(sent)]), (old_act_digest(act, body),)
            claim = Claim(f"act:{found.key}", token[:200], digest, {"ticket": found.complaint.ticket}, also)
        channel = "web" if who == "citizen" else found.complaint.channel
        done = await self._desk.running.do(_command(act, body, channel), keys=(found.key,), actor=who, claim=claim)
        return JSONResponse(
            {"ticket": found.complaint.ticket, "status": "repeated" if done.repeat else "accepted"}, status_code=202
        )

    async def _asked(self, request: Request) -> tuple[Found, str | None]:
        """Return the requested complaint and the caller: "citizen", the adapter's actor, or None for a ticket alone.

        Raise NothingHere, Unauthenticated or TooMany.
        """
        found = await find(self._desk, request.path_params["ticket"])
        who = await self._reader(request, found) if found is not None else None
        if found is None or who is None:
            found = limited(self._desk, request, found, wrong=LINK_HEADER in request.headers)
        return found, who

    async def _reader(self, request: Request, found: Found) -> str | None:
        """Return "citizen" for the holder of the secret, the actor of the adapter that filed the complaint, or None.

        Raise Unauthenticated for an unknown key.
        """
        secret = request.headers.get(LINK_HEADER, "")
        if secret and self._desk.opens(found.key, secret):
            return "citizen"
        given = bearer(request)
        if not given:
            return None
        key = await self._keys.find(given, client_address(request))
        if key is None:
            raise Unauthenticated
        return key.actor if key.role == "adapter" and key.owner == found.complaint.owner else None


def _command(act: str, body: Any, channel: str) -> CitizenAct:
    match act:
        case "replies":
            return Reply(text=body.text, channel=channel)
        case "confirm":
            return Confirm(channel=channel)
        case "dispute":
            return Dispute(reason=body.reason, channel=channel)
        case "rate":
            return Rate(stars=body.stars, comment=body.comment, channel=channel)
        case _:
            return Withdraw(reason=body.reason, channel=channel)
