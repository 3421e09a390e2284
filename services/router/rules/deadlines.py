"""The rules for facts of the deadlines stream: due times that the router shows, and silences that end a case."""

from __future__ import annotations

from typing import Final

from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.endings import archive_case, close_case
from services.router.rules.replies import put_before_person
from services.router.state import OPEN, Case
from shared.events.deadlines import DeadlineMoved, DeadlineResumed, DeadlineSet, SilenceExpired
from shared.pipeline import Change

# The field of the case that keeps the due time of each clock. A desk must decide by `due_decide`. An OPD must respond
# by `due_respond` and resolve by `due_resolve`. A supervisor must decide on an appeal by `due_appeal`.
_FIELDS: Final = {
    "verify": "due_decide",
    "redispatch": "due_decide",
    "respond": "due_respond",
    "resolve": "due_resolve",
    "appeal": "due_appeal",
}


def keep_due_time(context: Context, fact: DeadlineSet | DeadlineMoved | DeadlineResumed) -> Change[Case]:
    """Keep the due time of a clock, and send a changed one to the OPD of an open case."""
    draft = context.draft()
    if fact.helper is not None:
        return _keep_for_helper(draft, fact)
    case, field = draft.case, _FIELDS.get(fact.clock)
    if field is None or getattr(case, field) == fact.due_at:
        return Change()
    if field == "due_decide":
        if case.opd is not None:
            return Change()
        draft.set(due_decide=fact.due_at)
        return draft.change()
    draft.set(**{field: fact.due_at})
    if case.opd is not None and case.state in OPEN:
        draft.send_snapshot()
    return draft.change()


def _keep_for_helper(draft: Draft, fact: DeadlineSet | DeadlineMoved | DeadlineResumed) -> Change[Case]:
    """Keep the due time of a helper's clock, and show it to the helper while its part is missing."""
    helper = next((one for one in draft.case.missing if one.assignment_id == fact.helper), None)
    field = _FIELDS.get(fact.clock)
    if helper is None or field is None or getattr(helper, field, fact.due_at) == fact.due_at:
        return Change()
    draft.change_helper(helper, **{field: fact.due_at})
    return draft.change()


def end_silence(context: Context, fact: SilenceExpired) -> Change[Case]:
    """Close an answered case, or archive one whose question stayed unanswered, because the citizen was silent too long.

    A silence that began before the present answer or question is outdated, and is noted. A case with unread replies
    does not close, and neither does one whose answer promises a day: the promise brings it back.
    """
    draft = context.draft()
    case = draft.case
    present = case.since is None or fact.since >= case.since
    closes = present and not case.unread and case.promised_until is None
    if case.state == "resolved" and fact.after == "resolved" and closes:
        _close_silent(draft)
    elif case.state == "awaiting_citizen" and fact.after == "info_requested" and present:
        archive_case(draft, "no_evidence", "Pelapor tidak menjawab permintaan keterangan.")
        draft.set(ended_by="silence")
    else:
        draft.note(fact.TYPE, case.state)
    return draft.change()


def _close_silent(draft: Draft) -> None:
    """Close an answered case.

    An older release did not count replies (``unread`` is None). A person looks at a case that it answered, if the
    citizen ever wrote.
    """
    case = draft.case
    if case.unread is None and case.replies:
        put_before_person(draft, case.replies[-1])
    else:
        close_case(draft, "silence")
