"""The clock of the citizen's appeal after a closing, and the clocks of a case that an upheld appeal gives another OPD."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.state import CaseClocks
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.pipeline import Change


def appeal(context: Context, _fact: Appealed) -> Change[CaseClocks]:
    """Start `appeal`: a person above the closer must decide within its limit."""
    draft = context.draft()
    draft.start("appeal")
    return draft.change()


def decide_appeal(context: Context, fact: AppealDecided) -> Change[CaseClocks]:
    """End `appeal`, since a person decided.

    An appeal that is upheld counts the answer as reopened. If another OPD gets the case, `respond` and `resolve` start
    in full; otherwise `case.reopened` follows, which starts them.
    """
    draft = context.draft()
    draft.meet("appeal")
    if fact.verdict == "upheld":
        draft.note_after(reopened=True)
        if fact.opd is not None and fact.opd != draft.case.opd:
            draft.set(opd=fact.opd, extended=False, promised=None)
            draft.start("respond")
            draft.start("resolve")
    return draft.change()
