"""Changes of calendar and policies: a preview of the effect, the change itself, and the recomputation after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.sla.actions.recomputation import recompute_all
from services.sla.actions.whatif import CaseLevelChange, CaseMove, find_level_changes, find_moves
from services.sla.errors import ChangedMeanwhile
from services.sla.versions import RuleVersion, RuleVersions, next_version, put_in_force
from services.sla.versions.overrides import with_override, without_override

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

# The number of moves that the preview lists, and of cases that it looks at. The command `whatif` looks at all cases.
LISTED, LOOKED_AT = 200, 20_000


@dataclass(frozen=True, slots=True)
class RuleChange:
    """The circumstances of a change of the rules: the version that it was made from, the person and the reason."""

    version: int
    who: str
    why: str


@dataclass(slots=True)
class EffectPreview:
    """The effect of other rules on running deadlines, as far as it was looked at.

    ``counts`` holds the number of moves by effect, and of cases. ``moves`` and ``levels`` are the first of each.
    ``complete`` is true if all cases were looked at.
    """

    counts: Counter[str]
    moves: list[CaseMove]
    levels: list[CaseLevelChange]
    complete: bool = True


async def preview_effect(running: Running[CaseClocks], old: RuleVersion, new: RuleVersion) -> EffectPreview:
    """Return the effect of other rules on running deadlines."""
    preview = EffectPreview(Counter(cases=0, moves=0, breaches=0, saved=0), [], [])
    async for moves, size in find_moves(running, old, new, only_running=True):
        preview.counts["cases"] += size
        preview.counts.update(found.move.effect for found in moves)
        preview.moves += moves[: LISTED - len(preview.moves)]
        if preview.counts["cases"] >= LOOKED_AT:
            preview.complete = False
            break
    looked_at = 0
    async for levels, size in find_level_changes(running, old, new):
        looked_at += size
        preview.counts.update(found.change.effect for found in levels)
        preview.levels += levels[: LISTED - len(preview.levels)]
        if looked_at >= LOOKED_AT:
            break
    return preview


async def change_rules(
    running: Running[CaseClocks],
    versions: RuleVersions,
    change: RuleChange,
    *,
    calendar: str | None = None,
    policies: str | None = None,
) -> RuleVersion:
    """Check a change, store it, and load the new version.

    Raise Invalid with every problem, or ChangedMeanwhile when another version is in force than the caller saw.
    """
    base = await current_if(running, versions, change.version)
    version = next_version(base, calendar, policies)
    await put_in_force(running.pool, version, at=running.clock.now(), who=change.who, why=change.why)
    return await versions.current(running.pool)


async def declare_day(
    running: Running[CaseClocks],
    versions: RuleVersions,
    change: RuleChange,
    day: date,
    *,
    kind: str,
    name: str,
    hours: str,
) -> RuleVersion:
    """Declare a day ``off`` or ``on`` in the calendar in force. An earlier declaration of the day is replaced.

    Raise Invalid with the field that is wrong, or ChangedMeanwhile.
    """
    base = await versions.current(running.pool)
    text = with_override(base.texts.calendar, day, kind, name, hours)
    return await change_rules(running, versions, change, calendar=text)


async def withdraw_day(
    running: Running[CaseClocks], versions: RuleVersions, change: RuleChange, day: date
) -> RuleVersion:
    """Withdraw the declaration of a day. Raise Invalid when there is none, or ChangedMeanwhile."""
    base = await versions.current(running.pool)
    text = without_override(base.texts.calendar, day)
    return await change_rules(running, versions, change, calendar=text)


async def recompute_in_force(
    running: Running[CaseClocks], versions: RuleVersions, version: int, *, reason: str, actor: str
) -> Counter[str]:
    """Compute every running deadline again. Raise ChangedMeanwhile when another version is in force than ``version``.

    Return the counts ``cases``, ``moved`` and ``failed``.
    """
    await current_if(running, versions, version)
    return await recompute_all(running, reason=reason, actor=actor)


async def current_if(running: Running[CaseClocks], versions: RuleVersions, number: int) -> RuleVersion:
    """Return the version in force. Raise ChangedMeanwhile when it is not the version of this number."""
    version = await versions.current(running.pool)
    if version.number != number:
        raise ChangedMeanwhile
    return version
