"""The bound on equal replies, by which a machine that answers us is not answered for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from services.intake.rules.conversation_values import Say, Turn
from services.intake.state import Conversation

# The same reply or question comes at most so often in a row, and again after this time without it.
MOST_EQUAL: Final = 8
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
    """Return a digest by which replies are equal: by the answers that a question offers, else by its words."""
    said = "\n".join("|".join(id_ for id_, _ in one.choices) or one.text for one in replies)
    return sha256(said.encode()).hexdigest()[:16]
