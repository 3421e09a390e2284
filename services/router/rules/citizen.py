"""What the citizen says after filing. Never refused: what does not fit the state is noted."""

from __future__ import annotations

from datetime import timedelta
from functools import singledispatch

from services.router.rules.draft import Draft
from services.router.state import OPEN, Case
from shared.events import cases
from shared.events.fact import Fact
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
)

DISPUTE_WITHIN = timedelta(days=30)


def said(draft: Draft, fact: Fact) -> None:
    """Fold one fact of the submissions stream into its case."""
    _said(fact, draft, draft.case)


@singledispatch
def _said(fact: Fact, draft: Draft, case: Case) -> None:
    draft.note(fact.TYPE, case.state)


@_said.register
def _(fact: CitizenReplied, draft: Draft, case: Case) -> None:
    """An answer to a question, or more about an open case; after the end it is kept and shown."""
    if case.state not in OPEN:
        draft.note(fact.TYPE, case.state, fact.text)
        return
    draft.set(replies=(*case.replies, fact.text), attachments=(*case.attachments, *fact.attachments))
    if case.state == "awaiting_citizen":
        state = case.before or "verification"
        draft.set(state=state, before=None, question=None)
        draft.say(cases.InfoReceived(state=state, text=fact.text))
    draft.send()


@_said.register
def _(fact: CitizenConfirmed, draft: Draft, case: Case) -> None:
    if case.state != "resolved":
        draft.note(fact.TYPE, case.state)
        return
    draft.say(cases.Confirmed())
    close(draft, "citizen")


def close(draft: Draft, by: str, reason: str | None = None) -> None:
    """The end of an answered case; its OPD sees it."""
    draft.set(state="closed", since=draft.at)
    draft.say(cases.Closed.model_validate({"by": by, "reason": reason}))
    draft.send()


@_said.register
def _(fact: CitizenDisputed, draft: Draft, case: Case) -> None:
    """Within 30 days of closing, and always when it was said before the silence ran out, even if it is read later."""
    in_time = case.state == "closed" and case.since is not None and draft.at <= case.since + DISPUTE_WITHIN
    if not (case.state == "resolved" or in_time) or case.opd is None or case.assignment_id is None:
        draft.note(fact.TYPE, case.state, fact.reason)
        return
    draft.set(state="in_progress", round=case.round + 1, replies=(*case.replies, fact.reason), since=draft.at)
    draft.say(cases.Disputed(opd=case.opd, reason=fact.reason))
    draft.say(
        cases.Reopened(
            opd=case.opd, assignment_id=case.assignment_id, round=case.round + 1, class_=case.class_, priority=case.priority,
            topic=case.topic,
        )
    )  # fmt: skip
    draft.send()


@_said.register
def _(fact: CitizenRated, draft: Draft, case: Case) -> None:
    if case.state not in ("resolved", "closed"):
        draft.note(fact.TYPE, case.state)
        return
    draft.set(stars=fact.stars)


@_said.register
def _(fact: CitizenWithdrew, draft: Draft, case: Case) -> None:
    """An answered case closes, an unanswered one is archived; one that others have joined goes on for them."""
    if case.state not in OPEN or case.followers:
        draft.note(fact.TYPE, "followed" if case.followers else case.state)
    elif case.state == "resolved":
        close(draft, "citizen", fact.reason)
    else:
        archive(draft, "withdrawn")


def archive(draft: Draft, reason: str, note: str | None = None, actor: str | None = None) -> None:
    """End without an answer; whoever had it no longer has."""
    draft.leave()
    draft.set(state="archived", since=draft.at, desk=None)
    draft.say(cases.Archived.model_validate({"reason": reason, "note": note}), actor)
