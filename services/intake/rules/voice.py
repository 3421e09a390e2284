"""The rules for a voice note that an officer wrote down: what the reporter says when we ask whether it is right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from services.intake.rules.conversation_draft import says_what
from services.intake.rules.conversation_known import own_words
from services.intake.rules.destination import small_talk
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import AGREED, CORRECTS
from services.intake.state import Complaint, VoiceText

# A text that comes later is an ordinary reply.
CORRECTED_WITHIN: Final = timedelta(days=3)
_COURTESIES: Final = frozenset({"pak", "bu", "min", "mas", "mbak", "sudah"})


def open_question(complaint: Complaint, now: datetime) -> VoiceText | None:
    """Return the voice note about which we still wait for the reporter's word, or None."""
    written = complaint.written
    waits = written is not None and written.asked_at is not None and now <= written.asked_at + CORRECTED_WITHIN
    return written if waits else None


def is_correction(text: str, written: str) -> bool:
    """Return whether a text can stand in place of what was written down.

    It must tell what happened by itself, and either say that it corrects or speak of the same matter.
    """
    if "?" in text or small_talk(text) is not None or meaning(text) != "unclear" or not says_what(text):
        return False
    words = words_of(text)
    return CORRECTS.search(" ".join(words)) is not None or bool(own_words(words) & own_words(words_of(written)))


def agrees(text: str) -> bool:
    """Return whether a text only says that the words are right."""
    words = set(words_of(text))
    return bool(words & (AGREED - _COURTESIES)) and words <= AGREED | _COURTESIES
