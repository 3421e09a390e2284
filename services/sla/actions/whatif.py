"""The deadlines and levels of all cases that would change under other rules. Nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.sla.rules.whatif import DeadlineMove, LevelChange, deadline_moves, ladders_differ, level_changes
from services.sla.store import StoredClocks, iterate_clocks

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from services.sla.versions import RuleVersion
    from shared.runtime.running import Running


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
    change: LevelChange

    def as_json(self) -> dict[str, Any]:
        """Return a line of `whatif --json`."""
        change = self.change
        return {
            "complaint_id": str(self.found.key),
            "ticket": self.found.case.ticket,
            "opd": change.opd or self.found.case.opd,
            "clock": change.clock,
            "run": change.run,
            "running": True,
            "level": change.offset,
            "to": list(change.to),
            "was_at": change.was.isoformat() if change.was else None,
            "at": change.at.isoformat() if change.at else None,
            "effect": change.effect,
        }


async def find_moves(
    running: Running[CaseClocks], old: RuleVersion, new: RuleVersion, *, only_running: bool = False
) -> AsyncIterator[tuple[list[CaseMove], int]]:
    """Yield the deadlines that would move, a page of cases at a time, with the number of cases in the page.

    With ``only_running``, yield only running deadlines.
    """
    now = running.clock.now()
    async for page in iterate_clocks(running.pool, running=only_running):
        moves = [
            CaseMove(found, move)
            for found in page
            for move in deadline_moves(found.case, old.due_dates, new.due_dates, now)
            if move.running or not only_running
        ]
        yield moves, len(page)


async def find_level_changes(
    running: Running[CaseClocks], old: RuleVersion, new: RuleVersion
) -> AsyncIterator[tuple[list[CaseLevelChange], int]]:
    """Yield the levels of running deadlines that would change.

    They come a page of cases at a time, with the number of cases in the page.
    """
    before, after = old.due_dates, new.due_dates
    if not ladders_differ(before.policies, after.policies):
        return
    async for page in iterate_clocks(running.pool, running=True):
        changes = [
            CaseLevelChange(found, change) for found in page for change in level_changes(found.case, before, after)
        ]
        yield changes, len(page)
