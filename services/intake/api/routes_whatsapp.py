"""The WhatsApp webhook. It answers 200 only after everything in the body is durable.

An item that can never be read is parked, and the answer is still 200.
When we fail ourselves, the answer is an error, and the platform sends the same body again for up to 7 days.
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
from services.intake.actions.filing import Desk, Filing
from services.intake.errors import TooManyActs
from services.intake.metrics import webhook_changes
from services.intake.rules.commands import (
    CitizenAct,
    Confirm,
    ContactPerson,
    Dispute,
    RecordMessage,
    Reply,
    ReportChannel,
    ReportStatus,
    SourceMessage,
)
from services.intake.rules.destination import Destination, KnownComplaint, destination_of
from services.intake.rules.intents import opting, pressed, wants_anonymity
from shared.clock import WITA
from shared.errors import Forbidden, Refused
from shared.events.contacts import channel_key
from shared.phone import number_of_sender
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
    "sticker": "(mengirim stiker)",
    "location": "(mengirim lokasi)",
    "contacts": "(mengirim kontak)",
}
_UNREADABLE: Final = "(mengirim pesan yang tidak dapat dibaca di sini)"
_SILENT: Final = frozenset({"reaction", "system"})


def install(app: FastAPI, desk: Desk) -> None:
    """Open the routes of the webhook."""
    door = _Door(desk)
    app.router.add_route("/v1/whatsapp/webhook", door.verify, methods=["GET"])
    app.router.add_route("/v1/whatsapp/webhook", door.hear, methods=["POST"])


class _Door:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pool = desk.running.pool
        self._changes = webhook_changes(desk.running.meters.registry)

    async def verify(self, request: Request) -> Response:
        """Answer the platform's handshake, which proves that the address is ours. Raise Forbidden for a wrong token."""
        answer = whatsapp.challenge(request.query_params, self._desk.settings.whatsapp_verify_token.get_secret_value())
        if answer is None:
            raise Forbidden("the verify token is another")
        return PlainTextResponse(answer)

    async def hear(self, request: Request) -> Response:
        raw = await request.body()
        if not whatsapp.signature_holds(
            raw, request.headers.get("x-hub-signature-256"), self._desk.settings.app_secrets
        ):
            raise Forbidden("the signature does not fit the body")
        try:
            webhook = whatsapp.parse(raw)
        except whatsapp.UnreadableWebhook as error:
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
        raws: list[Any] = [
            *(message.raw for message in webhook.messages),
            *[None] * (len(commands) - len(webhook.messages)),
        ]
        full: list[Command] = []
        for told, command, done in zip(raws, commands, await self._desk.running.do_many(commands), strict=True):
            if isinstance(done, Refused) and done.status >= 500:
                return of_refusal(done)
            if isinstance(done, Refused) and told is not None:
                problems.append((_body(told), done.code))
            if isinstance(done, TooManyActs):
                full.append(command)
        if problems:
            await store.park_webhooks(self._pool, problems)
        for done in await self._desk.running.do_many([self._kept(command) for command in full]):
            if isinstance(done, Refused) and done.status >= 500:
                return of_refusal(done)
        return PlainTextResponse("ok")

    def _kept(self, command: Command) -> Command:
        """Return the command that tells the person, once a day, that we keep the message beside the full complaint."""
        heard: SourceMessage = command.data.heard
        token = command.claim.token if command.claim else ""
        speak = RecordMessage(heard, None, "too_many", in_reply_to=token or None)
        day = heard.at.astimezone(WITA).date()
        return Command(speak, (heard.person.id,), CITIZEN, Claim("whatsapp-too-many", f"{heard.person.id}:{day}"))

    async def _messages(self, messages: Sequence[whatsapp.InboundMessage]) -> list[Command]:
        if not messages:
            return []
        contacts = {key for message in messages for key in self._contact_ids(message)}
        known = await store.contact_cases(self._pool, sorted(contacts))
        quotes = [self._desk.provider_hash(message.quotes) for message in messages if message.quotes]
        quoted = await store.quoted_complaints(self._pool, quotes)
        commands: list[Command] = []
        for message in messages:
            ids = self._contact_ids(message)
            contact = next((key for key in ids if key in known), ids[0])
            cases = [case for key in ids for case in known.get(key, [])]
            case = quoted.get(self._desk.provider_hash(message.quotes)) if message.quotes else None
            commands.append(await self._command(message, contact, case, cases))
        return commands

    async def _command(
        self,
        message: whatsapp.InboundMessage,
        contact: UUID,
        quoted: KnownComplaint | None,
        cases: Sequence[KnownComplaint],
    ) -> Command:
        heard = self._heard(message, contact)
        claim = Claim("whatsapp", message.id)
        text = tidy(message.text or "")[:_MAX_TEXT]
        if opt := opting(text):
            speak = RecordMessage(heard, opt, f"opted_{opt}", in_reply_to=message.id)
            return Command(speak, (contact,), CITIZEN, claim)
        button = pressed(message.choice)
        if button is not None:
            act, ticket = button
            case = _named(ticket, quoted, cases)
            if case is not None:
                said = text or act
                done: CitizenAct = Confirm("whatsapp", heard) if act == "confirm" else Dispute(said, "whatsapp", heard)
                return Command(done, (case.key, contact), CITIZEN, claim)
        if message.kind in _SILENT and not (
            message.kind == "reaction" and text and quoted and quoted.state == "resolved"
        ):
            return Command(RecordMessage(heard), (contact,), CITIZEN, claim)
        # A button that names a complaint which this person does not have must not decide anything.
        to = _where("" if button else text, quoted, cases, self._desk.running.clock.now())
        if to.talk is not None:
            about = to.cases[0].key if to.cases else None
            template = f"small_{to.talk}" if to.talk != "status" or about else "small_greeting"
            return Command(
                RecordMessage(heard, None, template, in_reply_to=message.id, complaint=about),
                (contact,),
                CITIZEN,
                claim,
            )
        if to.cases:
            first, *others = (case.key for case in to.cases)
            words = text or _wordless(message)
            reply = Reply(words, "whatsapp", heard, sure=to.sure and bool(text), others=tuple(others))
            return Command(reply, (first, contact, *others), CITIZEN, claim)
        if not text or button:
            polite = "small_greeting" if button else "unsupported"
            return Command(RecordMessage(heard, None, polite, in_reply_to=message.id), (contact,), CITIZEN, claim)
        anonim = wants_anonymity(text)
        filing = Filing(
            channel="whatsapp",
            source="WhatsApp",
            text=text,
            filed_at=heard.at,
            actor=CITIZEN,
            place=_place(message),
            reporter_name=None if anonim else message.name,
            anonim=anonim,
            people=(heard.person,),
            heard=heard,
            claim_scope="whatsapp",
            claim_token=message.id,
        )
        [command] = await self._desk.commands([filing])
        return command

    def _heard(self, message: whatsapp.InboundMessage, contact: UUID) -> SourceMessage:
        clock = self._desk.running.clock
        at = min(clock.at(message.at), clock.now())
        number = number_of_sender(message.wa_id) if message.wa_id else message.user_id or ""
        person = ContactPerson(contact, "whatsapp", number, name=message.name)
        return SourceMessage(person, at, self._desk.provider_hash(message.id))

    def _contact_ids(self, message: whatsapp.InboundMessage) -> list[UUID]:
        """Return the contact ids by which we may know a sender: of the platform's user id, then of the phone number."""
        number = number_of_sender(message.wa_id) if message.wa_id else None
        return [self._desk.contact_id("whatsapp", value) for value in (message.user_id, number) if value]

    def _reports(self, reports: Sequence[whatsapp.AccountReport]) -> list[Command]:
        """Return commands for the reports on our account and its templates. One key per account keeps their order."""
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

    def _statuses(self, statuses: Sequence[whatsapp.DeliveryStatus]) -> list[Command]:
        commands = []
        for status in statuses:
            word = _STATUSES.get(status.status)
            if word is None:
                continue
            report = ReportStatus(
                provider_id=status.id,
                provider_hash=self._desk.provider_hash(status.id),
                status=word,
                at=min(self._desk.running.clock.at(status.at), datetime.now(UTC)),
                message_id=_uuid(status.callback_data),
                error_code=status.errors[0].code if status.errors else None,
            )
            recipient = number_of_sender(status.recipient) if status.recipient else status.id
            contact = self._desk.contact_id("whatsapp", recipient)
            claim = Claim("whatsapp-status", f"{status.id}:{status.status}")
            commands.append(Command(report, (contact,), "system", claim))
        return commands


