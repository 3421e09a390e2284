"""The rules for facts of the deadlines service, and for the daily repeat of snapshots."""

from __future__ import annotations

from services.router.rules.citizen import archive, close, put_before_person
from services.router.rules.draft import Draft
from services.router.state import OPEN
from shared.events import deadlines
from shared.events.fact import Fact

# The field of the case that keeps the due time of each clock. A desk must decide by `due_decide`. An OPD must respond
# by `due_respond` and resolve by `due_resolve`.
_SHOWN = {"verify": "due_decide", "redispatch": "due_decide", "respond": "due_respond", "resolve": "due_resolve"}


def clocked(draft: Draft, fact: Fact) -> None:
    """Keep a due time for the desk or the OPD, or end the case whose silence is over. Ignore all other facts."""
    if isinstance(fact, deadlines.DeadlineSet | deadlines.DeadlineMoved | deadlines.DeadlineResumed):
        _due(draft, fact)
    elif isinstance(fact, deadlines.SilenceExpired):
        _silence(draft, fact)


def _due(draft: Draft, fact: deadlines.DeadlineSet | deadlines.DeadlineMoved | deadlines.DeadlineResumed) -> None:
    """Keep the due time of a clock, and send a changed one to the OPD of an open case."""
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
    """Close an answered case, or archive one whose question stayed unanswered, because the citizen was silent too long.

    A silence that began before the present answer or question is outdated, and is noted. A case with unread replies
    does not close. An older release did not count replies (``unread`` is None). A person looks at a case that it
    answered, if the citizen ever wrote.
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
    """Send the snapshots of a case again, once a day, so that an OPD that was away catches up.

    The snapshot of an open case goes to its OPD. A withdrawn snapshot goes for 30 days to each OPD that lost the case.
    """
    case = draft.case
    if case.due is None or case.due > draft.now:
        return
    live = tuple(left for left in case.left if left.until > draft.now)
    draft.set(left=live, due=None)
    for left in live:
        draft.withdraw_again(left)
    if case.opd is not None and case.state in OPEN:
        draft.send()
