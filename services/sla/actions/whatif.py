"""Work over all cases: preview a change of the rules, carry it out, and compare stored due times with the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.sla.rules import Recompute
from services.sla.rules.replay import ReplayDifference, compare_with_log
from services.sla.rules.whatif import DeadlineMove, LevelChange, ladders_differ, level_changes, moves
from services.sla.state import CaseClocks
from services.sla.store import Q, StoredClocks, every
from services.sla.versions import RuleVersion, RuleVersions
from shared.errors import Refused
from shared.events.catalogue import DEADLINES
from shared.pipeline.change import Command, Done
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from shared.service import Running

PAGE = 500


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A deadline of a case that would move."""

    found: StoredClocks
    move: DeadlineMove

    def as_json(self) -> dict[str, Any]:
        """Return a line of `whatif --json`."""
        return {
            "complaint_id": str(self.found.key),
            "ticket": self.found.case.ticket,
            "opd": self.move.opd or self.found.case.opd,
            "clock": self.move.clock,
            "run": self.move.run,
            "running": self.move.running,
            "was_due_at": self.move.was.isoformat(),
            "due_at": self.move.due.isoformat(),
            "effect": self.move.effect,
        }


@dataclass(frozen=True, slots=True)
class CaseLevelChange:
    """A level of a case's running deadline that would change."""

    found: StoredClocks
    move: LevelChange

    def as_json(self) -> dict[str, Any]:
        """Return a line of `whatif --json`."""
        move = self.move
        return {
            "complaint_id": str(self.found.key),
            "ticket": self.found.case.ticket,
            "opd": move.opd or self.found.case.opd,
            "clock": move.clock,
            "run": move.run,
            "running": True,
            "level": move.offset,
            "to": list(move.to),
            "was_at": move.was.isoformat() if move.was else None,
            "at": move.at.isoformat() if move.at else None,
            "effect": move.effect,
        }


async def whatif(
    pool: Pool, old: RuleVersion, new: RuleVersion, now: datetime, *, running: bool = False
) -> AsyncIterator[tuple[list[CaseMove], int]]:
    """Yield the deadlines that would move, a page of cases at a time, with the number of cases in the page.

    Changes nothing. With ``running``, yield only running deadlines.
    """
    async for page in every(pool, running=running):
        moved = [
            CaseMove(found, move)
            for found in page
            for move in moves(found.case, old.rules.due_dates, new.rules.due_dates, now)
            if move.running or not running
        ]
        yield moved, len(page)


async def whatif_levels(
    pool: Pool, old: RuleVersion, new: RuleVersion
) -> AsyncIterator[tuple[list[CaseLevelChange], int]]:
    """Yield the levels of running deadlines that would change.

    They come a page of cases at a time, with the number of cases in the page.
    """
    before, after = old.rules.due_dates, new.rules.due_dates
    if not ladders_differ(before.book, after.book):
        return
    async for page in every(pool, running=True):
        yield (
            [CaseLevelChange(found, move) for found in page for move in level_changes(found.case, before, after)],
            len(page),
        )


async def recompute(running: Running[CaseClocks], *, reason: str, actor: str) -> Counter[str]:
    """Compute every running deadline again through the step, with an event for each that moves.

    Return the counts ``cases``, ``moved`` and ``failed``.
    """
    told: Counter[str] = Counter(cases=0, moved=0, failed=0)
    async for page in every(running.pool, running=True, size=PAGE):
        done = await running.do_many([Command(Recompute(reason), (found.key,), actor) for found in page])
        for one in done:
            told["cases"] += 1
            if isinstance(one, Done):
                told["moved"] += one.answer or 0
            elif isinstance(one, Refused):
                told["failed"] += 1
    return told


async def replay(
    pool: Pool, versions: RuleVersions, counts: Counter[str]
) -> AsyncIterator[tuple[UUID, ReplayDifference]]:
    """Yield each difference between the stored deadlines and those computed again from the log.

    Add the numbers of ``cases`` and ``deadlines`` that were compared to ``counts``.
    """
    async for page in every(pool, running=False, size=PAGE):
        states = {found.key: found.case for found in page if not found.case.erased}
        log: dict[UUID, list[tuple[str, dict[str, Any]]]] = {key: [] for key in states}
        for row in await pool.fetch(Q["deadlines_log"], list(states), DEADLINES):
            log[row["key"]].append((row["type"], json.loads(row["data"])))
        numbers = {entry["rules"] for entries in log.values() for _, entry in entries if entry.get("rules") is not None}
        tables = {number: (await versions.of(pool, number)).rules.due_dates.table for number in sorted(numbers | {0})}
        for key, case in states.items():
            counts["cases"] += 1
            counts["deadlines"] += len(case.runs)
            for problem in compare_with_log(case, log[key], tables):
                yield key, problem
