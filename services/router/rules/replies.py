"""The texts of the citizen after filing, whichever fact brings them.

No word of the citizen is refused or lost: it moves the case, or a person reads it. `unread` counts the replies that
wait for a person. No clock closes a case while `unread` is above zero. A person's act or the citizen's own button sets
`unread` to zero.
"""

from __future__ import annotations

from services.router.rules.draft import Draft
from services.router.rules.files import take_files
from services.router.rules.limits import MAX_TRANSFERS, fields_with_reply
from services.router.state import OPEN
from shared.events import cases
from shared.events.fact import Attachment
from shared.policy import DISPUTE_WITHIN


def take_in_text(draft: Draft, text: str, attachments: tuple[Attachment, ...] = ()) -> None:
    """Take in a text of the citizen, and keep it with its attachments.

    * The case waits for the citizen: the text is the answer.
    * The case is open and not answered: its OPD gets a new snapshot.
    * Silence after a question archived the case at most 30 days ago: the text is the answer, and the case goes on.
    * Otherwise a person must read the text. If silence closed the case at most 30 days ago and no appeal waits, the
      case becomes resolved again.
    """
    take_files(draft, attachments)
    case = draft.set(**fields_with_reply(draft.case, text))
    if case.state == "awaiting_citizen":
        _answer_question(draft, text)
    elif case.state in OPEN and case.state != "resolved":
        draft.send_snapshot()
    elif case.ended_by == "silence" and ended_lately(draft) and case.state == "archived":
        _answer_question(draft, text, again=True)
    else:
        waits = case.appeal_since is not None
        if case.ended_by == "silence" and ended_lately(draft) and case.state == "closed" and not waits:
            draft.set(state="resolved", since=draft.at, ended_by=None, call_since=None)
        put_before_person(draft, text)


def put_before_person(draft: Draft, text: str) -> None:
    """Count an unread reply. The reply ends the silence and puts the case on the list of unread replies."""
    case = draft.case
    waiting = (case.unread or 0) + 1
    draft.set(unread=waiting, unread_since=case.unread_since or draft.at)
    draft.emit(cases.Replied(text=text, state=case.state, waiting=waiting))
    if case.state in OPEN or case.state == "closed":
        draft.send_snapshot()


def ended_lately(draft: Draft) -> bool:
    """Return whether the present state began at most 30 days ago, for a case that has ended."""
    return draft.case.since is not None and draft.at <= draft.case.since + DISPUTE_WITHIN


def _answer_question(draft: Draft, text: str, *, again: bool = False) -> None:
    """Return the case to its state before the question.

    ``again``: silence had ended the case; the case goes back to the desk or to the OPD that had it.
    """
    case = draft.case
    state = case.before or "verification"
    draft.set(state=state, before=None, question=None)
    if again:
        desk = None if state != "verification" else "arbiter" if case.transfers >= MAX_TRANSFERS else "triage"
        draft.set(desk=desk, since=draft.at, ended_by=None, left=case.left_without(case.opd))
    draft.emit(cases.InfoReceived(state=state, text=text, again=again))
    draft.send_snapshot()
