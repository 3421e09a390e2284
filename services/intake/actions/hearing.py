"""The dispatch of a body with messages: all in it is durable before the call returns, whatever the channel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.intake import store
from services.intake.actions.messages import CITIZEN, hear_commands
from services.intake.actions.running import RunningIntake
from services.intake.chat.message import ChatBody, ChatMessage
from services.intake.errors import Behind, TooManyActs
from services.intake.metrics import intake_counters
from services.intake.rules.commands import Hear, RecordMessage
from shared.clock import WITA
from shared.errors import Refused
from shared.events.contacts import ContactChannel
from shared.pipeline import Claim, Command

# The tries, beyond one for each message, until the platform must send the body again.
_PATIENCE = 3


async def hear_all(
    intake: RunningIntake, channel: ContactChannel, body: ChatBody, reports: Sequence[Command] = ()
) -> None:
    """Commit everything in a body, and the ``reports`` beside its messages. An item that can never be read is parked.

    Raises Refused when we fail ourselves. The platform then sends the same body again, and claims find the repeats.
    """
    counted = intake_counters(intake.running.meters.registry)
    for label in body.dropped:
        counted.message(channel, label)
    unreadable = [(as_body(item.raw), item.reason) for item in body.problems]
    full: list[tuple[ChatMessage, Hear]] = []
    for message, hear, refusal in await _say(intake, body.messages):
        unreadable.append((as_body(message.raw), refusal.code))
        if isinstance(refusal, TooManyActs):
            full.append((message, hear))
    await _commit(intake, reports)
    if unreadable:
        await park(intake, channel, unreadable)
    await _commit(intake, [_notice(message, hear) for message, hear in full])
    for message in body.messages:
        counted.message(channel, message.label)


async def park(intake: RunningIntake, channel: ContactChannel, bodies: Sequence[tuple[bytes, str]]) -> None:
    """Park bodies, or parts of them, each with the reason why it can never be read."""
    await store.park_webhooks(intake.pool, f"webhook.{channel}", bodies)


async def _say(intake: RunningIntake, messages: Sequence[ChatMessage]) -> list[tuple[ChatMessage, Hear, Refused]]:
    """Commit the messages, and return those that were refused with their refusals.

    A message may make a complaint that the next one of the same person is about. That one is then read anew.
    Raises Refused when we fail ourselves.
    """
    refused: list[tuple[ChatMessage, Hear, Refused]] = []
    left, rounds = list(messages), 0
    while left:
        behind: list[ChatMessage] = []
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


def _notice(message: ChatMessage, hear: Hear) -> Command:
    """Return the command that tells a person, once a day, that we keep the message beside the full complaint."""
    source = hear.message
    person, day = source.person.id, source.at.astimezone(WITA).date()
    notice = RecordMessage(source, "too_many", in_reply_to=message.id)
    return Command(notice, (person,), CITIZEN, Claim(f"{message.channel}-too-many", f"{person}:{day}"))


def as_body(value: Any) -> bytes:
    """Return an item of a body as it is parked."""
    return json.dumps(value, ensure_ascii=True).encode()
