"""The recomputation of all running deadlines, through the step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from services.sla.rules import Recompute
from services.sla.store import iterate_clocks
from shared.errors import Refused
from shared.pipeline import Attempt, Command

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

PAGE = 500


async def recompute_all(running: Running[CaseClocks], *, reason: str, actor: str) -> Counter[str]:
    """Compute every running deadline again, with an event for each that moves.

    Return the counts ``cases``, ``moved`` and ``failed``.
    """
    counts: Counter[str] = Counter(cases=0, moved=0, failed=0)
    async for page in iterate_clocks(running.pool, running=True, size=PAGE):
        commands = [Command(Recompute(reason), (found.key,), actor) for found in page]
        for outcome in await running.do_many(commands):
            counts["cases"] += 1
            if isinstance(outcome, Attempt):
                counts["moved"] += outcome.answer or 0
            elif isinstance(outcome, Refused):
                counts["failed"] += 1
    return counts
