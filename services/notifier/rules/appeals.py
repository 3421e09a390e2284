"""Handlers of the citizen's appeal after a closing, and of the decision on it."""

from __future__ import annotations

from typing import Any

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.cases import CaseChange
from services.notifier.rules.context import Context
from services.notifier.rules.notices import announce
from services.notifier.rules.recipients import PlannedNotice, to_citizen, to_officer
from shared.events.cases_appeal import AppealDecided, Appealed

# The people who decide: they stand above the OPDs and the triage desk.
_SUPERVISORS = (Audience.INSPEKTORAT, Audience.SEKDA)


def handle_appealed(context: Context, fact: Appealed) -> CaseChange:
    """Tell the citizen that the appeal arrived, the supervisors that they must decide, and the OPD that answered."""
    case = context.case
    citizen = to_citizen(NoticeKind.APPEALED, own_act=True)
    above = (PlannedNotice(audience, NoticeKind.APPEALED, {"opd": fact.opd}) for audience in _SUPERVISORS)
    return announce(context, case, (citizen, *above, *to_officer(case, NoticeKind.APPEALED, fact.opd)))


def handle_appeal_decided(context: Context, fact: AppealDecided) -> CaseChange:
    """Tell the citizen the decision with its reason, and the OPD that answered. The Ombudsman follows a rejection."""
    case = context.case
    values: dict[str, Any] = {"variant": fact.verdict, "reason": fact.reason}
    citizen = to_citizen(NoticeKind.APPEAL_DECIDED, opd=fact.opd, **values)
    return announce(context, case, (citizen, *to_officer(case, NoticeKind.APPEAL_DECIDED, case.opd, **values)))
