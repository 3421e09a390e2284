"""The complaints that the router has recorded, as a backtest decides them again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.router import store
from services.router.learning.backtest import Recorded
from services.router.state import Case
from shared.postgres.pool import Pool

# States in which an OPD has taken the case up, or has answered it.
TAKEN_UP = frozenset(("in_progress", "resolved", "closed"))
_PAGE = 1_000


async def read_recorded(pool: Pool, since: datetime) -> list[Recorded]:
    """Return the complaints that were filed since a time, without those that began in SP4N and without erased ones."""
    found: list[Recorded] = []
    after = UUID(int=0)
    while page := await store.list_filed_since(pool, since, after, _PAGE):
        found += [_recorded(one.case) for one in page if not one.case.erased and one.case.external is None]
        after = page[-1].key
    return found


def _recorded(case: Case) -> Recorded:
    return Recorded(case.ticket, case.whole_text, case.place, case.opd if case.state in TAKEN_UP else None)
