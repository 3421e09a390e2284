"""What the deadlines service says, and the daily queueing of snapshots."""

from __future__ import annotations

from services.router.rules.citizen import archive, close, put_before_person
from services.router.rules.draft import Draft
from services.router.state import OPEN
from shared.events import deadlines
from shared.events.fact import Fact

SLA = "sla"
_SHOWN = {"verify": "due_decide", "redispatch": "due_decide", "respond": "due_respond", "resolve": "due_resolve"}
"""Where a clock's due time is kept: a desk must decide by the first two, an OPD answer and solve by the others."""


def clocked(draft: Draft, fact: Fact) -> None:
    """Due times are kept, for the desk and for the OPD; a silence that is over ends the case. All else moves nothing here."""
    if isinstance(fact, deadlines.DeadlineSet | deadlines.DeadlineMoved | deadlines.DeadlineResumed):
        _due(draft, fact)
    elif isinstance(fact, deadlines.SilenceExpired):
        _silence(draft, fact)


def _due(draft: Draft, fact: deadlines.DeadlineSet | deadlines.DeadlineMoved | deadlines.DeadlineResumed) -> None:
    field = _SHOWN.get(fact.clock)
    if field is None or getattr(draft.case, field) == fact.due_at:
        return
    if field == "due_decide":
        if draft.case.opd is None:
            draft.set(due_decide=fact.due_at)
        return
    draft.set(**{field: fact.due_at})
    if draft.case.opd is not None and draft.case.state in OPEN:
        draft.send()


def _silence(draft: Draft, fact: deadlines.SilenceExpired) -> None:
    """End the case for the silence that still lasts; one that began before the present answer or question is an old one's.

    Nothing closes where a word waits for a person. A release that did not count words may have answered the case
    (``unread`` is None): then a person looks at it if the citizen ever wrote.
    """
    case = draft.case
    present = case.since is None or fact.since >= case.since
    if case.state == "resolved" and fact.after == "resolved" and present and not case.unread:
        if case.unread is None and case.replies:
            put_before_person(draft, case.replies[-1])
        else:
            close(draft, "silence")
    elif case.state == "awaiting_citizen" and fact.after == "info_requested" and present:
        archive(draft, "no_evidence", "Pelapor tidak menjawab permintaan keterangan.")
        draft.set(ended_by="silence")
    else:
        draft.note(fact.TYPE, case.state)


def requeued(draft: Draft) -> None:
    """Once a day: open snapshots, and withdrawn ones for 30 days, so that an OPD that was away catches up."""
    case = draft.case
    if case.due is None or case.due > draft.now:
        return
    live = tuple(left for left in case.left if left.until > draft.now)
    draft.set(left=live, due=None)
    for left in live:
        draft.withdraw_again(left)
    if case.opd is not None and case.state in OPEN:
        draft.send()
