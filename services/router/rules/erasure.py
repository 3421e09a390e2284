"""The rules for the erasure of a complaint."""

from __future__ import annotations

from services.router.rules.context import ERASED_CASE, Context
from services.router.state import Case
from shared.events import cases
from shared.events.submissions import SubmissionErased
from shared.pipeline import Change


def erase_case(context: Context, _fact: SubmissionErased) -> Change[Case]:
    """Erase the case, and send its OPD and its helpers withdrawn snapshots.

    Only a blank row remains. It says that there was a case, and which sequences were read.
    """
    draft = context.draft()
    draft.withdraw()
    for helper in draft.case.helpers:
        draft.withdraw_helper(helper)
    draft.set(text="", title=None, place=None, reporter_name=None, replies=(), reasons=(), left=())
    draft.emit(cases.CaseErased())
    return Change(states={draft.key: ERASED_CASE}, events=draft.change().events)


def keep_erasure(context: Context, _fact: SubmissionErased) -> Change[Case]:
    """Keep an erasure that comes before its submission. A second erasure changes nothing."""
    return Change(states={context.item.key: ERASED_CASE}) if context.case is None else Change()
