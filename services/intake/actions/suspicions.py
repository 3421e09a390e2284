"""The signs of misuse that need a look beyond the complaint itself."""

from __future__ import annotations

from typing import Final

from services.intake.actions.running import RunningIntake
from services.intake.rules.similarity import hash_of
from services.intake.rules.suspicions import ROBOT, SAME_TEXT
from shared.errors import TooMany
from shared.events.submissions import ComplaintContent

# A shorter text may well be many people's: "Lampu jalan mati di depan pasar".
_LONG: Final = 60


def signs_on_the_web(intake: RunningIntake, content: ComplaintContent, *, robot: bool) -> tuple[str, ...]:
    """Return the signs of a complaint from the web form: a hidden field filled in, or a text that has come often."""
    signs = [ROBOT] if robot else []
    if len(content.text) >= _LONG:
        try:
            intake.texts.take(hash_of(content.text))
        except TooMany:
            signs.append(SAME_TEXT)
    return tuple(signs)
