"""The rules for what the citizen does after filing: reply, confirm, dispute, rate or withdraw."""

from __future__ import annotations

from typing import Final

from services.router.rules.context import Context
from services.router.rules.endings import archive_case, close_case, reopen_case
from services.router.rules.limits import fields_with_reply
from services.router.rules.replies import ended_lately, put_before_person, take_in_text
from services.router.rules.voices import correct_words
from services.router.state import OPEN, Case
from shared.events import cases
from shared.events.cases_answer import Rated
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
)
from shared.pipeline import Change

# A comment on a closed case goes to a person if it comes with at most so many stars, whichever the scale.
_POOR: Final = 2
# The most characters that a text of an event may have.
_LONGEST: Final = 20_000


def take_reply(context: Context, fact: CitizenReplied) -> Change[Case]:
    """Take in a reply. It may correct what was written down of a voice note."""
    draft = context.draft()
    take_in_text(draft, fact.text, fact.attachments)
    if fact.corrects is not None:
        correct_words(draft, fact.corrects, fact.text)
    return draft.change()


def take_confirmation(context: Context, fact: CitizenConfirmed) -> Change[Case]:
    """Close an answered case, or confirm one that silence or the koordinator has closed.

    The button always does so. A text does so only if no earlier reply is unread.
    Otherwise the confirmation is taken in as a reply on an open case, and noted on an ended one or beside an appeal.
    """
    draft = context.draft()
    case = draft.case
    closed_alone = case.state == "closed" and case.ended_by in ("silence", "admin") and case.appeal_since is None
    asked = case.state == "resolved" or closed_alone
    if asked and not (fact.text and case.unread):
        draft.emit(cases.Confirmed())
        close_case(draft, "citizen")
    elif case.state in OPEN:
        take_in_text(draft, fact.text or "Pelapor menyatakan masalahnya sudah selesai.")
    else:
        draft.note(fact.TYPE, case.state, fact.text)
    return draft.change()


def take_dispute(context: Context, fact: CitizenDisputed) -> Change[Case]:
    """Reopen an answered case, or one that was closed at most 30 days ago. Otherwise take the reason in as a reply.

    The time at which the citizen spoke counts, not the time at which we read the fact. While an appeal waits, the person
    who decides on it reads the reason.
    """
    draft = context.draft()
    case = draft.case
    in_time = case.state == "closed" and ended_lately(draft) and case.appeal_since is None
    if not (case.state == "resolved" or in_time) or case.opd is None or case.assignment_id is None:
        take_in_text(draft, fact.reason)
        return draft.change()
    draft.set(**fields_with_reply(case, fact.reason))
    draft.emit(cases.Disputed(opd=case.opd, reason=fact.reason))
    reopen_case(draft)
    return draft.change()


def take_rating(context: Context, fact: CitizenRated) -> Change[Case]:
    """Keep the stars of an answered or closed case, with their scale, and tell the other services.

    While an answer or a question waits for the citizen, the rating is taken in as a reply. On a closed case, a poor
    rating with a comment goes to a person, and a better one with a comment is noted. In other states it is noted.
    """
    draft = context.draft()
    case = draft.case
    text = f"Pelapor memberi nilai {fact.stars} dari {fact.scale}." + (f" {fact.comment}" if fact.comment else "")
    text = text[:_LONGEST]
    if case.state in ("resolved", "closed"):
        draft.set(stars=fact.stars, scale=fact.scale, call_since=None)
        draft.emit(Rated(stars=fact.stars, scale=fact.scale))
    if case.state in ("resolved", "awaiting_citizen"):
        take_in_text(draft, text)
    elif case.state == "closed" and fact.comment and fact.stars <= _POOR:
        draft.set(**fields_with_reply(case, text))
        put_before_person(draft, text)
    elif case.state != "closed" or fact.comment:
        draft.note(fact.TYPE, case.state, fact.comment)
    return draft.change()


def take_withdrawal(context: Context, fact: CitizenWithdrew) -> Change[Case]:
    """Close an answered case, or archive an unanswered one, because its reporter withdrew it.

    A case with followers goes on for them: the withdrawal is noted, and read as a reply if the case waits for the
    citizen. On an ended case the withdrawal is noted.
    """
    draft = context.draft()
    case = draft.case
    if case.state not in OPEN or case.followers:
        draft.note(fact.TYPE, "followed" if case.followers else case.state, fact.reason)
        if case.state in ("resolved", "awaiting_citizen"):
            take_in_text(draft, fact.reason or "Pelapor menarik kembali aduannya.")
    elif case.state == "resolved":
        close_case(draft, "citizen", fact.reason)
    else:
        archive_case(draft, "withdrawn")
    return draft.change()
