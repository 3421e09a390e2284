"""The ends of a case, and its return: it is closed, archived or reopened."""

from __future__ import annotations

from services.router.rules.draft import Draft
from services.router.rules.placement import put_at_desk
from shared.events import cases


def close_case(draft: Draft, by: str, reason: str | None = None) -> None:
    """Close the case and send its OPD a snapshot."""
    draft.set(state="closed", since=draft.at, ended_by=by, unread=0, unread_since=None)
    draft.emit(cases.Closed.model_validate({"by": by, "reason": reason}))
    draft.send_snapshot()


def archive_case(draft: Draft, reason: str, note: str | None = None, actor: str | None = None) -> None:
    """End the case without an answer, and withdraw it from the OPD that had it."""
    draft.withdraw()
    draft.set(state="archived", since=draft.at, desk=None, ended_by=None)
    draft.emit(cases.Archived.model_validate({"reason": reason, "note": note}), actor)


def reopen_case(draft: Draft) -> None:
    """Start the next round with the OPD that had the case. If there is none, put the case before triage again."""
    case = draft.case
    draft.set(unread=0, unread_since=None, ended_by=None, since=draft.at, before=None, question=None)
    if case.opd is None or case.assignment_id is None:
        text = case.replies[-1] if case.replies else "-"
        draft.emit(cases.InfoReceived(state="verification", text=text, again=True))
        put_at_desk(draft, "triage", ("Pelapor mengirim kabar setelah aduannya berakhir.",), ())
        return
    draft.set(state="in_progress", round=case.round + 1, left=case.left_without(case.opd))
    draft.emit(
        cases.Reopened(
            opd=case.opd,
            assignment_id=case.assignment_id,
            round=case.round + 1,
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
        )
    )
    draft.send_snapshot()
