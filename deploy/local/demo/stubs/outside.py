"""The stubs in one process: HTTP for the chat platforms and webhooks, SMTP for mail."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.demo.stubs.chats import instagram_message, sms_message
from deploy.local.demo.stubs.files import HeldFiles
from deploy.local.demo.stubs.receiver import secret_of, verified
from deploy.local.demo.stubs.sp4n.server import Sp4n
from deploy.local.demo.stubs.statuses import STATUSES, StatusPoster, status
from deploy.local.demo.stubs.tally import Tally

# The second token of an account at SP4N. It belongs to the stub alone.
SP4N_GUID = "{7D1F3C52-0B0E-4E57-9C0A-5A4B0000C0DE}"


@dataclass
class Orders:
    """Orders that a test may give to the stubs.

    ``refusals``, ``smtp_refusals`` and ``webhook_refusals`` are the codes by which the next messages are refused.
    ``swallow`` is the number of WhatsApp messages that are taken but not answered. ``statuses`` are the statuses that
    WhatsApp reports for each message. ``fail_delivery`` is a code with which every WhatsApp message fails after `sent`.
    """

    refusals: deque[dict[str, int]] = field(default_factory=deque)
    swallow: int = 0
    statuses: tuple[str, ...] = STATUSES
    fail_delivery: int | None = None
    smtp_refusals: deque[int] = field(default_factory=deque)
    webhook_refusals: deque[int] = field(default_factory=deque)


class Outside:
    """The stubs with the tally of everything that the notifier did to them."""

    def __init__(
        self,
        *,
        status_url: str | None,
        app_secret: str,
        webhook_secret: str,
        token: str,
        phone_number_id: str = "100000000000001",
        sp4n_journal: Path | None = None,
    ) -> None:
        self.tally, self.orders = Tally(), Orders()
        self.token, self.webhook_secret = token, webhook_secret
        self.phone_number_id = phone_number_id
        self.poster = StatusPoster(status_url, app_secret, phone_number_id)
        self.files = HeldFiles(token)
        self.sp4n = Sp4n(token, SP4N_GUID, sp4n_journal)

    def web(self) -> Starlette:
        """Return the HTTP application: chat platforms with their files, webhook receivers, the tally, and orders."""
        return Starlette(
            routes=[
                Route("/tally", self._counts, methods=["GET"]),
                Route("/messages/{channel}", self._messages, methods=["GET"]),
                Route("/orders", self._take_orders, methods=["POST"]),
                Route("/hooks/{receiver}", self._webhook, methods=["POST"]),
                Route("/sms", self._sms, methods=["POST"]),
                Route("/{version}/me/messages", self._instagram, methods=["POST"]),
                Route("/{version}/{phone_number_id}/messages", self._whatsapp, methods=["POST"]),
                *self.sp4n.routes(),
                *self.files.routes(),
            ],
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(self.poster.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _counts(self, _request: Request) -> Response:
        return JSONResponse(
            {**self.tally.counts(), "statuses_waiting": self.poster.waiting, "statuses_posted": self.poster.posted}
        )

    async def _messages(self, request: Request) -> Response:
        return JSONResponse(list(self.tally.channels()[request.path_params["channel"]].latest))

    async def _take_orders(self, request: Request) -> Response:
        wanted = await request.json()
        if wanted.get("reset"):
            self.tally, self.orders = Tally(), Orders()
        self.orders.refusals.extend(wanted.get("refusals", ()))
        self.orders.smtp_refusals.extend(wanted.get("smtp_refusals", ()))
        self.orders.webhook_refusals.extend(wanted.get("webhook_refusals", ()))
        self.orders.swallow += wanted.get("swallow", 0)
        self.orders.fail_delivery = wanted.get("fail_delivery", self.orders.fail_delivery)
        self.orders.statuses = tuple(wanted.get("statuses", self.orders.statuses))
        if "status_url" in wanted:
            self.poster.url = wanted["status_url"]
        return JSONResponse({})

    async def _whatsapp(self, request: Request) -> Response:
        ledger = self.tally.whatsapp
        if request.headers.get("authorization") != f"Bearer {self.token}":
            ledger.refused += 1
            return _graph_error(190, 401)
        body = await request.json()
        recipient = body.get("to") or body.get("recipient") or ""
        if request.path_params["phone_number_id"] != self.phone_number_id or not recipient:
            ledger.refused += 1
            return _graph_error(100, 400)
        if self.orders.refusals:
            ledger.refused += 1
            refusal = self.orders.refusals.popleft()
            return _graph_error(refusal["code"], refusal.get("status", 400))
        wamid, ours = f"wamid.{uuid4().hex.upper()}", body.get("biz_opaque_callback_data")
        asked = body.get("interactive")
        text = body["text"]["body"] if body["type"] == "text" else json.dumps(body.get("template"), ensure_ascii=False)
        text = asked["body"]["text"] if asked else text
        ledger.effect(ours or wamid, {"to": recipient, "type": body["type"], "text": text, "wamid": wamid})
        code = self.orders.fail_delivery
        for name in self.orders.statuses if code is None else ("sent", "failed"):
            self.poster.add(status(wamid, name, recipient, ours, code if name == "failed" else None))
        if self.orders.swallow:
            self.orders.swallow -= 1
            await asyncio.sleep(3600)
        contact = {"input": recipient, "wa_id": recipient.lstrip("+")}
        return JSONResponse({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]})

    async def _instagram(self, request: Request) -> Response:
        return await instagram_message(request, self.tally.instagram, self.token)

    async def _sms(self, request: Request) -> Response:
        return await sms_message(request, self.tally.sms, self.token)

    async def _webhook(self, request: Request) -> Response:
        ledger, body, headers = self.tally.webhook, await request.body(), request.headers
        ours = headers.get("webhook-id", "")
        if not verified(secret_of(self.webhook_secret, request.path_params["receiver"]), headers, body):
            ledger.refused += 1
            return JSONResponse({"error": "signature"}, status_code=401)
        if self.orders.webhook_refusals:
            ledger.refused += 1
            return Response(status_code=self.orders.webhook_refusals.popleft())
        if ours in ledger.seen:
            ledger.repeated += 1
            return Response(status_code=204)
        ledger.effect(ours, {"to": request.path_params["receiver"], **json.loads(body)})
        return Response(status_code=204)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one mail. aiosmtpd calls this method and sends its result as the answer."""
        ledger = self.tally.email
        if self.orders.smtp_refusals:
            ledger.refused += 1
            return f"{self.orders.smtp_refusals.popleft()} refused by order"
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        ours = str(mail["X-Tanggap-Message"] or mail["Message-ID"] or uuid4())
        part = mail.get_body(("plain",))
        what: dict[str, Any] = {
            "to": ", ".join(envelope.rcpt_tos),
            "subject": str(mail["Subject"]),
            "text": part.get_content() if part is not None else "",
        }
        ledger.effect(ours, what)
        return "250 OK"


def _graph_error(code: int, http_status: int) -> JSONResponse:
    error = {"message": f"(#{code}) stub", "type": "OAuthException", "code": code}
    return JSONResponse({"error": error}, status_code=http_status)
