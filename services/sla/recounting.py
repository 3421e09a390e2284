"""Work over all cases: preview a change of the rules, carry it out, and compare stored due times with the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.sla.rulebook import Rulebook, Version
from services.sla.rules import Recompute
from services.sla.rules.replay import Problem, read_again
from services.sla.rules.whatif import LevelMove, Move, ladders_differ, level_moves, moves
from services.sla.state import Case
from services.sla.store import Found, Q, every
from shared.errors import Refused
from shared.events.catalogue import DEADLINES
from shared.pipeline import Attempt, Command
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from shared.runtime.running import Running

PAGE = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline of a case that would move."""

    found: Found
    move: Move

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
class LevelMoved:
    """A level of a case's running deadline that would change."""

    found: Found
    move: LevelMove

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
    pool: Pool, old: Version, new: Version, now: datetime, *, running: bool = False
) -> AsyncIterator[tuple[list[Moved], int]]:
    """Yield the deadlines that would move, a page of cases at a time, with the number of cases in the page.

    Changes nothing. With ``running``, yield only running deadlines.
    """
    async for page in every(pool, running=running):
        moved = [
            Moved(found, move)
            for found in page
            for move in moves(found.case, old.rules.reckoner, new.rules.reckoner, now)
            if move.running or not running
        ]
        yield moved, len(page)


async def whatif_levels(pool: Pool, old: Version, new: Version) -> AsyncIterator[tuple[list[LevelMoved], int]]:
    """Yield the levels of running deadlines that would change.

    They come a page of cases at a time, with the number of cases in the page.
    """
    before, after = old.rules.reckoner, new.rules.reckoner
    if not ladders_differ(before.book, after.book):
        return
    async for page in every(pool, running=True):
        yield [LevelMoved(found, move) for found in page for move in level_moves(found.case, before, after)], len(page)


async def recompute(running: Running[Case], *, reason: str, actor: str) -> Counter[str]:
    """Compute every running deadline again through the step, with an event for each that moves.

    Return the counts ``cases``, ``moved`` and ``failed``.
    """
    told: Counter[str] = Counter(cases=0, moved=0, failed=0)
    async for page in every(running.pool, running=True, size=PAGE):
        done = await running.do_many([Command(Recompute(reason), (found.key,), actor) for found in page])
        for one in done:
            told["cases"] += 1
            if isinstance(one, Attempt):
                told["moved"] += one.answer or 0
            elif isinstance(one, Refused):
                told["failed"] += 1
    return told


async def replay(pool: Pool, rulebook: Rulebook, counts: Counter[str]) -> AsyncIterator[tuple[UUID, Problem]]:
    """Yield each difference between the stored deadlines and those computed again from the log.

    Add the numbers of ``cases`` and ``deadlines`` that were compared to ``counts``.
    """
    async for page in every(pool, running=False, size=PAGE):
        states = {found.key: found.case for found in page if not found.case.erased}
        log: dict[UUID, list[tuple[str, dict[str, Any]]]] = {key: [] for key in states}
        for row in await pool.fetch(Q["deadlines_log"], list(states), DEADLINES):
            log[row["key"]].append((row["type"], json.loads(row["data"])))
        numbers = {entry["rules"] for entries in log.values() for _, entry in entries if entry.get("rules") is not None}
        tables = {number: (await rulebook.of(pool, number)).rules.reckoner.table for number in sorted(numbers | {0})}
        for key, case in states.items():
            counts["cases"] += 1
            counts["deadlines"] += len(case.runs)
            for problem in read_again(case, log[key], tables):
                yield key, problem
