"""The signs of misuse that need a look beyond the complaint itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.intake import store
from services.intake.actions.running import RunningIntake
from services.intake.rules.similarity import hash_of
from services.intake.rules.suspicions import ROBOT, SAME_TEXT
from shared.events.submissions import ComplaintContent

# From so many complaints with the same text within a day on, the next one is suspicious.
_OFTEN: Final = 9
_WITHIN: Final = timedelta(days=1)
# A shorter text may well be many people's: "Lampu jalan mati di depan pasar".
_LONG: Final = 60


async def signs_on_the_web(intake: RunningIntake, content: ComplaintContent, *, robot: bool) -> tuple[str, ...]:
    """Return the signs of a complaint from the web form: a hidden field filled in, or a text that has come often."""
    signs = [ROBOT] if robot else []
    if len(content.text) >= _LONG:
        since = intake.running.clock.now() - _WITHIN
        if await store.count_same_text(intake.pool, hash_of(content.text), since, _OFTEN) >= _OFTEN:
            signs.append(SAME_TEXT)
    return tuple(signs)
