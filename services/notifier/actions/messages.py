"""Operators' decisions on given-up messages. Each decision is a command of the step, with its reason on record."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notifier.channels.addresses import address_fits, as_stored
from services.notifier.codes import Channel
from services.notifier.errors import NoOtherChannelError, NoSuchMessageError, NotGivenUpError
from services.notifier.rules.commands import Redo
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import MessageRow, Q
from shared.errors import Invalid
from shared.ids import new_id
from shared.runtime.running import Running


async def list_messages(
    running: Running[NotifierState], state: str, channel: str | None, after: tuple[datetime, UUID], limit: int
) -> list[MessageRow]:
    """Return at most ``limit`` messages in one state, oldest first, that follow the position ``after``."""
    changed_at, last = after
    return [dict(row) for row in await running.pool.fetch(Q["list_messages"], state, channel, changed_at, last, limit)]


async def decide_message(
    running: Running[NotifierState], message: UUID, decision: Literal["retry", "acknowledge"], why: str, actor: str
) -> MessageRow:
    """Start another round of tries, or acknowledge a message, and return its row.

    Raises NoSuchMessageError, or NotGivenUpError when the message has gone on.
    """
    row = await _given_up(running, message)
    key = row["complaint"] or row["contact"] or new_id()
    await running.do(Redo(message, decision, why), keys=(key,), actor=actor)
    return await _find(running, message)


async def send_on_other_channel(
    running: Running[NotifierState], message: UUID, channel: Channel, address: str | None, why: str, actor: str
) -> MessageRow:
    """Send the same message on another channel, acknowledge this one, and return its row.

    Without ``address`` the same people's addresses on that channel are taken. Raises NoOtherChannelError when there is
    none, and Invalid when the address does not fit the channel or its webhook could not be signed.
    """
    row = await _given_up(running, message)
    settings = _settings(running)
    if address is None:
        made = await running.pool.fetch(Q["copy_to_other_channel"], [message], channel.value, list(settings.channels))
    elif not address_fits(channel, address, allow_loopback=settings.webhook_allow_loopback):
        raise Invalid("the address does not fit the channel", field="address")
    elif channel is Channel.WEBHOOK and not await running.pool.fetchval(
        Q["can_sign_webhook"], address, row["contact"] is not None
    ):
        raise Invalid("this webhook's receiver has no secret", field="address")
    else:
        made = await running.pool.fetch(Q["copy_to_address"], row["id"], channel.value, as_stored(channel, address))
    if not made:
        raise NoOtherChannelError
    return await decide_message(running, message, "acknowledge", why, actor)


async def _find(running: Running[NotifierState], message: UUID) -> MessageRow:
    row = await running.pool.fetchrow(Q["load_message"], message)
    if row is None:
        raise NoSuchMessageError
    return dict(row)


async def _given_up(running: Running[NotifierState], message: UUID) -> MessageRow:
    row = await _find(running, message)
    if row["state"] != "given_up":
        raise NotGivenUpError
    return row


def _settings(running: Running[NotifierState]) -> NotifierSettings:
    settings = running.settings
    if not isinstance(settings, NotifierSettings):
        raise TypeError("the notifier runs with its own settings")
    return settings
