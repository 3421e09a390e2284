"""The webhooks of the chat channels. They answer 200 only after everything in the body is durable.

An item that can never be read is parked, and the answer is still 200. When we fail ourselves, the answer is an error,
and the platform sends the same body again (Meta for up to 7 days).
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, Query
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.intake.actions.running import RunningIntake
from services.intake.actions.webhook import process_instagram, process_sms, process_webhook
from services.intake.api.models import Handshake
from services.intake.api.parameters import FORBIDDEN
from services.intake.api.raw_bodies import answer_directly, post_raw
from services.intake.chat.platform import challenge, signature_holds
from services.intake.chat.sms import is_secret, signed_by
from services.intake.metrics import intake_counters
from shared.errors import Forbidden, Invalid
from shared.observability.logs import get_logger

WHATSAPP: Final = "/v1/whatsapp/webhook"
INSTAGRAM: Final = "/v1/instagram/webhook"
SMS: Final = "/v1/sms/webhook"
# A sender who cannot be answered reads this if the gateway passes our answer on.
REFUSED: Final = (
    "Maaf, aduan lewat SMS hanya kami terima dari nomor ponsel. Kirim dari ponsel Anda, atau lewat {address}."
)
_MOST_FIELDS: Final = 50
# A request without a signature is refused with 403, so FastAPI must not refuse it as a missing header first.
_SIGNATURE: Final[dict[str, Any]] = {
    "name": "X-Hub-Signature-256",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "example": "sha256=5f1d4d0c8f5b0a0a4e4d9b9f2f3c1e7a6b8d9c0e1f2a3b4c5d6e7f8091a2b3c4",
}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
                "example": {"from": "+6280000000123", "text": "Lampu jalan padam", "id": "1001", "secret": "rahasia"},
            }
        },
    }
}
log = get_logger()

Process = Callable[[RunningIntake, bytes], Awaitable[None]]


def install(app: FastAPI, intake: RunningIntake, channels: frozenset[str]) -> None:
    """Open the webhooks of these channels, and say which of them take nothing."""
    settings = intake.settings
    counters = intake_counters(intake.running.meters.registry)
    for channel in settings.chats_without_secrets:
        counters.off(channel)
        log.warning("channel.off", channel=channel)
    if "whatsapp" in channels:
        name, token, secrets = "the WhatsApp Cloud API", settings.whatsapp_verify_token, settings.app_secrets
        _install_platform(app, intake, WHATSAPP, name, token=token, secrets=secrets, process=process_webhook)
    if "instagram" in channels:
        name, token, secrets = "Instagram Direct", settings.instagram_verify_token, settings.instagram_secrets
        _install_platform(app, intake, INSTAGRAM, name, token=token, secrets=secrets, process=process_instagram)
    if "sms" in channels:
        _install_gateway(app, intake)


def _install_platform(
    app: FastAPI,
    intake: RunningIntake,
    path: str,
    name: str,
    *,
    token: SecretStr,
    secrets: Sequence[str],
    process: Process,
) -> None:
    """Open one webhook of Meta: the handshake, and the signed bodies."""

    @app.get(
        path,
        summary=f"The handshake of {name}.",
        response_class=PlainTextResponse,
        response_description="ok",
        responses=FORBIDDEN,
    )
    @app.head(path, include_in_schema=False)
    async def verify(query: Annotated[Handshake, Query()]) -> PlainTextResponse:
        given = query.model_dump(by_alias=True, exclude_unset=True)
        answer = challenge(given, token.get_secret_value())
        if answer is None:
            raise Forbidden("the verify token is another")
        return PlainTextResponse(answer)

    @post_raw(
        app,
        path,
        body=dict[str, Any],
        summary=f"A signed webhook of {name}.",
        response_class=PlainTextResponse,
        response_description="ok",
        responses=FORBIDDEN,
        openapi_extra={"parameters": [_SIGNATURE]},
    )
    async def receive(request: Request) -> Response:
        raw = await request.body()
        if not signature_holds(raw, request.headers.get("x-hub-signature-256"), secrets):
            raise Forbidden("the signature does not fit the body")
        await process(intake, raw)
        return PlainTextResponse("ok")

    answer_directly(app, path, receive)


def _install_gateway(app: FastAPI, intake: RunningIntake) -> None:
    """Open the webhook of the SMS gateway: a form, signed or with the secret in it."""
    settings = intake.settings
    secrets = settings.gateway_secrets

    @app.post(
        SMS,
        summary="One SMS from the gateway.",
        response_class=PlainTextResponse,
        response_description="ok",
        responses=FORBIDDEN,
        openapi_extra=_FORM,
    )
    async def receive(request: Request) -> PlainTextResponse:
        raw = await request.body()
        try:
            form = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError as error:
            raise Invalid("the body is no form in UTF-8") from error
        header = settings.sms_signature_header
        allowed = (
            signed_by(raw, request.headers.get(header, ""), secrets)
            if header
            else is_secret(form.get(settings.sms_secret_field, ""), secrets)
        )
        if not allowed:
            raise Forbidden("the secret or the signature does not fit")
        taken = await process_sms(intake, form)
        return PlainTextResponse("ok" if taken else REFUSED.format(address=settings.public_url.rstrip("/")))
