"""The HTTP API for reading a complaint and acting on it.

The ticket alone shows state and dates. The secret opens the rest.
"""

from dataclasses import dataclass, replace
from typing import Final

from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.intake.actions.complaints import act_by_program, check_lookup, find_complaint, note_adapter_read
from services.intake.actions.media import find_attachments
from services.intake.actions.running import RunningIntake
from services.intake.api import views
from services.intake.api.answers import ActOut, ComplaintOut
from services.intake.api.models import (
    AppealIn,
    DisputeIn,
    NothingIn,
    ObjectIn,
    RateIn,
    ReplyIn,
    ShareIn,
    WithdrawIn,
)
from services.intake.api.parameters import (
    FORBIDDEN,
    UNAUTHENTICATED,
    ComplaintSecret,
    IdempotencyKey,
    TicketInPath,
)
from services.intake.api.raw_bodies import post_raw
from services.intake.api.repeats import old_act_digests
from services.intake.errors import SecretNeeded
from services.intake.rules.commands_citizen import Reply
from services.intake.store import FoundComplaint
from shared.canonical import digest_of
from shared.clean import clean_json
from shared.errors import Unauthenticated
from shared.web.address import client_address
from shared.web.keys import Keys, bearer
from shared.web.limits import address_block
from shared.web.problems import of_validation, problem

ActBody = ReplyIn | NothingIn | DisputeIn | AppealIn | RateIn | WithdrawIn | ObjectIn | ShareIn
_ACTS: Final[tuple[tuple[str, str, type[ActBody]], ...]] = (
    ("replies", "Add a citizen's text. On an answered complaint a plain yes confirms, a plain no disputes.", ReplyIn),
    ("confirm", "Confirm for the citizen that the problem is solved.", NothingIn),
    ("dispute", "State for the citizen that the problem is not solved, within 30 days of closing.", DisputeIn),
    ("appeal", "Appeal once for the citizen to a person above the closer, within 30 days of closing.", AppealIn),
    ("rate", "Rate the handling for the citizen.", RateIn),
    ("withdraw", "Withdraw the complaint for the citizen.", WithdrawIn),
    (
        "object",
        "State for the citizen that a referred complaint is the province's work, once within 30 days.",
        ObjectIn,
    ),
    ("share-contact", "Allow for the citizen that the other authority gets name and contact.", ShareIn),
)
_COMPLAINT: Final = "/v1/complaints/{ticket}"
_MAX_TOKEN: Final = 200


@dataclass(frozen=True, slots=True)
class ComplaintReader:
    """The complaint that a request names, and its caller: "citizen", an adapter's actor, or None for a ticket alone."""

    found: FoundComplaint
    actor: str | None


def install(app: FastAPI, intake: RunningIntake) -> None:
    """Open the routes for reading a complaint and acting on it."""
    keys = Keys(intake.pool, intake.running.attempts)

    @app.get(
        _COMPLAINT,
        summary="Read a complaint.",
        response_model=ComplaintOut,
        response_description="the complaint",
        responses=UNAUTHENTICATED,
    )
    @app.head(_COMPLAINT, include_in_schema=False)
    async def read(request: Request, ticket: TicketInPath, secret: ComplaintSecret = None) -> Response:
        reader = await _reader(intake, keys, request, ticket, secret)
        headers = {"Cache-Control": "no-store"}
        found = reader.found
        if reader.actor is None:
            return JSONResponse(views.public_view(found.complaint), headers=headers)
        if reader.actor != "citizen":
            await note_adapter_read(intake, found, reader.actor)
        now = intake.running.clock.now()
        return JSONResponse(views.own_view(found.complaint, found.content, now), headers=headers)

    for name, summary, model in _ACTS:
        _install_act(app, intake, keys, name, summary, model)


def _install_act(
    app: FastAPI, intake: RunningIntake, keys: Keys, name: str, summary: str, model: type[ActBody]
) -> None:
    @post_raw(
        app,
        f"{_COMPLAINT}/{name}",
        body=model,
        summary=summary,
        status_code=202,
        response_model=ActOut,
        response_description="taken",
        responses=UNAUTHENTICATED | FORBIDDEN,
    )
    async def act(
        request: Request, ticket: TicketInPath, secret: ComplaintSecret = None, idempotency_key: IdempotencyKey = ""
    ) -> Response:
        reader = await _reader(intake, keys, request, ticket, secret)
        if reader.actor is None:
            raise SecretNeeded
        raw = await request.body() or b"{}"
        try:
            sent = clean_json(raw)
            body = model.model_validate_json(sent)
        except ValidationError as error:
            return of_validation(error)
        except (ValueError, RecursionError):
            return problem(400, "The body is not JSON.", code="not_json")
        complaint = reader.found.complaint
        command = body.command("web" if reader.actor == "citizen" else complaint.channel)
        if isinstance(body, ReplyIn) and isinstance(command, Reply) and body.attachments:
            owner = None if reader.actor == "citizen" else complaint.owner
            [files] = await find_attachments(intake, owner, body.attachments)
            command = replace(command, files=files.attachments, missing=files.missing)
        done = await act_by_program(
            intake,
            reader.found,
            command,
            actor=reader.actor,
            token=idempotency_key.strip()[:_MAX_TOKEN],
            digests=(digest_of([name, from_json(sent)]), *old_act_digests(name, body)),
        )
        answer = ActOut(ticket=complaint.ticket, status="repeated" if done.repeat else "accepted")
        return JSONResponse(answer.model_dump(), status_code=202)


async def _reader(
    intake: RunningIntake, keys: Keys, request: Request, ticket: str, secret: str | None
) -> ComplaintReader:
    """Return the requested complaint and the caller. Raise NothingHere, Unauthenticated or TooMany."""
    found = await find_complaint(intake, ticket)
    actor = await _actor(intake, keys, request, found, secret) if found is not None else None
    if found is None or actor is None:
        address = address_block(client_address(request))
        found = check_lookup(intake, address, found, wrong=secret is not None)
    return ComplaintReader(found, actor)


async def _actor(
    intake: RunningIntake, keys: Keys, request: Request, found: FoundComplaint, secret: str | None
) -> str | None:
    """Return "citizen" for the holder of the secret, the actor of the adapter that filed the complaint, or None.

    Raise Unauthenticated for an unknown key.
    """
    if secret and intake.identities.opens(found.key, secret):
        return "citizen"
    given = bearer(request)
    if not given:
        return None
    key = await keys.find(given, client_address(request))
    if key is None:
        raise Unauthenticated
    return key.actor if key.role == "adapter" and key.owner == found.complaint.owner else None
