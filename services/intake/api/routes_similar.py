"""`GET /v1/similar`: the search for complaints about the same matter at the same place, for adapters."""

from typing import Annotated, Final

from fastapi import Depends, FastAPI, Query

from services.intake.actions.running import RunningIntake
from services.intake.actions.similar import find_similar
from services.intake.api.answers import SimilarListOut
from services.intake.api.views import similar_rows
from shared.buckets import Buckets
from shared.web.keys import Key, needs

_LONGEST_TEXT: Final = 2_000
_LONGEST_PLACE: Final = 500


def install(app: FastAPI, intake: RunningIntake) -> None:
    """Open the search for similar complaints."""
    adapter = Annotated[Key, Depends(needs(intake.running)("adapter"))]
    buckets = Buckets(intake.settings.adapter_rate, intake.settings.adapter_burst)

    @app.get("/v1/similar", summary="Find similar open complaints.")
    async def similar(
        key: adapter,
        text: Annotated[str, Query(max_length=_LONGEST_TEXT, description="what happened, in the citizen's words")],
        place: Annotated[str, Query(max_length=_LONGEST_PLACE, description="where, in the citizen's words")] = "",
    ) -> SimilarListOut:
        """Find open complaints of the last 60 days that share words and place, before filing another.

        Confidential complaints are never found, and nothing that a citizen wrote is returned.
        """
        buckets.take(str(key.id))
        found = await find_similar(intake, text, place)
        return SimilarListOut(items=similar_rows(found, intake.running.clock.now()))
