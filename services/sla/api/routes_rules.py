"""Routes of calendar and policies. Anyone may read them; a koordinator may change them, with name and reason."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query

from services.sla.actions.rules import (
    change_rules,
    declare_day,
    preview_effect,
    recompute_in_force,
    withdraw_day,
)
from services.sla.actions.whatif import CaseMove
from services.sla.api.changes import change_from
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
from services.sla.store import list_rule_changes
from services.sla.versions import RuleVersion, RuleVersions, next_version
from services.sla.versions.installed import InstalledRules
from shared.runtime.running import Running
from shared.web.inputs import Day
from shared.web.keys import Key, needs

# The number of changes in the history.
HISTORY = 200


def install(app: FastAPI, running: Running[CaseClocks], versions: RuleVersions, installed: InstalledRules) -> None:
    """Add the routes."""
    need = needs(running)
    changer = Depends(need("koordinator"))
    reader = Depends(need("reader", "koordinator", "operator"))

    async def in_force() -> RuleVersion:
        return await versions.current(running.pool)

    @app.get("/v1/calendar")
    async def calendar(year: Annotated[int | None, Query(ge=1971, le=2199)] = None) -> CalendarOut:
        """Return the calendar in force, with the days off of one year. Open to anyone."""
        version, difference = await installed.compare(running.pool)
        return calendar_out(version, year or running.clock.now().year, difference.counts())

    @app.get("/v1/policies")
    async def policies() -> PoliciesOut:
        """Return the limits and ladders in force, with the regulation they come from. Open to anyone."""
        return policies_out(await in_force())

    @app.get("/v1/rules/history", dependencies=[reader])
    async def history() -> list[HistoryOut]:
        """Return the changes of calendar and policies, newest first, with time, person and reason."""
        return [HistoryOut(**row) for row in await list_rule_changes(running.pool, HISTORY)]

    @app.put("/v1/calendar")
    async def put_calendar(body: TextIn, caller: Key = changer) -> CalendarOut:
        """Replace the calendar by one in TOML or JSON, in force from the next step of every replica on.

        Running deadlines move with `/v1/recompute`.
        """
        version = await change_rules(running, versions, change_from(caller, body), calendar=body.text)
        return calendar_out(version, running.clock.now().year)

    @app.put("/v1/policies")
    async def put_policies(body: TextIn, caller: Key = changer) -> PoliciesOut:
        """Replace the policies (TOML), in force from the next step of every replica on.

        Running deadlines move with `/v1/recompute`.
        """
        return policies_out(await change_rules(running, versions, change_from(caller, body), policies=body.text))

    @app.post("/v1/calendar/overrides")
    async def declare(body: OverrideIn, caller: Key = changer) -> CalendarOut:
        """Declare a day off or on. An earlier declaration of the day is replaced."""
        version = await declare_day(
            running,
            versions,
            change_from(caller, body),
            body.date,
            kind=body.kind,
            name=body.name,
            hours=body.hours,
        )
        return calendar_out(version, body.date.year)

    @app.post("/v1/calendar/overrides/{day}/withdraw")
    async def withdraw(day: Annotated[Day, Path()], body: Why, caller: Key = changer) -> CalendarOut:
        """Withdraw the declaration of a day."""
        return calendar_out(await withdraw_day(running, versions, change_from(caller, body), day), day.year)

    @app.post("/v1/whatif", dependencies=[reader])
    async def look(body: RulesIn) -> WhatifOut:
        """Return the running deadlines that would move, be missed or be saved, and the levels that change.

        Changes nothing.
        """
        old = await in_force()
        preview = await preview_effect(running, old, next_version(old, body.calendar, body.policies))
        cases = preview.counts.pop("cases")
        return WhatifOut(
            cases=cases,
            counts=dict(preview.counts),
            complete=preview.complete,
            moves=[_move_out(moved) for moved in preview.moves],
            levels=[LevelMoveOut(**_without_running(level.as_json())) for level in preview.levels],
        )

    @app.post("/v1/recompute")
    async def again(body: Why, caller: Key = changer) -> RecomputedOut:
        """Compute every running deadline again under the rules in force, with an event for each that moves."""
        counts = await recompute_in_force(running, versions, body.version, reason=body.why, actor=caller.actor)
        return RecomputedOut(**counts)


def _move_out(moved: CaseMove) -> MoveOut:
    return MoveOut(**_without_running(moved.as_json()))


def _without_running(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "running"}
