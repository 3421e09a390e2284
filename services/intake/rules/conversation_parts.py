"""The split of a message that answers an office and tells a new matter in one: "sudah nyala, sekalian mau lapor …"."""

from __future__ import annotations

import re
from typing import Final

from services.intake.rules.conversation_known import tells_problem
from services.intake.rules.conversation_values import Heard
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import ALREADY, FIRST_TIME, HANDLING, WANTS

_BOUNDARY: Final = re.compile(r"[.,;!\n]+\s*")
_BESIDES: Final = re.compile(r"^(?:oh ya|oh iya|oya|o ya|sekalian|satu lagi|terus juga|selain itu)\b")
# The least number of words of a new matter.
_TELLS: Final = 4
# The most characters of the answer before it.
_ANSWER: Final = 300


def parts_of(heard: Heard) -> tuple[str, str] | None:
    """Return the answer and the new matter in one message, or None for a message that is one or the other."""
    answered = [one for one in heard.cases if one.state == "resolved"]
    if heard.kind != "said" or heard.choice is not None or heard.carries or len(answered) != 1:
        return None
    for boundary in _BOUNDARY.finditer(heard.text, 0, _ANSWER):
        answer, matter = heard.text[: boundary.start()], heard.text[boundary.end() :]
        if meaning(answer) != "unclear" and _announces(matter):
            return answer, matter
    return None


def _announces(text: str) -> bool:
    """Return whether a text announces a matter and tells of trouble, and speaks of no handling."""
    words = words_of(text)
    said = " ".join(words)
    if len(words) < _TELLS or set(words) & HANDLING or ALREADY.search(said) or not tells_problem(words):
        return False
    return any(cue.search(said) for cue in (WANTS, FIRST_TIME, _BESIDES))
