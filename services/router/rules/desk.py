"""What triage, the arbiter and the admin do. Raises Refused."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

from services.router.errors import ArbiterOnly, NoReplyWaits, StaleRevision, UnknownOpd, WrongState
from services.router.rules.citizen import archive, close, reopen
from services.router.rules.commands import (
    Archive,
    AskFromDesk,
    Assign,
    CaseCommand,
    Close,
    Copied,
    HandleReply,
    Reclassify,
    Refer,
)
from services.router.rules.draft import Draft
from services.router.rules.office import ask
from services.router.rules.opening import assign
from services.router.state import OPEN, Case
from shared.errors import NotFound
from shared.events import cases
from shared.reference import opds


def order(draft: Draft, command: CaseCommand) -> None:
    """Check that the caller means the case as it is, then do it."""
    if command.revision is not None and command.revision != draft.case.revision:
        raise StaleRevision(draft.case.revision)
    _order(command, draft, draft.case)


@singledispatch
def _order(command: CaseCommand, draft: Draft, case: Case) -> None:
    raise NotImplementedError(type(command).__name__)  # a kind without a function below


def _at_desk(case: Case, *, arbiter: bool) -> None:
    if case.state != "verification":
        raise WrongState(case.state)
    if case.desk == "arbiter" and not arbiter:
        raise ArbiterOnly


@_order.register
def _(command: Assign, draft: Draft, case: Case) -> None:
    _at_desk(case, arbiter=command.arbiter)
    if command.opd not in opds():
        raise UnknownOpd
    reasons = (command.reason,) if command.reason else ("Ditetapkan oleh petugas.",)
    assign(draft, command.opd, reasons, binding=command.arbiter and case.desk == "arbiter")


@_order.register
def _(command: AskFromDesk, draft: Draft, case: Case) -> None:
    if case.state != "verification":
        raise WrongState(case.state)
    ask(draft, command.question, None)


@_order.register
def _(command: Refer, draft: Draft, case: Case) -> None:
    if case.state not in ("verification", "assigned"):
        raise WrongState(case.state)
    if case.desk == "arbiter" and not command.arbiter:
        raise ArbiterOnly
    draft.leave()
    draft.set(state="referred", desk=None, since=draft.at)
    draft.say(cases.Referred(authority=command.authority, to=command.to, reason=command.reason, next_step=command.next_step))
    draft.copy_to_sp4n("referral", f"{command.reason} {command.next_step}")


@_order.register
def _(command: Archive, draft: Draft, case: Case) -> None:
    if case.state not in OPEN:
        raise WrongState(case.state)
    _dealt_with(draft, "closed")
    archive(draft, command.reason, command.note)


@_order.register
def _(command: Close, draft: Draft, case: Case) -> None:
    if case.state != "resolved":
        raise WrongState(case.state)
    _dealt_with(draft, "closed")
    close(draft, "admin", command.reason)


def _dealt_with(draft: Draft, outcome: Literal["asked", "reopened", "closed", "read"], answer: str | None = None) -> None:
    """Take the case off the list of replies; the event's actor is the person who did so."""
    if draft.case.unread:
        draft.set(unread=0, unread_since=None)
        draft.say(cases.ReplyHandled(outcome=outcome, answer=answer))
        if answer:
            draft.copy_to_sp4n("answer", answer)


@_order.register
def _(command: HandleReply, draft: Draft, case: Case) -> None:
    """Ask anew (the silence starts in full), reopen, or take note of what came after the end."""
    if not case.unread:
        raise NoReplyWaits
    answered = case.state == "resolved"
    if (command.outcome == "ask") != answered and command.outcome != "reopen":
        raise WrongState(case.state)
    if command.outcome == "reopen":
        if case.state not in ("resolved", "closed", "archived", "referred"):
            raise WrongState(case.state)
        _dealt_with(draft, "reopened", command.answer)
        if case.opd is not None and case.state != "archived":
            draft.say(cases.Disputed(opd=case.opd, reason=case.replies[-1]))
        reopen(draft)
    elif command.outcome == "ask":
        _dealt_with(draft, "asked", command.answer)
        draft.set(since=draft.at)
        draft.send()
    else:
        _dealt_with(draft, "read", command.answer)


@_order.register
def _(command: Reclassify, draft: Draft, case: Case) -> None:
    if case.state not in OPEN:
        raise WrongState(case.state)
    case = draft.set(
        class_=command.class_ or case.class_, priority=command.priority or case.priority, topic=command.topic or case.topic,
        place=command.place or case.place,
    )  # fmt: skip
    draft.say(
        cases.Reclassified(class_=case.class_, priority=case.priority, topic=case.topic, place=case.place, reason=command.reason)
    )
    draft.send()


@_order.register
def _(command: Copied, draft: Draft, case: Case) -> None:
    if all(copy.number != command.number for copy in case.copies):
        raise NotFound
    draft.set(copies=tuple(copy for copy in case.copies if copy.number != command.number))
