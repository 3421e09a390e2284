"""The complaints that the router has recorded, as a backtest decides them again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.router import store
from services.router.learning.backtest import Recorded
from services.router.state import Case, whole_place
from shared.postgres.pool import Pool

# States in which an OPD has taken the case up, or has answered it.
TAKEN_UP = frozenset(("in_progress", "resolved", "closed"))
_PAGE = 1_000


async def read_recorded(pool: Pool, since: datetime) -> list[Recorded]:
    """Return the complaints that were filed since a time, without erased ones and without the history of SP4N."""
    found: list[Recorded] = []
    after = UUID(int=0)
    while page := await store.list_filed_since(pool, since, after, _PAGE):
        found += [_recorded(one.case) for one in page if not one.case.erased and not _is_history(one.case)]
        after = page[-1].key
    return found


def _recorded(case: Case) -> Recorded:
    return Recorded(
        case.ticket,
        case.whole_text,
        whole_place(case.place, case.place_code),
        case.opd if case.state in TAKEN_UP else None,
        case.category,
        case.external.opd if case.external is not None else None,
    )


def _is_history(case: Case) -> bool:
    """Return whether SP4N had decided the case before it came here, so that nothing was routed."""
    return case.external is not None and case.external.history