def _named(ticket: str, quoted: KnownComplaint | None, cases: Sequence[KnownComplaint]) -> KnownComplaint | None:
    """Return the complaint that a button names, or None.

    Without a ticket, return the quoted complaint, or the newest one that waits for the person.
    """
    if ticket:
        return next((case for case in (*cases, *([quoted] if quoted else [])) if case.ticket == ticket), None)
    return quoted or next((case for case in cases if case.state in ("resolved", "awaiting_citizen")), None)


def _where(text: str, quoted: KnownComplaint | None, cases: Sequence[KnownComplaint], now: datetime) -> Destination:
    """Return the destination of a message.

    A message without words belongs to the quoted complaint, or to all complaints that wait for the person.
    """
    if text:
        return destination_of(text, quoted, cases, now)
    waiting = (quoted,) if quoted else tuple(case for case in cases if case.state in ("resolved", "awaiting_citizen"))
    return Destination(cases=waiting)


def _wordless(message: whatsapp.InboundMessage) -> str:
    """Describe a message without words, such as a photo or a location."""
    place = _place(message)
    return f"(mengirim lokasi: {place})" if place else _WITHOUT_WORDS.get(message.kind, _UNREADABLE)


def _place(message: whatsapp.InboundMessage) -> str | None:
    place = message.place
    if place is None:
        return None
    return ", ".join(
        part for part in (place.name, place.address, f"{place.latitude:.5f}, {place.longitude:.5f}") if part
    )


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()
