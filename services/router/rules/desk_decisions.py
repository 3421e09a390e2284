"""The rules for the other commands of the desks: endings, replies, classes, and the lists about SP4N. They raise Refused."""

from __future__ import annotations

from typing import Literal

from services.router.errors import NoReplyWaits, WrongState
from services.router.rules.commands import Archive, Close, HandleReply, Reclassify
from services.router.rules.commands_sp4n import DecideNews
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.endings import archive_case, close_case, reopen_case
from services.router.rules.sp4n_following import follow_news
from services.router.state import OPEN, Case
from shared.errors import NotFound
from shared.events import cases
from shared.pipeline import Change
from shared.reference.place_names import place_code_of


def archive_from_desk(context: Context, command: Archive) -> Change[Case]:
    """End an open case without an answer."""
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.state not in OPEN:
        raise WrongState(case.state)
    _mark_replies_handled(draft, "closed")
    archive_case(draft, command.reason, command.note)
    return draft.change(with_answer=True)


def close_from_desk(context: Context, command: Close) -> Change[Case]:
    """Close an answered case."""
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.state != "resolved":
        raise WrongState(case.state)
    _mark_replies_handled(draft, "closed")
    close_case(draft, "admin", command.reason)
    return draft.change(with_answer=True)


def handle_replies(context: Context, command: HandleReply) -> Change[Case]:
    """Ask the citizen again, reopen the case, or take note of replies after its end.

    Asking again starts the clock of silence anew.
    Raise NoReplyWaits if no reply is unread, WrongState if the outcome does not fit the state.
    """
    draft = begin_desk_command(context, command)
    case = draft.case
    if not case.unread:
        raise NoReplyWaits
    answered = case.state == "resolved"
    if (command.outcome == "ask") != answered and command.outcome != "reopen":
        raise WrongState(case.state)
    if command.outcome == "reopen":
        if case.state not in ("resolved", "closed", "archived", "referred"):
            raise WrongState(case.state)
        _mark_replies_handled(draft, "reopened", command.answer)
        if case.opd is not None and case.state != "archived":
            draft.emit(cases.Disputed(opd=case.opd, reason=case.replies[-1]))
        reopen_case(draft)
    elif command.outcome == "ask":
        _mark_replies_handled(draft, "asked", command.answer)
        draft.set(since=draft.at)
        draft.send_snapshot()
    else:
        _mark_replies_handled(draft, "read", command.answer)
    return draft.change(with_answer=True)


def reclassify_case(context: Context, command: Reclassify) -> Change[Case]:
    """Set class, priority, topic or place of an open case."""
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.state not in OPEN:
        raise WrongState(case.state)
    place = command.place or case.place
    moved = place != case.place
    case = draft.set(
        class_=command.class_ or case.class_,
        priority=command.priority or case.priority,
        topic=command.topic or case.topic,
        place=place,
        place_code=place_code_of(place, "") if moved else case.place_code,
        settled=_settled(case, command),
    )
    draft.emit(
        cases.Reclassified(
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
            place=case.place,
            place_code=case.place_code,
            reason=command.reason,
        )
    )
    draft.send_snapshot()
    return draft.change(with_answer=True)


def decide_news(context: Context, command: DecideNews) -> Change[Case]:
    """Take an entry off the list of news, and follow SP4N if the command says so. Raise NotFound if it is gone."""
    draft = begin_desk_command(context, command)
    case = draft.case
    news = next((one for one in case.news if one.number == command.number), None)
    if news is None:
        raise NotFound
    draft.set(news=tuple(one for one in case.news if one.number != command.number))
    if command.follow:
        follow_news(draft, news)
    return draft.change(with_answer=True)


def _mark_replies_handled(
    draft: Draft, outcome: Literal["asked", "reopened", "closed", "read"], answer: str | None = None
) -> None:
    """Take the case off the list of unread replies. The actor of the event is the person who dealt with them."""
    if draft.case.unread:
        draft.set(unread=0, unread_since=None)
        draft.emit(cases.ReplyHandled(outcome=outcome, answer=answer))
        if answer:
            draft.copy_to_sp4n("answer", answer)


def _settled(case: Case, command: Reclassify) -> tuple[str, ...]:
    """Return which of class, topic and place a person has set. Another system no longer changes these."""
    now = {
        name for name, value in (("class", command.class_), ("topic", command.topic), ("place", command.place)) if value
    }
    return tuple(sorted({*case.settled, *now}))
