"""The WhatsApp webhook. It answers 200 only after everything in the body is durable.

An item that can never be read is parked, and the answer is still 200.
When we fail ourselves, the answer is an error, and the platform sends the same body again for up to 7 days.
"""

from typing import Annotated, Any, Final

from fastapi import FastAPI, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from services.intake import whatsapp
from services.intake.actions.running import RunningIntake
from services.intake.actions.webhook import process_webhook
from services.intake.api.models import Handshake
from services.intake.api.parameters import FORBIDDEN
from services.intake.api.raw_bodies import post_raw
from services.intake.metrics import webhook_changes
from shared.errors import Forbidden

PATH: Final = "/v1/whatsapp/webhook"
# A request without a signature is refused with 403, so FastAPI must not refuse it as a missing header first.
_SIGNATURE: Final[dict[str, Any]] = {
    "name": "X-Hub-Signature-256",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "example": "sha256=5f1d4d0c8f5b0a0a4e4d9b9f2f3c1e7a6b8d9c0e1f2a3b4c5d6e7f8091a2b3c4",
}


def install(app: FastAPI, intake: RunningIntake) -> None:
    """Open the routes of the webhook."""
    webhook_changes(intake.running.meters.registry)

    @app.get(
        PATH,
        summary="The handshake of the WhatsApp Cloud API.",
        response_class=PlainTextResponse,
        response_description="ok",
        responses=FORBIDDEN,
    )
    @app.head(PATH, include_in_schema=False)
    async def verify(query: Annotated[Handshake, Query()]) -> PlainTextResponse:
        given = query.model_dump(by_alias=True, exclude_unset=True)
        answer = whatsapp.challenge(given, intake.settings.whatsapp_verify_token.get_secret_value())
        if answer is None:
            raise Forbidden("the verify token is another")
        return PlainTextResponse(answer)

    @post_raw(
        app,
        PATH,
        body=dict[str, Any],
        summary="A signed webhook of the WhatsApp Cloud API.",
        response_class=PlainTextResponse,
        response_description="ok",
        responses=FORBIDDEN,
        openapi_extra={"parameters": [_SIGNATURE]},
    )
    async def receive(request: Request) -> PlainTextResponse:
        raw = await request.body()
        header = request.headers.get("x-hub-signature-256")
        if not whatsapp.signature_holds(raw, header, intake.settings.app_secrets):
            raise Forbidden("the signature does not fit the body")
        await process_webhook(intake, raw)
        return PlainTextResponse("ok")
