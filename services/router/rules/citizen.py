"""The rules for what the citizen says after filing.

No word of the citizen is refused or lost: it moves the case, or a person reads it. `unread` counts the replies that
wait for a person. No clock closes a case while `unread` is above zero. A person's act or the citizen's own button sets
`unread` to zero.
"""

from __future__ import annotations

from functools import singledispatch

from services.router.rules.desk_queue import to_desk
from services.router.rules.draft import Draft
from services.router.rules.limits import KEPT_ATTACHMENT_BYTES, KEPT_ATTACHMENTS, with_reply
from services.router.rules.office import MAX_TRANSFERS
from services.router.state import OPEN, Case, Left
from shared.events import cases
from shared.events.fact import Attachment, Fact
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
)
from shared.policy import DISPUTE_WITHIN
from shared.shortening import last_within

# A comment on a closed case goes to a person if it comes with at most so many stars.
_POOR = 2
# The most characters that a text of an event may have.
_LONGEST = 20_000


def said(draft: Draft, fact: Fact) -> None:
    """Fold one fact of the submissions stream into its case. Note a fact that has no rule."""
    _said(fact, draft, draft.case)


@singledispatch
def _said(fact: Fact, draft: Draft, case: Case) -> None:
    draft.note(fact.TYPE, case.state)


@_said.register
def on_replied(fact: CitizenReplied, draft: Draft, case: Case) -> None:
    """Take in a reply."""
    del case
    heard(draft, fact.text, fact.attachments)


def heard(draft: Draft, text: str, attachments: tuple[Attachment, ...] = ()) -> None:
    """Take in a text of the citizen, and keep it with its attachments.

    * The case waits for the citizen: the text is the answer.
    * The case is open and not answered: its OPD gets a new snapshot.
    * Silence after a question archived the case at most 30 days ago: the text is the answer, and the case goes on.
    * Otherwise a person must read the text. If silence closed the case at most 30 days ago, the case becomes
      resolved again.
    """
    kept = last_within((*draft.case.attachments, *attachments), KEPT_ATTACHMENTS, KEPT_ATTACHMENT_BYTES)
    case = draft.set(attachments=kept, **with_reply(draft.case, text))
    if case.state == "awaiting_citizen":
        _answered(draft, text)
    elif case.state in OPEN and case.state != "resolved":
        draft.send()
    elif case.ended_by == "silence" and _lately_ended(draft) and case.state == "archived":
        _answered(draft, text, again=True)
    else:
        if case.ended_by == "silence" and _lately_ended(draft) and case.state == "closed":
            draft.set(state="resolved", since=draft.at, ended_by=None)
        put_before_person(draft, text)


def put_before_person(draft: Draft, text: str) -> None:
    """Count an unread reply. The reply ends the silence and puts the case on the list of unread replies."""
    case = draft.case
    waiting = (case.unread or 0) + 1
    draft.set(unread=waiting, unread_since=case.unread_since or draft.at)
    draft.say(cases.Replied(text=text, state=case.state, waiting=waiting))
    if case.state in OPEN or case.state == "closed":
        draft.send()


def _answered(draft: Draft, text: str, *, again: bool = False) -> None:
    """Return the case to its state before the question.

    ``again``: silence had ended the case; the case goes back to the desk or to the OPD that had it.
    """
    case = draft.case
    state = case.before or "verification"
    draft.set(state=state, before=None, question=None)
    if again:
        desk = None if state != "verification" else "arbiter" if case.transfers >= MAX_TRANSFERS else "triage"
        draft.set(desk=desk, since=draft.at, ended_by=None, left=_without(case))
    draft.say(cases.InfoReceived(state=state, text=text, again=again))
    draft.send()


def _lately_ended(draft: Draft) -> bool:
    """Return whether the present state began at most 30 days ago, for a case that has ended."""
    return draft.case.since is not None and draft.at <= draft.case.since + DISPUTE_WITHIN


def _without(case: Case) -> tuple[Left, ...]:
    """Return the OPDs that lost the case, without the OPD that has it now."""
    return tuple(one for one in case.left if one.opd != case.opd)


