"""The processing of one WhatsApp webhook body: everything in it is committed or parked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.intake import store, whatsapp
from services.intake.actions.messages import CITIZEN, hear_commands
from services.intake.actions.reports import account_commands, status_commands
from services.intake.actions.running import RunningIntake
from services.intake.errors import Behind, TooManyActs
from services.intake.metrics import webhook_changes
from services.intake.rules.commands import Hear, RecordMessage
from shared.clock import WITA
from shared.errors import Refused
from shared.pipeline import Claim, Command

# The tries, beyond one for each message, until the platform must send the body again.
_PATIENCE = 3


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
    spoken = [message for message in webhook.messages if not message.in_group]
    for _ in range(len(webhook.messages) - len(spoken)):
        counter.count("messages", heard=False)
    full: list[tuple[whatsapp.InboundMessage, Hear]] = []
    for message, hear, refusal in await _say(intake, spoken):
        unreadable.append((_body(message.raw), refusal.code))
        if isinstance(refusal, TooManyActs):
            full.append((message, hear))
    reports = [*status_commands(intake, webhook.statuses), *account_commands(intake, webhook.reports)]
    await _commit(intake, reports)
    if unreadable:
        await store.park_webhooks(intake.pool, unreadable)
    await _commit(intake, [_notice(message, hear) for message, hear in full])


async def _say(
    intake: RunningIntake, messages: Sequence[whatsapp.InboundMessage]
) -> list[tuple[whatsapp.InboundMessage, Hear, Refused]]:
    """Commit the messages, and return those that were refused with their refusals.

    A message may make a complaint that the next one of the same person is about. That one is then read anew.
    Raises Refused when we fail ourselves.
    """
    refused: list[tuple[whatsapp.InboundMessage, Hear, Refused]] = []
    left, rounds = list(messages), 0
    while left:
        behind: list[whatsapp.InboundMessage] = []
        commands = await hear_commands(intake, left)
        for message, command, done in zip(left, commands, await intake.running.do_many(commands), strict=True):
            if isinstance(done, Behind) and rounds < len(messages) + _PATIENCE:
                behind.append(message)
            elif isinstance(done, Refused) and done.status >= 500:
                raise done
            elif isinstance(done, Refused):
                refused.append((message, command.data, done))
        left, rounds = behind, rounds + 1
    return refused


async def _commit(intake: RunningIntake, commands: Sequence[Command]) -> None:
    """Commit commands that may be refused only when we fail ourselves. Raises Refused then."""
    for done in await intake.running.do_many(commands):
        if isinstance(done, Refused) and done.status >= 500:
            raise done


def _notice(message: whatsapp.InboundMessage, hear: Hear) -> Command:
    """Return the command that tells a person, once a day, that we keep the message beside the full complaint."""
    source = hear.message
    person, day = source.person.id, source.at.astimezone(WITA).date()
    notice = RecordMessage(source, "too_many", in_reply_to=message.id)
    return Command(notice, (person,), CITIZEN, Claim("whatsapp-too-many", f"{person}:{day}"))


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()
