"""The processing of one WhatsApp webhook body: everything in it is committed or parked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.intake import store, whatsapp
from services.intake.actions.messages import CITIZEN, message_commands
from services.intake.actions.reports import account_commands, status_commands
from services.intake.actions.running import RunningIntake
from services.intake.errors import TooManyActs
from services.intake.metrics import webhook_changes
from services.intake.rules.commands import RecordMessage, SourceMessage
from shared.clock import WITA
from shared.errors import Refused
from shared.pipeline import Claim, Command


async def process_webhook(intake: RunningIntake, raw: bytes) -> None:
    """Commit everything in a signed body. An item that can never be read is parked.

    Raises Refused when we fail ourselves. The platform then sends the same body again, and claims find the repeats.
    """
    try:
        webhook = whatsapp.parse(raw)
    except whatsapp.UnreadableWebhook as error:
        await store.park_webhooks(intake.pool, [(raw, str(error))])
        return
    counter = webhook_changes(intake.running.meters.registry)
    for change in webhook.changes:
        counter.count(change.field, heard=change.heard)
    unreadable = [(_body(item.raw), item.reason) for item in webhook.problems]
    commands = await message_commands(intake, webhook.messages)
    full: list[Command] = []
    items: list[Any] = [message.raw for message in webhook.messages]
    commands += [*status_commands(intake, webhook.statuses), *account_commands(intake, webhook.reports)]
    items += [None] * (len(commands) - len(items))
    for item, command, done in zip(items, commands, await intake.running.do_many(commands), strict=True):
        if not isinstance(done, Refused):
            continue
        if done.status >= 500:
            raise done
        if item is not None:
            unreadable.append((_body(item), done.code))
        if isinstance(done, TooManyActs):
            full.append(command)
    if unreadable:
        await store.park_webhooks(intake.pool, unreadable)
    await _tell_that_complaints_are_full(intake, full)


async def _tell_that_complaints_are_full(intake: RunningIntake, commands: Sequence[Command]) -> None:
    """Tell each person, once a day, that we keep the message beside the full complaint. Raises Refused as above."""
    for done in await intake.running.do_many([_notice(command) for command in commands]):
        if isinstance(done, Refused) and done.status >= 500:
            raise done


def _notice(command: Command) -> Command:
    message: SourceMessage = command.data.message
    token = command.claim.token if command.claim else ""
    notice = RecordMessage(message, None, "too_many", in_reply_to=token or None)
    person, day = message.person.id, message.at.astimezone(WITA).date()
    return Command(notice, (person,), CITIZEN, Claim("whatsapp-too-many", f"{person}:{day}"))


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()
