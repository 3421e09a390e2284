"""The hand-over of the cases and of the help of OPDs that have ended, each tried with growing patience."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.router import store
from services.router.rules.commands_registry import PassOn
from services.router.rules.desk_assignment import MOVABLE
from shared.errors import Refused, Unavailable
from shared.observability.logs import get_logger
from shared.reference import in_force
from shared.reference.registry import OpdRow
from shared.runtime.running import Running
from shared.words import day_words

log = get_logger()
HANDED_AT_ONCE: Final = 200
_FIRST: Final = timedelta(seconds=10)
_LONGEST: Final = timedelta(hours=1)
# An answered case stays with its OPD's answer. When its reporter reopens it, it is handed over like the others.
_IN_HAND: Final = tuple(sorted(MOVABLE - {"referred"}))


class HandOver:
    """Hands over what ended OPDs have in hand. A refused case waits twice as long each time, up to an hour.

    A case that was handed over is not found again, so that a restart goes on where the last round stopped.
    """

    def __init__(self, running: Running[Any]) -> None:
        self._running = running
        # For each refused case, how long it waits, and until when.
        self._waiting: dict[UUID, tuple[timedelta, datetime]] = {}

    async def run(self) -> int:
        """Hand over a bounded number of cases, a command for each. Return how many moved."""
        table, now = in_force(), self._running.clock.now()
        ended = table.ended()
        if not ended:
            return 0
        later = [key for key, (_, until) in self._waiting.items() if until > now]
        moved = 0
        found = await store.cases_of_ended(self._running.pool, sorted(ended), _IN_HAND, later, HANDED_AT_ONCE)
        for key, code, ticket in found:
            heir = ended[code]
            reason = _reason(table.opds[code], table.opds[heir] if heir else None)
            try:
                await self._running.do(PassOn(opd=code, to=heir, reason=reason), keys=(key,), actor="router")
            except Unavailable:
                raise
            except Refused as refusal:
                waits = min(2 * self._waiting[key][0], _LONGEST) if key in self._waiting else _FIRST
                self._waiting[key] = (waits, now + waits)
                log.warning("registry.not_handed_over", code=refusal.code, ticket=ticket, seconds=waits.seconds)
                continue
            self._waiting.pop(key, None)
            moved += 1
        return moved


async def left_behind(running: Running[Any], most: int) -> list[str]:
    """Return the tickets of cases that OPDs which have ended still have in hand, for a person to move them."""
    ended = sorted(in_force().ended())
    if not ended:
        return []
    return [ticket for _, _, ticket in await store.cases_of_ended(running.pool, ended, _IN_HAND, (), most)]


def _reason(ended: OpdRow, heir: OpdRow | None) -> str:
    since = f" sejak {day_words(date.fromordinal(ended.last.toordinal() + 1))}" if ended.valid_to else ""
    if heir is None:
        return f"{ended.name} tidak ada lagi{since}."
    return f"{ended.name} digabung ke {heir.name}{since}."
