"""The rules for commands of triage, the arbiter and the admin koordinator. Their functions raise Refused."""

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

# States out of which the desk may take a case back. Only its reporter reopens an answered or closed case.
TAKEN_FROM: frozenset[str] = frozenset(("assigned", "in_progress", "awaiting_citizen", "referred"))


def order(draft: Draft, command: CaseCommand) -> None:
    """Carry out a command of a desk.

    If SP4N asked the citizen and the desk assigns or refers the case, wait for the answer no longer.
    Raise StaleRevision if the case changed since the caller read it, TooManyActs if it takes no more acts now.
    """
    if command.revision is not None and command.revision != draft.case.revision:
        raise StaleRevision(draft.case.revision)
    count(draft, command)
    if (
        draft.case.state == "awaiting_citizen"
        and draft.case.asked_in is not None
        and isinstance(command, Assign | Refer)
    ):
        go_on(draft, "Petugas melanjutkan tanpa menunggu keterangan tambahan.")
    _order(command, draft, draft.case)


@singledispatch
def _order(command: CaseCommand, draft: Draft, case: Case) -> None:
    # No function below is registered for this type.
    raise NotImplementedError(type(command).__name__)


def _at_desk(case: Case, *, arbiter: bool) -> None:
    """Raise WrongState if the case is at no desk, ArbiterOnly if only the arbiter may decide it."""
    if case.state != "verification":
        raise WrongState(case.state)
    if case.desk == "arbiter" and not arbiter:
        raise ArbiterOnly


@_order.register
def assign_case(command: Assign, draft: Draft, case: Case) -> None:
    """Assign the case to an OPD. A case that is at no desk is reassigned, which needs a reason."""
    if command.opd not in opds():
        raise UnknownOpd
    if case.state != "verification":
        _reassign(draft, command, case)
        return
    _at_desk(case, arbiter=command.arbiter)
    reasons = (command.reason,) if command.reason else ("Ditetapkan oleh petugas.",)
    assign(draft, command.opd, reasons, binding=command.arbiter and case.desk == "arbiter")


def _reassign(draft: Draft, command: Assign, case: Case) -> None:
    """Take the case back from a wrong assignment or referral, and assign it to another OPD at once."""
    if case.state in OPEN and command.opd == case.opd:
        raise AlreadyTheirs
    reason = _take_back(draft, command.reason, arbiter=command.arbiter, to=command.opd)
    assign(draft, command.opd, (reason,), binding=command.arbiter and draft.case.transfers >= MAX_TRANSFERS)


@_order.register
def take_case_back(command: TakeBack, draft: Draft, case: Case) -> None:
    """Take the case back to the triage desk, or to the arbiter's desk after three transfers."""
    reason = _take_back(draft, command.reason, arbiter=command.arbiter)
    desk: Desk = "arbiter" if draft.case.transfers >= MAX_TRANSFERS else "triage"
    to_desk(draft, desk, (f"Ditarik kembali ke meja: {reason}", *case.reasons), ())


def bound(case: Case) -> bool:
    """Return whether only the arbiter may move the case: its assignment binds, or it was transferred three times."""
    return case.binding or case.transfers >= MAX_TRANSFERS


def _take_back(draft: Draft, reason: str | None, *, arbiter: bool, to: str | None = None) -> str:
    """Undo an assignment, a referral or a question, and return the reason.

    Raise WrongState, ArbiterOnly, or ReasonNeeded if the reason is missing.
    """
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
        transfers=case.transfers + (had is not None),
        due_decide=None,
        due_respond=None,
        question=None,
        before=None,
        put_off_until=None,
        since=draft.at,
    )
    draft.say(cases.TakenBack(state=case.state, opd=had, to=to, reason=reason))
    if case.state == "referred":
        draft.copy_to_sp4n("progress", f"Penerusan ke instansi lain dicabut: {reason}")
    return reason


@_order.register
def ask_from_desk(command: AskFromDesk, draft: Draft, case: Case) -> None:
    """Ask the citizen for information while the case is at a desk."""
    if case.state != "verification":
        raise WrongState(case.state)
    ask(draft, command.question, None)


@_order.register
def refer_case(command: Refer, draft: Draft, case: Case) -> None:
    """Refer the case to another authority, from a desk or from an OPD that has not accepted it."""
    if case.state not in ("verification", "assigned"):
        raise WrongState(case.state)
    if case.desk == "arbiter" and not command.arbiter:
        raise ArbiterOnly
    draft.leave()
    draft.set(state="referred", desk=None, since=draft.at)
    draft.say(
        cases.Referred(authority=command.authority, to=command.to, reason=command.reason, next_step=command.next_step)
    )
    draft.copy_to_sp4n("referral", f"{command.reason} {command.next_step}")


@_order.register
def archive_case(command: Archive, draft: Draft, case: Case) -> None:
    """End an open case without an answer."""
    if case.state not in OPEN:
        raise WrongState(case.state)
    _dealt_with(draft, "closed")
    archive(draft, command.reason, command.note)


@_order.register
def close_case(command: Close, draft: Draft, case: Case) -> None:
    """Close an answered case."""
    if case.state != "resolved":
        raise WrongState(case.state)
    _dealt_with(draft, "closed")
    close(draft, "admin", command.reason)


def _dealt_with(
    draft: Draft, outcome: Literal["asked", "reopened", "closed", "read"], answer: str | None = None
) -> None:
    """Take the case off the list of unread replies. The actor of the event is the person who dealt with them."""
    if draft.case.unread:
        draft.set(unread=0, unread_since=None)
        draft.say(cases.ReplyHandled(outcome=outcome, answer=answer))
        if answer:
            draft.copy_to_sp4n("answer", answer)


@_order.register
def handle_reply(command: HandleReply, draft: Draft, case: Case) -> None:
    """Ask the citizen again, reopen the case, or take note of replies after its end.

    Asking again starts the clock of silence anew.
    Raise NoReplyWaits if no reply is unread, WrongState if the outcome does not fit the state.
    """
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
def reclassify_case(command: Reclassify, draft: Draft, case: Case) -> None:
    """Set class, priority, topic or place of an open case."""
    if case.state not in OPEN:
        raise WrongState(case.state)
    case = draft.set(
        class_=command.class_ or case.class_,
        priority=command.priority or case.priority,
        topic=command.topic or case.topic,
        place=command.place or case.place,
        settled=_settled(case, command),
    )
    draft.say(
        cases.Reclassified(
            class_=case.class_, priority=case.priority, topic=case.topic, place=case.place, reason=command.reason
        )
    )
    draft.send()


@_order.register
def decide_news(command: DecideNews, draft: Draft, case: Case) -> None:
    """Take an entry off the list of news, and follow SP4N if the command says so. Raise NotFound if it is gone."""
    news = next((one for one in case.news if one.number == command.number), None)
    if news is None:
        raise NotFound
    draft.set(news=tuple(one for one in case.news if one.number != command.number))
    if command.follow:
        follow_news(draft, news)


@_order.register
def tick_off_copy(command: Copied, draft: Draft, case: Case) -> None:
    """Take an entry off the list of texts to copy to SP4N. Raise NotFound if it is not on the list."""
    if all(copy.number != command.number for copy in case.copies):
        raise NotFound
    draft.set(copies=tuple(copy for copy in case.copies if copy.number != command.number))


def _settled(case: Case, command: Reclassify) -> tuple[str, ...]:
    """Return which of class, topic and place a person has set. Another system no longer changes these."""
    now = {
        name for name, value in (("class", command.class_), ("topic", command.topic), ("place", command.place)) if value
    }
    return tuple(sorted({*case.settled, *now}))
