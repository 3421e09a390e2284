"""The conversation on each chat channel: what comes of it bears the channel on which the person wrote.

The conversation's own rules know no channel. The acts on complaints take theirs from the message that says them
(`services/intake/rules/citizen.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.intake.rules import conversation_fold
from services.intake.rules.commands import Hear, Submit
from services.intake.rules.context import Context, StateChange
from services.intake.state import Contact
from shared.events.contacts import ReplyRequested
from shared.labels import CHANNELS
from shared.pipeline import Out, Tick


def hear(context: Context, command: Hear) -> StateChange:
    """Take a message into the conversation of its contact, on the channel of the message."""
    return _on_channel(conversation_fold.hear(context, command), command.message.person.channel)


def pass_time(context: Context, tick: Tick) -> StateChange:
    """Send or forget the draft of a contact whose time has come, on the channel of the contact."""
    contact = context.states[context.item.key]
    change = conversation_fold.pass_time(context, tick)
    return _on_channel(change, contact.channel) if isinstance(contact, Contact) else change


# What a person cannot do on a channel, and the words for what the person can do there instead.
WORDING: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "instagram": (
        ("Pilih dari daftar, tulis nama tempatnya, atau kirim lokasi.", "Pilih dari daftar atau tulis nama tempatnya."),
        (" atau kirim lokasi", ""),
    ),
    "sms": (
        (" Foto boleh ikut dikirim.", ""),
        ("Pilih dari daftar, tulis nama tempatnya, atau kirim lokasi.", "Pilih dari daftar atau tulis nama tempatnya."),
        (" atau kirim lokasi", ""),
        ("Foto: belum ada, boleh dikirim dulu.\n", ""),
    ),
}


def worded(text: str, channel: str) -> str:
    """Return a sentence of the conversation as it is said on this channel."""
    for words, instead in WORDING.get(channel, ()):
        text = text.replace(words, instead)
    return text


def _said(out: Out, channel: str) -> Out:
    """Return the event with its reply, if it asks for one of the conversation, in the words of the channel."""
    fact = out.data
    if not isinstance(fact, ReplyRequested) or "text" not in fact.params:
        return out
    params = fact.params | {"text": worded(fact.params["text"], channel)}
    return out._replace(data=fact.model_copy(update={"params": params}))


def _on_channel(change: StateChange, channel: str) -> StateChange:
    """Return the change with its complaints filed on this channel, whose word is their source, and its replies in words of it."""
    forwards = tuple(
        (key, replace(told, channel=channel, content=told.content.model_copy(update={"source": CHANNELS[channel]})))
        if isinstance(told, Submit) and told.channel != channel
        else (key, told)
        for key, told in change.forwards
    )
    events = tuple(_said(out, channel) for out in change.events) if channel in WORDING else change.events
    return replace(change, forwards=forwards, events=events)
