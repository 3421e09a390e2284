"""What triage, the arbiter and the admin do. Raises Refused."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

from services.router.errors import (
    AlreadyTheirs,
    ArbiterOnly,
    NoReplyWaits,
    ReasonNeeded,
    StaleRevision,
    UnknownOpd,
    WrongState,
)
from services.router.rules.citizen import archive, close, reopen
from services.router.rules.commands import (
    Archive,
    AskFromDesk,
    Assign,
    CaseCommand,
    Close,
    Copied,
    DecideNews,
    HandleReply,
    Reclassify,
    Refer,
    TakeBack,
)
from services.router.rules.desk_queue import assign, to_desk
from services.router.rules.draft import Draft
from services.router.rules.external import follow_news
from services.router.rules.limits import count
from services.router.rules.office import MAX_TRANSFERS, ask
from services.router.rules.taking_over import go_on
from services.router.state import OPEN, Case
from shared.errors import NotFound
from shared.events import cases
from shared.events.fact import Desk
from shared.reference import opds

TAKEN_FROM: frozenset[str] = frozenset(("assigned", "in_progress", "awaiting_citizen", "referred"))
"""States out of which the desk takes a case. An answered or closed one is reopened by its reporter alone."""


def order(draft: Draft, command: CaseCommand) -> None:
    """Check that the caller means the case as it is, then do it."""
    if command.revision is not None and command.revision != draft.case.revision:
        raise StaleRevision(draft.case.revision)
    count(draft, command)
    if draft.case.state == "awaiting_citizen" and draft.case.asked_in is not None and isinstance(command, Assign | Refer):
        go_on(draft, "Petugas melanjutkan tanpa menunggu keterangan tambahan.")
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
    if command.opd not in opds():
        raise UnknownOpd
    if case.state != "verification":
        _reassign(draft, command, case)
        return
    _at_desk(case, arbiter=command.arbiter)
    reasons = (command.reason,) if command.reason else ("Ditetapkan oleh petugas.",)
    assign(draft, command.opd, reasons, binding=command.arbiter and case.desk == "arbiter")


def _reassign(draft: Draft, command: Assign, case: Case) -> None:
    """Move it to another OPD at once, from where a wrong decision has put it."""
    if case.state in OPEN and command.opd == case.opd:
        raise AlreadyTheirs
    reason = _take_back(draft, command.reason, arbiter=command.arbiter, to=command.opd)
    assign(draft, command.opd, (reason,), binding=command.arbiter and draft.case.transfers >= MAX_TRANSFERS)


@_order.register
def _(command: TakeBack, draft: Draft, case: Case) -> None:
    """Back to the desk, or to the arbiter's after three transfers."""
    reason = _take_back(draft, command.reason, arbiter=command.arbiter)
    desk: Desk = "arbiter" if draft.case.transfers >= MAX_TRANSFERS else "triage"
    to_desk(draft, desk, (f"Ditarik kembali ke meja: {reason}", *case.reasons), ())


def bound(case: Case) -> bool:
    """Whether the arbiter alone may move it: the arbiter has given it to its OPD, or it was moved three times."""
    return case.binding or case.transfers >= MAX_TRANSFERS


def _take_back(draft: Draft, reason: str | None, *, arbiter: bool, to: str | None = None) -> str:
    """Undo an assignment, a referral or a question."""
    case = draft.case
    if case.state not in TAKEN_FROM:
        raise WrongState(case.state)
    if bound(case) and not arbiter:
        raise ArbiterOnly
    if not reason:
        raise ReasonNeeded
    had = case.opd if case.state != "referred" else None
    if had is not None:
        draft.leave()
    draft.set(
        transfers=case.transfers + (had is not None), due_decide=None, due_respond=None, question=None, before=None,
        put_off_until=None, since=draft.at,
    )  # fmt: skip
    draft.say(cases.TakenBack(state=case.state, opd=had, to=to, reason=reason))
    if case.state == "referred":
        draft.copy_to_sp4n("progress", f"Penerusan ke instansi lain dicabut: {reason}")
    return reason


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
        place=command.place or case.place, settled=_settled(case, command),
    )  # fmt: skip
    draft.say(
        cases.Reclassified(class_=case.class_, priority=case.priority, topic=case.topic, place=case.place, reason=command.reason)
    )
    draft.send()


@_order.register
def _(command: DecideNews, draft: Draft, case: Case) -> None:
    """Seen by a person, who follows SP4N or leaves ours as it is."""
    news = next((one for one in case.news if one.number == command.number), None)
    if news is None:
        raise NotFound
    draft.set(news=tuple(one for one in case.news if one.number != command.number))
    if command.follow:
        follow_news(draft, news)


@_order.register
def _(command: Copied, draft: Draft, case: Case) -> None:
    if all(copy.number != command.number for copy in case.copies):
        raise NotFound
    draft.set(copies=tuple(copy for copy in case.copies if copy.number != command.number))


def _settled(case: Case, command: Reclassify) -> tuple[str, ...]:
    """What a person has set here: another system's word no longer changes it."""
    now = {name for name, value in (("class", command.class_), ("topic", command.topic), ("place", command.place)) if value}
    return tuple(sorted({*case.settled, *now}))
