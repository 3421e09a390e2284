"""The ends of a case, and its return: it is closed, archived or reopened."""

from __future__ import annotations

from datetime import UTC, date

from services.router.rules.draft import Draft
from services.router.rules.limits import in_sample
from services.router.rules.placement import put_at_desk
from services.router.rules.telling import withdraw_from_authority
from shared.events import cases


def close_case(draft: Draft, by: str, reason: str | None = None) -> None:
    """Close the case and send its OPD a snapshot. Of those that silence closes, a sample is to be called.

    A citizen of whom we have no contact cannot be called.
    """
    case = draft.case
    reachable = bool(case.contacts)
    called = by == "silence" and reachable and in_sample(draft.key, draft.limits.calls_percent)
    draft.set(
        state="closed",
        since=draft.at,
        ended_by=by,
        closed_by=case.closed_by if case.state == "closed" else draft.actor,
        unread=0,
        unread_since=None,
        promised_until=None,
        call_since=draft.at.astimezone(UTC) if called else None,
    )
    draft.emit(cases.Closed.model_validate({"by": by, "reason": reason}))
    draft.send_snapshot()


def archive_case(draft: Draft, reason: str, note: str | None = None, actor: str | None = None) -> None:
    """End the case without an answer, and withdraw it from the OPD that had it."""
    draft.withdraw()
    draft.set(state="archived", since=draft.at, desk=None, ended_by=None, promised_until=None)
    draft.emit(cases.Archived.model_validate({"reason": reason, "note": note}), actor)


def reopen_case(draft: Draft, promised: date | None = None, actor: str | None = None) -> None:
    """Start the next round with the OPD that had the case. If there is none, put the case before triage again.

    ``promised``: the promised day that has passed, if that is the cause.
    """
    case = draft.case
    draft.set(unread=0, unread_since=None, ended_by=None, since=draft.at, before=None, question=None)
    draft.set(promised_until=None, call_since=None, stars=None, doubted=draft.case.doubted_parts)
    if case.opd is None or case.assignment_id is None:
        text = case.replies[-1] if case.replies else "-"
        draft.emit(cases.InfoReceived(state="verification", text=text, again=True))
        put_at_desk(draft, "triage", ("Pelapor mengirim kabar setelah aduannya berakhir.",), ())
        return
    withdraw_from_authority(draft)
    draft.set(referral=None)
    draft.set(state="in_progress", round=case.round + 1, left=case.left_without(case.opd))
    draft.emit(
        cases.Reopened(
            opd=case.opd,
            assignment_id=case.assignment_id,
            round=case.round + 1,
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
            promised=promised,
        ),
        actor,
    )
    draft.send_snapshot()
