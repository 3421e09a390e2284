"""The cases as the people of the demo see them, read only from the log of case events."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from deploy.local.demo.rest import Q

FIRST_PUT = {
    "case.assigned": "assigned",
    "case.triaged": "triage",
    "case.referred": "referred",
    "case.archived": "archived",
    "case.merged": "merged",
}
_ENDS = {"case.closed": "closed", "case.archived": "archived", "case.merged": "merged", "case.referred": "referred"}


@dataclass(slots=True)
class Seen:
    """One case. ``since`` is the working day of the last change of state or desk, ``place`` the order of arrival."""

    key: UUID
    ticket: str
    channel: str
    place: int
    state: str = "verification"
    since: int = 0
    words: str = ""
    opd: str | None = None
    assigned_on: int = 0
    urgent: bool = False
    information: bool = False
    desk: str | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)
    declined_by: str | None = None
    rounds: int = 1
    first_put: str | None = None
    first: dict[str, Any] = field(default_factory=dict)
    # The steps that people of the demo took, by the demo's own names.
    steps: set[str] = field(default_factory=set)


class Cases:
    """All cases, brought up to date by `refresh`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._position = 0
        self.by_key: dict[UUID, Seen] = {}

    async def refresh(self, day: int) -> None:
        """Read the events logged since the last call, as events of working day ``day``."""
        for row in await self._pool.fetch(Q["case_events"], self._position):
            self._position = row["position"]
            self._take(row["key"], row["type"], json.loads(row["data"]), day)

    def in_state(self, *states: str) -> list[Seen]:
        """Return the cases that are in one of these states."""
        return [case for case in self.by_key.values() if case.state in states]

    def _take(self, key: UUID, kind: str, data: dict[str, Any], day: int) -> None:
        if kind == "case.opened":
            case = Seen(key, data["ticket"], data["channel"], len(self.by_key), data["state"], day)
            case.urgent = data["priority"] == "urgent"
            case.first_put = "already_closed" if case.state != "verification" else None
            self.by_key[key] = case
            return
        case = self.by_key[key]
        if case.first_put is None and kind in FIRST_PUT:
            case.first_put, case.first = FIRST_PUT[kind], data
        state, desk = case.state, case.desk
        _MOVES.get(kind, _ended)(case, data, kind)
        if (case.state, case.desk) != (state, desk):
            case.since = day
        if kind == "case.assigned":
            case.assigned_on = day


def _assigned(case: Seen, data: dict[str, Any], _kind: str) -> None:
    case.state, case.opd, case.desk = "assigned", data["opd"], None
    case.information = data["class"] == "information"
    case.steps.clear()


def _triaged(case: Seen, data: dict[str, Any], _kind: str) -> None:
    case.state, case.desk, case.candidates, case.opd = "verification", data["desk"], data["candidates"], None


def _declined(case: Seen, data: dict[str, Any], _kind: str) -> None:
    case.state, case.declined_by, case.opd = "verification", data["opd"], None


def _asked(case: Seen, _data: dict[str, Any], _kind: str) -> None:
    case.state = "awaiting_citizen"


def _working(case: Seen, _data: dict[str, Any], _kind: str) -> None:
    case.state = "in_progress"


def _answered(case: Seen, data: dict[str, Any], _kind: str) -> None:
    case.state = data["state"]


def _resolved(case: Seen, _data: dict[str, Any], _kind: str) -> None:
    case.state = "resolved"


def _reopened(case: Seen, data: dict[str, Any], _kind: str) -> None:
    case.state, case.rounds, case.opd = "in_progress", data["round"], data["opd"]


def _ended(case: Seen, _data: dict[str, Any], kind: str) -> None:
    case.state = _ENDS.get(kind, case.state)


_MOVES = {
    "case.assigned": _assigned,
    "case.triaged": _triaged,
    "case.declined": _declined,
    "case.accepted": _working,
    "case.progressed": _working,
    "case.info_requested": _asked,
    "case.info_received": _answered,
    "case.resolved": _resolved,
    "case.reopened": _reopened,
    "case.unmerged": _answered,
}
