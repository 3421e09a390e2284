"""The WhatsApp webhook: 200 only after everything in it is durable; what is bad for good is parked and also gets 200.

Where we ourselves fail the answer is an error, and the platform brings the same body again, for up to 7 days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.intake import store, whatsapp
from services.intake.filing import Desk, Filing
from services.intake.metrics import changes_of
from services.intake.rules.commands import Heard, Person, ReportChannel, ReportStatus, Speak
from services.intake.rules.intents import act_of, newest_waiting, opting, wants_anonymity
from services.intake.store import Case
from shared.errors import Forbidden, Refused
from shared.events.contacts import channel_key
from shared.pipeline import Claim, Command
from shared.text import tidy
from shared.web.problems import of_refusal

if TYPE_CHECKING:
    from fastapi import FastAPI

CITIZEN: Final = "citizen"
_MAX_TEXT: Final = 20_000
_STATUSES: Final[Mapping[str, Literal["sent", "delivered", "read", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_WITHOUT_WORDS: Final = {
    "image": "(mengirim foto)",
    "video": "(mengirim video)",
    "audio": "(mengirim pesan suara)",
    "document": "(mengirim berkas)",
}


def install(app: FastAPI, desk: Desk) -> None:
    """Open the webhook."""
    door = _Door(desk)
    app.router.add_route("/v1/whatsapp/webhook", door.verify, methods=["GET"])
    app.router.add_route("/v1/whatsapp/webhook", door.hear, methods=["POST"])


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pool = desk.running.pool
        self._changes = changes_of(desk.running.meters.registry)

    async def verify(self, request: Request) -> Response:
        """The handshake by which the platform learns that this address is ours."""
        answer = whatsapp.challenge(request.query_params, self._desk.settings.whatsapp_verify_token.get_secret_value())
        if answer is None:
            raise Forbidden("the verify token is another")
        return PlainTextResponse(answer)

    async def hear(self, request: Request) -> Response:
        raw = await request.body()
        if not whatsapp.signature_holds(raw, request.headers.get("x-hub-signature-256"), self._desk.settings.app_secrets):
            raise Forbidden("the signature does not fit the body")
        try:
            webhook = whatsapp.parse(raw)
        except whatsapp.NotAWebhook as error:
            await store.park_webhooks(self._pool, [(raw, str(error))])
            return PlainTextResponse("ok")
        for change in webhook.changes:
            self._changes.count(change.field, heard=change.heard)
        problems = [(_body(problem.raw), problem.reason) for problem in webhook.problems]
        commands = [
            *await self._messages(webhook.messages),
            *self._statuses(webhook.statuses),
            *self._reports(webhook.reports),
        ]
        raws: list[Any] = [*(message.raw for message in webhook.messages), *[None] * (len(commands) - len(webhook.messages))]
        for told, done in zip(raws, await self._desk.running.do_many(commands), strict=True):
            if isinstance(done, Refused) and done.status >= 500:
                return of_refusal(done)
            if isinstance(done, Refused) and told is not None:
                problems.append((_body(told), done.code))
        if problems:
            await store.park_webhooks(self._pool, problems)
        return PlainTextResponse("ok")

    async def _messages(self, messages: Sequence[whatsapp.Message]) -> list[Command]:
        if not messages:
            return []
        contacts = {key for message in messages for key in self._contact_ids(message)}
        known = await store.contact_cases(self._pool, sorted(contacts))
        quotes = [self._desk.provider_hash(message.quotes) for message in messages if message.quotes]
        quoted = await store.quoted(self._pool, quotes)
        commands: list[Command] = []
        for message in messages:
            ids = self._contact_ids(message)
            contact = next((key for key in ids if key in known), ids[0])
            cases = [case for key in ids for case in known.get(key, [])]
            case = quoted.get(self._desk.provider_hash(message.quotes)) if message.quotes else None
            commands.append(await self._command(message, contact, case, cases))
        return commands

    async def _command(self, message: whatsapp.Message, contact: UUID, quoted: Case | None, cases: Sequence[Case]) -> Command:
        heard = self._heard(message, contact)
        claim = Claim("whatsapp", message.id)
        text = tidy(message.text or "")[:_MAX_TEXT]
        if opt := opting(text):
            speak = Speak(heard, opt, f"opted_{opt}", in_reply_to=message.id)
            return Command(speak, (contact,), CITIZEN, claim)
        waiting = newest_waiting([case.state for case in cases])
        case = quoted or (cases[waiting] if waiting is not None else None)
        if case is not None and message.kind != "reaction":
            said = text or _WITHOUT_WORDS.get(message.kind, "")
            if said:
                return Command(act_of(said, case.state, heard, message.choice), (case.key, contact), CITIZEN, claim)
        if not text or message.kind in {"reaction", "system"}:
            polite = None if message.kind in {"reaction", "system"} else "unsupported"
            speak = Speak(heard, None, polite, in_reply_to=message.id)
            return Command(speak, (contact,), CITIZEN, claim)
        anonim = wants_anonymity(text)
        filing = Filing(
            channel="whatsapp", source="WhatsApp", text=text, filed_at=heard.at, actor=CITIZEN, place=_place(message),
            reporter_name=None if anonim else message.name, anonim=anonim, people=(heard.person,), heard=heard,
            claim_scope="whatsapp", claim_token=message.id,
        )  # fmt: skip
        [command] = await self._desk.commands([filing])
        return command

    def _heard(self, message: whatsapp.Message, contact: UUID) -> Heard:
        clock = self._desk.running.clock
        at = min(clock.at(message.at), clock.now())
        person = Person(contact, "whatsapp", message.wa_id or message.user_id or "", name=message.name)
        return Heard(person, at, self._desk.provider_hash(message.id))

    def _contact_ids(self, message: whatsapp.Message) -> list[UUID]:
        """The ids a sender may be known by: the platform's user id first, then the phone number."""
        return [self._desk.contact_id("whatsapp", value) for value in (message.user_id, message.wa_id) if value]

    def _reports(self, reports: Sequence[whatsapp.Report]) -> list[Command]:
        """What the platform says of our account and its templates, under a key of that account, so that it stays in order."""
        commands = []
        clock, ours = self._desk.running.clock, self._desk.settings.whatsapp_account
        for report in reports:
            if ours and report.account != ours:
                continue
            at = min(clock.at(report.at), clock.now()) if report.at else clock.now()
            told = ReportChannel(report.usable, report.reason, at, template=report.template, language=report.language)
            words = (report.account, report.template, report.language, report.reason, report.at)
            claim = Claim("whatsapp-channel", ":".join(str(word) for word in words)) if report.at else None
            commands.append(Command(told, (channel_key("whatsapp", report.account),), "system", claim))
        return commands

    def _statuses(self, statuses: Sequence[whatsapp.Status]) -> list[Command]:
        commands = []
        for status in statuses:
            word = _STATUSES.get(status.status)
            if word is None:
                continue
            report = ReportStatus(
                provider_id=status.id, provider_hash=self._desk.provider_hash(status.id), status=word,
                at=min(self._desk.running.clock.at(status.at), datetime.now(UTC)), message_id=_uuid(status.callback_data),
                error_code=status.errors[0].code if status.errors else None,
            )  # fmt: skip
            contact = self._desk.contact_id("whatsapp", status.recipient or status.id)
            claim = Claim("whatsapp-status", f"{status.id}:{status.status}")
            commands.append(Command(report, (contact,), "system", claim))
        return commands


def _place(message: whatsapp.Message) -> str | None:
    place = message.place
    if place is None:
        return None
    return ", ".join(part for part in (place.name, place.address, f"{place.latitude:.5f}, {place.longitude:.5f}") if part)


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()
