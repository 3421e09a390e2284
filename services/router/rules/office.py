"""The rules for the commands of the OPD that has the case, by HTTP or by its topic. Their functions raise Refused."""

from __future__ import annotations

from datetime import timedelta
from functools import singledispatch

from services.router.errors import (
    Binding,
    NotYours,
    PutOffDate,
    PutOffTooOften,
    StaleAssignment,
    StaleRevision,
    WrongState,
)
from services.router.rules.commands import Accept, Ask, Decline, OpdCommand, Progress, PutItOff, Resolve
from services.router.rules.desk_queue import to_desk
from services.router.rules.draft import Draft
from services.router.rules.limits import count
from services.router.rules.taking_over import go_on
from services.router.state import WORKING, Case
from shared.bounds import OutOfBounds, checked
from shared.clock import WITA
from shared.events import cases
from shared.events.fact import Candidate
from shared.reference import opds

MAX_TRANSFERS = 3


def act(draft: Draft, command: OpdCommand) -> None:
    """Carry out a command of an OPD.

    If SP4N asked the citizen while the OPD had the case, wait for the answer no longer.
    Raise NotYours, StaleAssignment, StaleRevision, WrongState, TooManyActs, or what the rule of the command raises.
    """
    case = draft.case
    if case.opd != command.opd:
        raise NotYours
    if command.assignment_id is not None and command.assignment_id != case.assignment_id:
        raise StaleAssignment
    if command.revision is not None and command.revision != case.revision:
        raise StaleRevision(case.revision)
    if case.state == "awaiting_citizen" and case.asked_in is not None and case.before in WORKING:
        go_on(draft, "Instansi melanjutkan penanganan tanpa menunggu keterangan tambahan.")
        case = draft.case
    if case.state not in WORKING:
        raise WrongState(case.state)
    count(draft, command)
    _act(command, draft, case)


@singledispatch
def _act(command: OpdCommand, draft: Draft, case: Case) -> None:
    # No function below is registered for this type.
    raise NotImplementedError(type(command).__name__)


@_act.register
def accept(command: Accept, draft: Draft, case: Case) -> None:
    """Accept the assignment."""
    if case.state != "assigned" or case.assignment_id is None:
        raise WrongState(case.state)
    draft.set(state="in_progress")
    draft.say(cases.Accepted(opd=command.opd, assignment_id=case.assignment_id))
    draft.send()


@_act.register
def decline(command: Decline, draft: Draft, case: Case) -> None:
    """Put the case back before triage, or before the arbiter after three transfers.

    The OPD that the command suggests becomes the candidate. Raise Binding if the assignment binds.
    """
    if case.binding:
        raise Binding
    if case.assignment_id is None:
        raise StaleAssignment
    draft.leave()
    transfers = case.transfers + 1
    draft.set(transfers=transfers, due_decide=None, due_respond=None)
    draft.say(
        cases.Declined(
            opd=command.opd, assignment_id=case.assignment_id, reason=command.reason, suggestion=command.suggestion
        )
    )
    name = opds()[command.opd].name if command.opd in opds() else command.opd
    suggested = command.suggestion if command.suggestion in opds() and command.suggestion != command.opd else None
    candidates = (Candidate(authority="province", opd=suggested, confidence=0.5),) if suggested else ()
    reasons = (f"{name} menyatakan aduan ini bukan wewenangnya.", *case.reasons)
    to_desk(draft, "arbiter" if transfers >= MAX_TRANSFERS else "triage", reasons, candidates, actor="router")


@_act.register
def progress(command: Progress, draft: Draft, case: Case) -> None:
    """Report progress. This also accepts an assignment."""
    if case.state == "assigned":
        draft.set(state="in_progress")
        draft.send()
    draft.say(cases.Progressed(opd=command.opd, public=command.public, text=command.text))
    if command.public:
        draft.copy_to_sp4n("progress", command.text)


@_act.register
def ask_as_opd(command: Ask, draft: Draft, case: Case) -> None:
    """Ask the citizen for information, as the OPD that has the case."""
    del case
    ask(draft, command.question, command.opd)


def ask(draft: Draft, question: str, code: str | None) -> None:
    """Ask the citizen for information. After the answer the case returns to its present state.

    ``code``: the OPD that asks. None: the triage desk asks.
    """
    draft.set(before=draft.case.state, state="awaiting_citizen", question=question, since=draft.at)
    draft.say(cases.InfoRequested(opd=code, question=question))
    draft.copy_to_sp4n("question", question)
    draft.send()


@_act.register
def put_off(command: PutItOff, draft: Draft, case: Case) -> None:
    """Put the case off to a date, or change the date to which it is put off.

    The date of today ends a case's being put off. Only a first or a later date counts against the limit of the round.
    Raise PutOffDate if the date is out of bounds, PutOffTooOften if the limit is reached.
    """
    today = draft.at.astimezone(WITA).date()
    standing = case.put_off_until if case.put_off_until is not None and case.put_off_until > today else None
    first = today if standing is not None else today + timedelta(days=1)
    try:
        checked(command.until, first, today + timedelta(days=draft.limits.put_off_days))
    except OutOfBounds as error:
        raise PutOffDate(error.first, error.last) from None
    times = case.put_offs if case.put_offs_round == case.round else 0
    if standing is None or command.until > standing:
        if times >= draft.limits.put_off_times:
            raise PutOffTooOften(draft.limits.put_off_times)
        times += 1
    ended = command.until <= today
    draft.set(put_off_until=None if ended else command.until, put_offs=times, put_offs_round=case.round)
    draft.say(
        cases.PutOff(opd=command.opd, until=command.until, reason=command.reason, was_until=standing, ended=ended)
    )
    words = "Penundaan dihentikan" if ended else f"Ditunda sampai {command.until:%d-%m-%Y}"
    draft.copy_to_sp4n("progress", f"{words}: {command.reason}")


@_act.register
def resolve(command: Resolve, draft: Draft, case: Case) -> None:
    """Resolve the case with an answer, and mark all replies as dealt with."""
    del case
    draft.set(state="resolved", answer=command.answer, since=draft.at, put_off_until=None, unread=0, unread_since=None)
    draft.say(cases.Resolved(opd=command.opd, answer=command.answer, evidence=command.evidence))
    draft.copy_to_sp4n("answer", command.answer)
    draft.send()
