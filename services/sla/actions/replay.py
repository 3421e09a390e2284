"""The comparison of all stored deadlines with those computed again from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import UUID

from services.sla.rules.replay import ReplayDifference, compare_with_log
from services.sla.store import iterate_clocks, read_deadline_log
from services.sla.versions import RuleVersions

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

PAGE = 500


async def find_replay_differences(
    running: Running[CaseClocks], versions: RuleVersions, counts: Counter[str]
) -> AsyncIterator[tuple[UUID, ReplayDifference]]:
    """Yield each difference between the stored deadlines and those computed again from the log.

    Add the numbers of ``cases`` and ``deadlines`` that were compared to ``counts``.
    """
    pool = running.pool
    async for page in iterate_clocks(pool, running=False, size=PAGE):
        states = {found.key: found.case for found in page if not found.case.erased}
        log = await read_deadline_log(pool, list(states))
        numbers = {entry["rules"] for entries in log.values() for _, entry in entries if entry.get("rules") is not None}
        tables = {number: (await versions.by_number(pool, number)).due_dates.table for number in sorted(numbers | {0})}
        for key, case in states.items():
            counts["cases"] += 1
            counts["deadlines"] += len(case.runs)
            for difference in compare_with_log(case, log[key], tables):
                yield key, difference
