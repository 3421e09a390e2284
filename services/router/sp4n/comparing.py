"""The comparison of both sides: every complaint that stands in SP4N, as it is there and as it is here."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from services.router import store
from services.router.routing.agency_names import find_agency
from services.router.rules.sp4n_outgoing import group_of
from services.router.sp4n.client import Sp4n
from services.router.sp4n.reasons import NotThere
from services.router.state import Case
from services.router.store import FIRST, Q
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.sp4n import meaning_of

_AT_ONCE: Final = 200
log = get_logger()


@dataclass(slots=True)
class Comparison:
    """The result. ``here`` and ``there`` count complaints by state and OPD. A difference names only numbers and codes."""

    compared: int = 0
    unread: int = 0
    here: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    differences: list[dict[str, str]] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether both sides agree on every complaint."""
        return not self.differences and not self.unread

    def as_json(self) -> dict[str, Any]:
        """Return the result as it is printed."""
        return {
            "agrees": self.agrees,
            "compared": self.compared,
            "unread": self.unread,
            "here": dict(sorted(self.here.items())),
            "there": dict(sorted(self.there.items())),
            "differences": self.differences,
        }


async def compare(running: Running[Any], sp4n: Sp4n) -> Comparison:
    """Compare both sides, and keep the result. What is still on its way to SP4N counts as a difference."""
    result, after = Comparison(), FIRST
    while rows := await running.pool.fetch(Q["mirrored_after"], after, _AT_ONCE):
        for row in rows:
            await _compare_one(running, sp4n, row["complaint"], row["tracking_id"], result)
        after = rows[-1]["complaint"]
    await running.pool.execute(
        Q["save_comparison"], datetime.now(UTC), result.compared, json.dumps(result.differences[:1000])
    )
    return result


async def _compare_one(running: Running[Any], sp4n: Sp4n, key: UUID, tracking_id: str, result: Comparison) -> None:
    found = await store.find_case(running.pool, str(key))
    if found is None:
        return
    try:
        data = await sp4n.read(tracking_id)
    except NotThere as problem:
        if problem.reason != "gone":
            result.unread += 1
            return
        data = {"status": "", "institution_name": ""}
    result.compared += 1
    here, there = describe(found.case), describe_there(data)
    result.here[here] += 1
    result.there[there] += 1
    if here != there:
        result.differences.append(
            {"ticket": found.case.ticket, "tracking_id": tracking_id, "here": here, "there": there}
        )


def describe(case: Case) -> str:
    """Return state and OPD of a case, as far as SP4N can tell them."""
    state = case.merged_state if case.state == "merged" and case.merged_state else case.state
    group = group_of(state) or "open"
    if group == "archived":
        # An archived case has left its OPD here, but not there.
        return group
    if state == "referred":
        return "open elsewhere"
    # A case without an OPD of ours, such as one that had ended there before, stays with the agency that SP4N names.
    there = find_agency(case.in_sp4n.opd) if case.in_sp4n is not None else None
    return f"{group} {case.opd or there or 'elsewhere'}"


def describe_there(data: dict[str, Any]) -> str:
    """Return the same of a complaint as SP4N shows it."""
    found = meaning_of(str(data.get("status") or ""))
    if found is None:
        return "unknown"
    group = group_of(found[0]) or "unknown"
    if group == "archived":
        return group
    return f"{group} {find_agency(str(data.get('institution_name') or '')) or 'elsewhere'}"
