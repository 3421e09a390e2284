"""The conversation on each chat channel: what comes of it bears the channel on which the person wrote.

The conversation's own rules know no channel. The acts on complaints take theirs from the message that says them
(`services/intake/rules/citizen.py`).
"""

from __future__ import annotations

from dataclasses import replace

from services.intake.rules import conversation_fold
from services.intake.rules.commands import Hear, Submit
from services.intake.rules.context import Context, StateChange
from services.intake.state import Contact
from shared.labels import CHANNELS
from shared.pipeline import Tick


def hear(context: Context, command: Hear) -> StateChange:
    """Take a message into the conversation of its contact, on the channel of the message."""
    return _on_channel(conversation_fold.hear(context, command), command.message.person.channel)


def pass_time(context: Context, tick: Tick) -> StateChange:
    """Send or forget the draft of a contact whose time has come, on the channel of the contact."""
    contact = context.states[context.item.key]
    change = conversation_fold.pass_time(context, tick)
    return _on_channel(change, contact.channel) if isinstance(contact, Contact) else change


def _on_channel(change: StateChange, channel: str) -> StateChange:
    """Return the change with its new complaints filed on this channel, whose word is their source."""
    forwards = tuple(
        (key, replace(told, channel=channel, content=told.content.model_copy(update={"source": CHANNELS[channel]})))
        if isinstance(told, Submit)
        else (key, told)
        for key, told in change.forwards
    )
    return replace(change, forwards=forwards) if forwards else change
