"""Routes of calendar and policies. Anyone may read them; a koordinator may change them, with name and reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query

from services.sla.actions.whatif import CaseLevelChange, CaseMove, recompute, whatif, whatif_levels
from services.sla.api.models_rules import (
    CalendarOut,
    HistoryOut,
    LevelMoveOut,
    MoveOut,
    OverrideIn,
    PoliciesOut,
    RecomputedOut,
    RulesIn,
    TextIn,
    WhatifOut,
    Why,
)
from services.sla.api.views_rules import calendar_out, policies_out
from services.sla.state import CaseClocks
from services.sla.store import Q
from services.sla.versions import ChangedMeanwhile, RuleVersion, RuleVersions, changed, put_in_force
from services.sla.versions.installed import InstalledRules
from services.sla.versions.overrides import with_override, without_override
from shared.service import Running
from shared.web.inputs import Day
from shared.web.keys import Key, needs

# The number of moves that the preview lists, and of cases that it looks at. The command `whatif` looks at all cases.
SHOWN, LOOKED_AT = 200, 20_000


def install(app: FastAPI, running: Running[CaseClocks], versions: RuleVersions, watcher: InstalledRules) -> None:
    """Add the routes."""
    need = needs(running)
    changer = Depends(need("koordinator"))
    reader = Depends(need("reader", "koordinator", "operator"))

    async def in_force() -> RuleVersion:
        return await versions.fresh(running.pool)

    @app.get("/v1/calendar")
    async def calendar(year: Annotated[int | None, Query(ge=1971, le=2199)] = None) -> CalendarOut:
        """Return the calendar in force, with the days off of one year. Open to anyone."""
        version, differs = await watcher.look(running.pool)
        return calendar_out(version, year or running.clock.now().year, differs.counts())

    @app.get("/v1/policies")
    async def policies() -> PoliciesOut:
        """Return the limits and ladders in force, with the regulation they come from. Open to anyone."""
        return policies_out(await in_force())

    @app.get("/v1/rules/history", dependencies=[reader])
    async def history() -> list[HistoryOut]:
        """Return the changes of calendar and policies, newest first, with time, person and reason."""
        return [HistoryOut(**dict(row)) for row in await running.pool.fetch(Q["rules_history"], 200)]

    @app.put("/v1/calendar")
    async def put_calendar(body: TextIn, caller: Key = changer) -> CalendarOut:
        """Replace the calendar by one in TOML or JSON, in force from the next step of every replica on.

        Running deadlines move with `/v1/recompute`.
        """
        version = await put_into_force(running, versions, caller, body, calendar=body.text)
        return calendar_out(version, running.clock.now().year)

    @app.put("/v1/policies")
    async def put_policies(body: TextIn, caller: Key = changer) -> PoliciesOut:
        """Replace the policies (TOML), in force from the next step of every replica on.

        Running deadlines move with `/v1/recompute`.
        """
        return policies_out(await put_into_force(running, versions, caller, body, policies=body.text))

    @app.post("/v1/calendar/overrides")
    async def declare(body: OverrideIn, caller: Key = changer) -> CalendarOut:
        """Declare a day off or on. An earlier declaration of the day is replaced."""
        text = with_override((await in_force()).texts.calendar, body.date, body.kind, body.name, body.hours)
        return calendar_out(await put_into_force(running, versions, caller, body, calendar=text), body.date.year)

    @app.post("/v1/calendar/overrides/{day}/withdraw")
    async def withdraw(day: Annotated[Day, Path()], body: Why, caller: Key = changer) -> CalendarOut:
        """Withdraw the declaration of a day."""
        text = without_override((await in_force()).texts.calendar, day)
        return calendar_out(await put_into_force(running, versions, caller, body, calendar=text), day.year)

    @app.post("/v1/whatif", dependencies=[reader])
    async def look(body: RulesIn) -> WhatifOut:
        """Return the running deadlines that would move, be missed or be saved, and the levels that change.

        Changes nothing.
        """
        old = await in_force()
        seen = await preview_effect(running, old, changed(old, body.calendar, body.policies))
        cases = seen.counts.pop("cases")
        return WhatifOut(
            cases=cases,
            counts=dict(seen.counts),
            complete=seen.complete,
            moves=[_move_out(moved) for moved in seen.moves],
            levels=[LevelMoveOut(**_without_running(level.as_json())) for level in seen.levels],
        )

    @app.post("/v1/recompute")
    async def again(body: Why, caller: Key = changer) -> RecomputedOut:
        """Compute every running deadline again under the rules in force, with an event for each that moves."""
        if body.version != (await in_force()).number:
            raise ChangedMeanwhile
        return RecomputedOut(**await recompute(running, reason=body.why, actor=caller.actor))


async def put_into_force(
    running: Running[CaseClocks],
    versions: RuleVersions,
    caller: Key,
    why: Why,
    *,
    calendar: str | None = None,
    policies: str | None = None,
) -> RuleVersion:
    """Check a change, store it, and load the new version.

    Raise Invalid with every problem, or ChangedMeanwhile when another version is in force than the caller saw.
    """
    base = await versions.fresh(running.pool)
    if why.version != base.number:
        raise ChangedMeanwhile
    version = changed(base, calendar, policies)
    await put_in_force(
        running.pool, version, at=running.clock.now(), who=f"{caller.owner} ({caller.actor})", why=why.why
    )
    return await versions.fresh(running.pool)


@dataclass(slots=True)
class EffectPreview:
    """The effect of other rules, as far as `look_at` has looked.

    ``counts`` holds the number of moves by effect, and of cases. ``moves`` and ``levels`` are the first of each.
    ``complete`` is true if all cases were looked at.
    """

    counts: Counter[str]
    moves: list[CaseMove]
    levels: list[CaseLevelChange]
    complete: bool = True


async def preview_effect(running: Running[CaseClocks], old: RuleVersion, new: RuleVersion) -> EffectPreview:
    """Return the effect of other rules on running deadlines."""
    seen = EffectPreview(Counter(cases=0, moves=0, breaches=0, saved=0), [], [])
    async for page, size in whatif(running.pool, old, new, running.clock.now(), running=True):
        seen.counts["cases"] += size
        seen.counts.update(moved.move.effect for moved in page)
        seen.moves += page[: SHOWN - len(seen.moves)]
        if seen.counts["cases"] >= LOOKED_AT:
            seen.complete = False
            break
    looked_at = 0
    async for levels, size in whatif_levels(running.pool, old, new):
        looked_at += size
        seen.counts.update(level.move.effect for level in levels)
        seen.levels += levels[: SHOWN - len(seen.levels)]
        if looked_at >= LOOKED_AT:
            break
    return seen


def _move_out(moved: CaseMove) -> MoveOut:
    return MoveOut(**_without_running(moved.as_json()))


def _without_running(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "running"}