@_said.register
def on_confirmed(fact: CitizenConfirmed, draft: Draft, case: Case) -> None:
    """Close an answered case, or confirm one that silence has closed.

    The button always closes an answered case. A text closes it only if no earlier reply is unread.
    Otherwise the confirmation is taken in as a reply on an open case, and noted on an ended one.
    """
    clear = case.state == "resolved" and not (fact.text and case.unread)
    if clear or (case.state == "closed" and case.ended_by == "silence"):
        draft.say(cases.Confirmed())
        close(draft, "citizen")
    elif case.state in OPEN:
        heard(draft, fact.text or "Pelapor menyatakan masalahnya sudah selesai.")
    else:
        draft.note(fact.TYPE, case.state, fact.text)


def close(draft: Draft, by: str, reason: str | None = None) -> None:
    """Close the case and send its OPD a snapshot."""
    draft.set(state="closed", since=draft.at, ended_by=by, unread=0, unread_since=None)
    draft.say(cases.Closed.model_validate({"by": by, "reason": reason}))
    draft.send()


@_said.register
def on_disputed(fact: CitizenDisputed, draft: Draft, case: Case) -> None:
    """Reopen an answered case, or one that was closed at most 30 days ago. Otherwise take the reason in as a reply.

    The time at which the citizen spoke counts, not the time at which we read the fact.
    """
    in_time = case.state == "closed" and _lately_ended(draft)
    if not (case.state == "resolved" or in_time) or case.opd is None or case.assignment_id is None:
        heard(draft, fact.reason)
        return
    draft.set(**with_reply(case, fact.reason))
    draft.say(cases.Disputed(opd=case.opd, reason=fact.reason))
    reopen(draft)


def reopen(draft: Draft) -> None:
    """Start the next round with the OPD that had the case. If there is none, put the case before triage again."""
    case = draft.case
    draft.set(unread=0, unread_since=None, ended_by=None, since=draft.at, before=None, question=None)
    if case.opd is None or case.assignment_id is None:
        draft.say(cases.InfoReceived(state="verification", text=case.replies[-1] if case.replies else "-", again=True))
        to_desk(draft, "triage", ("Pelapor mengirim kabar setelah aduannya berakhir.",), ())
        return
    draft.set(state="in_progress", round=case.round + 1, left=_without(case))
    draft.say(
        cases.Reopened(
            opd=case.opd,
            assignment_id=case.assignment_id,
            round=case.round + 1,
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
        )
    )
    draft.send()


@_said.register
def on_rated(fact: CitizenRated, draft: Draft, case: Case) -> None:
    """Keep the stars of an answered or closed case.

    While an answer or a question waits for the citizen, the rating is taken in as a reply. On a closed case, a poor
    rating with a comment goes to a person, and a better one with a comment is noted. In other states it is noted.
    """
    words = f"Pelapor memberi nilai {fact.stars} dari 5." + (f" {fact.comment}" if fact.comment else "")
    words = words[:_LONGEST]
    if case.state in ("resolved", "closed"):
        draft.set(stars=fact.stars)
    if case.state in ("resolved", "awaiting_citizen"):
        heard(draft, words)
    elif case.state == "closed" and fact.comment and fact.stars <= _POOR:
        draft.set(**with_reply(case, words))
        put_before_person(draft, words)
    elif case.state != "closed" or fact.comment:
        draft.note(fact.TYPE, case.state, fact.comment)


@_said.register
def on_withdrew(fact: CitizenWithdrew, draft: Draft, case: Case) -> None:
    """Close an answered case, or archive an unanswered one, because its reporter withdrew it.

    A case with followers goes on for them: the withdrawal is noted, and read as a reply if the case waits for the
    citizen. On an ended case the withdrawal is noted.
    """
    if case.state not in OPEN or case.followers:
        draft.note(fact.TYPE, "followed" if case.followers else case.state, fact.reason)
        if case.state in ("resolved", "awaiting_citizen"):
            heard(draft, fact.reason or "Pelapor menarik kembali aduannya.")
    elif case.state == "resolved":
        close(draft, "citizen", fact.reason)
    else:
        archive(draft, "withdrawn")


def archive(draft: Draft, reason: str, note: str | None = None, actor: str | None = None) -> None:
    """End the case without an answer, and withdraw it from the OPD that had it."""
    draft.leave()
    draft.set(state="archived", since=draft.at, desk=None, ended_by=None)
    draft.say(cases.Archived.model_validate({"reason": reason, "note": note}), actor)
