"""The rules for danger to people: a sentence that tells of it, or a cry of two or three words."""

from __future__ import annotations

from typing import Final

from services.intake.rules.conversation_information import asks_information
from services.intake.rules.conversation_places import without_places
from services.intake.rules.meaning import words_of
from services.intake.rules.vocabulary import ACUTE, ALARM, BESIDE_ALARM, NO_ALARM, URGENT

# The least number of words of a sentence. A shorter text counts only if all of it is a cry.
_SENTENCE: Final = 4


def is_urgent(text: str) -> bool:
    """Return whether a text tells of danger to people."""
    if asks_information(text):
        return False
    if len(words_of(text)) >= _SENTENCE and len(text.split()) >= _SENTENCE:
        return URGENT.search(_without_false_alarms(text)) is not None
    return _is_cry(text)


def is_acute(text: str) -> bool:
    """Return whether a text tells of danger of its own, rather than of what another trouble has caused."""
    return _is_cry(text) or ACUTE.search(_without_false_alarms(text)) is not None


def _is_cry(text: str) -> bool:
    """Return whether a text is nothing but a call for help."""
    said = _without_false_alarms(text)
    beside = without_places(ALARM.sub(" ", said).split())
    return ALARM.search(said) is not None and set(beside) <= BESIDE_ALARM


def _without_false_alarms(text: str) -> str:
    return NO_ALARM.sub(" ", " ".join(words_of(text)))
