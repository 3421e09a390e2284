"""The bound on equal replies: a machine that answers us is not answered for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from services.intake.rules.conversation_values import Say, Turn
from services.intake.state import Conversation

# The same reply is given so often in a row, and again after this time without it.
MOST_EQUAL: Final = 5
FORGOTTEN_AFTER: Final = timedelta(minutes=10)


def same_again_ends(before: Conversation, turn: Turn, now: datetime) -> Turn:
    """Return the turn without its replies, if the same were given too often in a row. What the turn does stays.

    The word that a draft is dropped is always given, and so is the state of a complaint.
    """
    if not turn.replies or any(one.complaint for one in turn.replies):
        return turn
    said = _digest(turn.replies)
    lately = before.said_at is not None and now < before.said_at + FORGOTTEN_AFTER
    times = before.said_times + 1 if lately and before.said == said else 1
    dropped = before.draft is not None and turn.conversation.draft is None
    if times > MOST_EQUAL and not dropped:
        return replace(turn, replies=())
    return replace(turn, conversation=turn.conversation.with_(said=said, said_times=times, said_at=now))


def _digest(replies: tuple[Say, ...]) -> str:
    """Return a digest of our words, so that the row keeps no text of a citizen longer than the draft."""
    words = "\n".join(part for one in replies for part in (one.text, *(title for _, title in one.choices)))
    return sha256(words.encode()).hexdigest()[:16]
