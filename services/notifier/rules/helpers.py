"""Handlers of the router's facts about OPDs that help: the people of the offices who are told. No citizen is."""

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.cases import CaseChange
from services.notifier.rules.context import Context
from services.notifier.rules.notices import announce
from services.notifier.rules.recipients import PlannedNotice, to_officer
from services.notifier.state import CaseState
from shared.events.cases_helpers import HelperAdded, HelperContributed, HelperEnded


def handle_helper_added(context: Context, fact: HelperAdded) -> CaseChange:
    """Tell the officer of the helper what it should contribute."""
    case = context.case
    planned = to_officer(case, NoticeKind.HELP_ASKED, fact.opd, urgent=case.urgent, lead=fact.lead, reason=fact.task)
    return announce(context, case, planned)


def handle_helper_contributed(context: Context, fact: HelperContributed) -> CaseChange:
    """Tell the officer of the lead that the part is there."""
    return announce(context, context.case, _to_lead(context.case, NoticeKind.HELP_GIVEN, fact.opd))


def handle_helper_ended(context: Context, fact: HelperEnded) -> CaseChange:
    """Tell the koordinator and the lead of a refusal, and the helper of any other end than becoming the lead itself."""
    case = context.case
    if fact.why == "lead":
        return announce(context, case)
    if fact.why == "declined":
        values = {"opd": fact.opd, "reason": fact.reason}
        admin = PlannedNotice(Audience.ADMIN, NoticeKind.HELP_DECLINED, values)
        return announce(context, case, (admin, *_to_lead(case, NoticeKind.HELP_DECLINED, fact.opd, reason=fact.reason)))
    return announce(
        context, case, to_officer(case, NoticeKind.HELP_ENDED, fact.opd, variant=fact.why, reason=fact.reason)
    )


def _to_lead(case: CaseState, kind: NoticeKind, helper: str, **values: str | None) -> tuple[PlannedNotice, ...]:
    """Return the notice to the officer of the OPD that has the case. It names the helper."""
    if case.opd is None:
        return ()
    return (PlannedNotice(Audience.OFFICER, kind, {"opd": helper, **values}, opd=case.opd),)
