"""The search for complaints about the same matter at the same place."""

from __future__ import annotations

from services.intake import store
from services.intake.actions.running import RunningIntake
from services.intake.rules.similarity import REMEMBERED, marks_of, subject_of
from services.intake.store import SimilarComplaint
from shared.reference.place_names import place_code_of


async def find_similar(
    intake: RunningIntake, text: str, place: str | None = None, code: str | None = None, *, most: int = 3
) -> list[SimilarComplaint]:
    """Return the open complaints of the last 60 days that are most like this one. Without a place there are none.

    ``code`` is the place code if one was chosen. Otherwise the words tell it.

    Nothing of them is returned but what the ticket's public page shows.
    """
    region, places = marks_of(code or place_code_of(place, text), place)
    words = subject_of(text)
    if not places or not words:
        return []
    since = intake.running.clock.now() - REMEMBERED
    return await store.similar(intake.pool, words, places, region, since, most)
