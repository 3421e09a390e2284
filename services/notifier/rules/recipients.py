"""Recipients of notices: the citizens of a complaint, its OPD's people, and the roles of an escalation ladder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.notifier.codes import Audience, NoticeKind
from services.notifier.labels import FOLLOWED_NEWS
from services.notifier.state import CaseState
from shared.events import deadlines

LADDER_AUDIENCES = {
    "officer": Audience.OFFICER,
    "head": Audience.HEAD,
    "inspektorat": Audience.INSPEKTORAT,
    "sekda": Audience.SEKDA,
    "governor": Audience.GOVERNOR,
    "citizen": Audience.CITIZEN,
    "triage": Audience.ADMIN,
}


# The values that the public page of a ticket shows as well. All others may be words about or of the reporter.
_PUBLIC = ("opd", "until", "survivor")


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice before it has recipients. ``own_act`` marks the answer to a citizen's own act: it goes out at once.

    ``waits`` marks a notice that waits for the day even if the case is urgent.
    """

    audience: Audience
    kind: NoticeKind
    values: Mapping[str, Any] = field(default_factory=dict)
    own_act: bool = False
    waits: bool = False
    opd: str | None = None


def to_citizen(kind: NoticeKind, *, own_act: bool = False, waits: bool = False, **values: Any) -> PlannedNotice:
    """Return a notice to everybody who is linked to the complaint."""
    return PlannedNotice(Audience.CITIZEN, kind, values, own_act=own_act, waits=waits)


def news_for_follower(plan: PlannedNotice) -> PlannedNotice | None:
    """Return what a follower hears instead of the reporter's notice: the news alone, with nobody's words.

    Return None for what is asked of the reporter, or answers the reporter's act.
    """
    if plan.kind.value not in FOLLOWED_NEWS:
        return None
    values = {name: plan.values[name] for name in _PUBLIC if name in plan.values}
    return PlannedNotice(plan.audience, NoticeKind.FOLLOWED, {"news": plan.kind.value, **values})


def to_officer(case: CaseState, kind: NoticeKind, opd: str | None = None, **values: Any) -> tuple[PlannedNotice, ...]:
    """Return the notice to the officer of ``opd``, or else of the OPD that has the case. Without an OPD there is none."""
    code = opd or case.opd
    return (PlannedNotice(Audience.OFFICER, kind, {"opd": code, **values}, opd=code),) if code else ()


def ladder_audiences(
    case: CaseState, fact: deadlines.DeadlineApproaching | deadlines.Escalated
) -> tuple[Audience, ...]:
    """Return the ladder's roles as audiences.

    While no OPD has the case, the admin koordinator takes the place of its officer and head.
    """
    opd = fact.opd or case.opd
    found = [LADDER_AUDIENCES[role] for role in fact.to]
    return tuple(dict.fromkeys(Audience.ADMIN if role.of_an_opd and not opd else role for role in found))
