"""What the citizen says after filing. Never refused, never unseen: a person reads it, or it moves the case.

No clock ends a case on which a word waits: `unread` counts such words, and a person's act or the citizen's own button clears it.
"""

from __future__ import annotations

from functools import singledispatch

from services.router.rules.desk_queue import to_desk
from services.router.rules.draft import Draft
from services.router.rules.limits import KEPT_ATTACHMENT_BYTES, KEPT_ATTACHMENTS, with_reply
from services.router.rules.office import MAX_TRANSFERS
from services.router.state import HEARD_AFTER_END, OPEN, Case, Left
from shared.events import cases
from shared.events.fact import Attachment, Fact
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
)
from shared.shortening import last_within

_POOR = 2
"""Stars up to which a comment on a closed case goes to a person."""
_LONGEST = 20_000
"""Letters that a text of an event may have."""


def said(draft: Draft, fact: Fact) -> None:
    """Fold one fact of the submissions stream into its case."""
    _said(fact, draft, draft.case)


@singledispatch
def _said(fact: Fact, draft: Draft, case: Case) -> None:
    draft.note(fact.TYPE, case.state)


@_said.register
def _(fact: CitizenReplied, draft: Draft, case: Case) -> None:
    del case
    heard(draft, fact.text, fact.attachments)


def heard(draft: Draft, text: str, attachments: tuple[Attachment, ...] = ()) -> None:
    """Take in a citizen's words: an answer to a question, more about an open case, or something that a person must read."""
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
    """Count a word that nobody has read yet; it ends the silence, and the case stands on the list of replies."""
    case = draft.case
    waiting = (case.unread or 0) + 1
    draft.set(unread=waiting, unread_since=case.unread_since or draft.at)
    draft.say(cases.Replied(text=text, state=case.state, waiting=waiting))
    if case.state in OPEN or case.state == "closed":
        draft.send()


def _answered(draft: Draft, text: str, *, again: bool = False) -> None:
    """Return to the state that the question left; after an end by silence to the desk or OPD that had the case."""
    case = draft.case
    state = case.before or "verification"
    draft.set(state=state, before=None, question=None)
    if again:
        desk = None if state != "verification" else "arbiter" if case.transfers >= MAX_TRANSFERS else "triage"
        draft.set(desk=desk, since=draft.at, ended_by=None, left=_without(case))
    draft.say(cases.InfoReceived(state=state, text=text, again=again))
    draft.send()


def _lately_ended(draft: Draft) -> bool:
    return draft.case.since is not None and draft.at <= draft.case.since + HEARD_AFTER_END


def _without(case: Case) -> tuple[Left, ...]:
    """The OPDs that lost the case, without the one that has it again."""
    return tuple(one for one in case.left if one.opd != case.opd)


@_said.register
def _(fact: CitizenConfirmed, draft: Draft, case: Case) -> None:
    """Close an answered case. Plain words do so only where none before them waits for a person; a button always does."""
    clear = case.state == "resolved" and not (fact.text and case.unread)
    if clear or (case.state == "closed" and case.ended_by == "silence"):
        draft.say(cases.Confirmed())
        close(draft, "citizen")
    elif case.state in OPEN:
        heard(draft, fact.text or "Pelapor menyatakan masalahnya sudah selesai.")
    else:
        draft.note(fact.TYPE, case.state, fact.text)


def close(draft: Draft, by: str, reason: str | None = None) -> None:
    """The end of an answered case; its OPD sees it."""
    draft.set(state="closed", since=draft.at, ended_by=by, unread=0, unread_since=None)
    draft.say(cases.Closed.model_validate({"by": by, "reason": reason}))
    draft.send()


@_said.register
def _(fact: CitizenDisputed, draft: Draft, case: Case) -> None:
    """Reopen within 30 days of closing, and always when it was said before the silence ran out, even if it is read later."""
    in_time = case.state == "closed" and _lately_ended(draft)
    if not (case.state == "resolved" or in_time) or case.opd is None or case.assignment_id is None:
        heard(draft, fact.reason)
        return
    draft.set(**with_reply(case, fact.reason))
    draft.say(cases.Disputed(opd=case.opd, reason=fact.reason))
    reopen(draft)


def reopen(draft: Draft) -> None:
    """Start the next round with the OPD that had it; without one the triage desk decides anew."""
    case = draft.case
    draft.set(unread=0, unread_since=None, ended_by=None, since=draft.at, before=None, question=None)
    if case.opd is None or case.assignment_id is None:
        draft.say(cases.InfoReceived(state="verification", text=case.replies[-1] if case.replies else "-", again=True))
        to_desk(draft, "triage", ("Pelapor mengirim kabar setelah aduannya berakhir.",), ())
        return
    draft.set(state="in_progress", round=case.round + 1, left=_without(case))
    draft.say(
        cases.Reopened(
            opd=case.opd, assignment_id=case.assignment_id, round=case.round + 1, class_=case.class_, priority=case.priority,
            topic=case.topic,
        )
    )  # fmt: skip
    draft.send()


@_said.register
def _(fact: CitizenRated, draft: Draft, case: Case) -> None:
    """Keep the stars. On a case that waits for the citizen a rating is a word; elsewhere only a poor one with a comment is."""
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
def _(fact: CitizenWithdrew, draft: Draft, case: Case) -> None:
    """An answered case closes, an unanswered one is archived; one that others have joined goes on for them."""
    if case.state not in OPEN or case.followers:
        draft.note(fact.TYPE, "followed" if case.followers else case.state, fact.reason)
        if case.state in ("resolved", "awaiting_citizen"):
            heard(draft, fact.reason or "Pelapor menarik kembali aduannya.")
    elif case.state == "resolved":
        close(draft, "citizen", fact.reason)
    else:
        archive(draft, "withdrawn")


def archive(draft: Draft, reason: str, note: str | None = None, actor: str | None = None) -> None:
    """End without an answer; whoever had it no longer has."""
    draft.leave()
    draft.set(state="archived", since=draft.at, desk=None, ended_by=None)
    draft.say(cases.Archived.model_validate({"reason": reason, "note": note}), actor)
