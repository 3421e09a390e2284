"""The rules for the commands of the OPD that has the case. Updates on the OPD's topic follow the same rules.

The functions `accept` to `resolve` change a draft, and raise Refused. The others are the handlers of the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from services.router.errors import (
    Binding,
    ExtendInstead,
    PutOffDate,
    PutOffTooOften,
    StaleAssignment,
    StaleRevision,
    WrongState,
)
from services.router.rules.acts import count_act, person_of
from services.router.rules.answers import check_answer
from services.router.rules.commands import Accept, Ask, Decline, OpdCommand, Progress, PutItOff, Resolve
from services.router.rules.commands_help import AskHelp, Contribute, EndHelp
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.help_asked import ask_help, end_help
from services.router.rules.help_refusals import LeadAnswers, PartsMissing
from services.router.rules.helping import carry_out_as_helper
from services.router.rules.limits import MAX_TRANSFERS
from services.router.rules.outcomes import answer_for_sp4n, checked_outcome
from services.router.rules.photos import check_photo
from services.router.rules.placement import put_at_desk
from services.router.rules.questions import ask_citizen
from services.router.rules.releasing import keep_answer_photos
from services.router.rules.sp4n_takeover import stop_waiting
from services.router.state import WORKING, Case
from shared.bounds import OutOfBounds, checked
from shared.clock import WITA
from shared.events import cases
from shared.events.fact import Candidate
from shared.pipeline import Change
from shared.reference import opds, open_opds

C = TypeVar("C", bound=OpdCommand)


def accept_assignment(context: Context, command: Accept) -> Change[Case]:
    """Accept the assignment."""
    return _answer(context, command, accept)


def decline_assignment(context: Context, command: Decline) -> Change[Case]:
    """Decline the assignment."""
    return _answer(context, command, decline)


def report_progress(context: Context, command: Progress) -> Change[Case]:
    """Report progress."""
    return _answer(context, command, progress)


def ask_from_opd(context: Context, command: Ask) -> Change[Case]:
    """Ask the citizen for information, as the OPD that has the case."""
    return _answer(context, command, ask)


def put_off_case(context: Context, command: PutItOff) -> Change[Case]:
    """Put the case off to a date."""
    return _answer(context, command, put_off)


def resolve_case(context: Context, command: Resolve) -> Change[Case]:
    """Resolve the case with an answer."""
    return _answer(context, command, resolve)


def ask_for_help(context: Context, command: AskHelp) -> Change[Case]:
    """Ask another OPD to help."""
    return _answer(context, command, ask_help)


def go_on_without(context: Context, command: EndHelp) -> Change[Case]:
    """Go on without a helper."""
    return _answer(context, command, end_help)


def give_part(context: Context, command: Contribute) -> Change[Case]:
    """Give the part of a helper."""
    return _answer(context, command, contribute)


def _answer(context: Context, command: C, rule: Callable[[Draft, C], None]) -> Change[Case]:
    draft = context.draft()
    carry_out(draft, command, rule)
    return draft.change(with_answer=True)


def carry_out(draft: Draft, command: C, rule: Callable[[Draft, C], None]) -> None:
    """Carry out a command of an OPD by its rule. An OPD that does not have the case may do so only as a helper.

    If SP4N asked the citizen while the OPD had the case, wait for the answer no longer.
    Raise NotYours, StaleAssignment, StaleRevision, WrongState, TooManyCaseActs, or what the rule raises.
    """
    case = draft.case
    if case.opd != command.opd:
        carry_out_as_helper(draft, command)
        return
    if command.assignment_id is not None and command.assignment_id != case.assignment_id:
        raise StaleAssignment
    if command.revision is not None and command.revision != case.revision:
        raise StaleRevision(case.revision)
    if case.state == "awaiting_citizen" and case.asked_in is not None and case.before in WORKING:
        stop_waiting(draft, "Instansi melanjutkan penanganan tanpa menunggu keterangan tambahan.")
        case = draft.case
    if case.state not in WORKING and not _keeps_promise(case, command):
        raise WrongState(case.state)
    count_act(draft, command)
    if case.holder is None:
        # Whoever acts first is responsible, until the case is handed to a colleague.
        draft.set(holder=person_of(draft.actor))
    rule(draft, command)


def _keeps_promise(case: Case, command: OpdCommand) -> bool:
    """Return whether the command answers anew what the OPD has promised, before the day is over.

    A promise cannot be prolonged, and a reply that waits for a person comes first.
    """
    standing = case.promise_ends is not None and not case.unread
    return standing and isinstance(command, Resolve) and command.outcome != "scheduled"


def accept(draft: Draft, command: Accept) -> None:
    """Accept the assignment."""
    case = draft.case
    if case.state != "assigned" or case.assignment_id is None:
        raise WrongState(case.state)
    draft.set(state="in_progress")
    draft.emit(cases.Accepted(opd=command.opd, assignment_id=case.assignment_id))
    draft.send_snapshot()


def decline(draft: Draft, command: Decline) -> None:
    """Put the case back before triage, or before the arbiter after three transfers.

    The OPD that the command suggests becomes the candidate. Raise Binding if the assignment binds.
    """
    case = draft.case
    if case.binding:
        raise Binding
    if case.assignment_id is None:
        raise StaleAssignment
    draft.withdraw()
    transfers = case.transfers + 1
    draft.set(transfers=transfers, due_decide=None, due_respond=None)
    draft.emit(
        cases.Declined(
            opd=command.opd, assignment_id=case.assignment_id, reason=command.reason, suggestion=command.suggestion
        )
    )
    name = opds()[command.opd].name if command.opd in opds() else command.opd
    suggested = command.suggestion if command.suggestion in open_opds() and command.suggestion != command.opd else None
    candidates = (Candidate(authority="province", opd=suggested, confidence=0.5),) if suggested else ()
    reasons = (f"{name} menyatakan aduan ini bukan wewenangnya.", *case.reasons)
    put_at_desk(draft, "arbiter" if transfers >= MAX_TRANSFERS else "triage", reasons, candidates, actor="router")


def progress(draft: Draft, command: Progress) -> None:
    """Report progress. This also accepts an assignment."""
    case = draft.case
    if case.state == "assigned":
        draft.set(state="in_progress")
        draft.send_snapshot()
    draft.emit(cases.Progressed(opd=command.opd, public=command.public, text=command.text))
    if command.public:
        draft.copy_to_sp4n("progress", command.text)


def ask(draft: Draft, command: Ask) -> None:
    """Ask the citizen for information. The case returns to the OPD with the answer."""
    ask_citizen(draft, command.question, command.opd)


def put_off(draft: Draft, command: PutItOff) -> None:
    """Put the case off to a date, or change the date to which it is put off.

    The date of today ends a case's being put off. Only a first or a later date counts against the limit of the round.
    Raise PutOffDate if the date is out of bounds, PutOffTooOften if the limit is reached. Raise ExtendInstead for an
    information request, whose time the law bounds.
    """
    case = draft.case
    if case.class_ == "information":
        raise ExtendInstead
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
    draft.emit(
        cases.PutOff(opd=command.opd, until=command.until, reason=command.reason, was_until=standing, ended=ended)
    )
    words = "Penundaan dihentikan" if ended else f"Ditunda sampai {command.until:%d-%m-%Y}"
    draft.copy_to_sp4n("progress", f"{words}: {command.reason}")


def resolve(draft: Draft, command: Resolve) -> None:
    """Resolve the case with an answer and its outcome, and mark all replies as dealt with.

    The parts of helpers that are missing are needed no longer. Raise PartsMissing if the answer does not say why.
    Raise EmptyAnswer if the answer says nothing, WrongOutcome or PutOffDate if the outcome does not fit, PhotoNeeded if
    the topic needs a photo.
    """
    check_answer(command.answer)
    outcome = checked_outcome(draft, command)
    check_photo(draft, command)
    missing = draft.case.missing
    if missing and not (command.without_parts or "").strip():
        raise PartsMissing([one.opd for one in missing])
    draft.set(state="resolved", answer=command.answer, since=draft.at, put_off_until=None, unread=0, unread_since=None)
    draft.set(
        outcome=command.outcome, promised_until=command.until, answered_by=draft.actor, doubted=draft.case.doubted_parts
    )
    keep_answer_photos(draft, command.evidence)
    draft.emit(cases.Resolved(opd=command.opd, answer=command.answer, evidence=command.evidence, **outcome))
    draft.copy_to_sp4n("answer", answer_for_sp4n(command.answer, outcome))
    for helper in missing:
        draft.end_help(helper, "answered", command.without_parts)
    draft.send_snapshot()


def contribute(_draft: Draft, _command: Contribute) -> None:
    """Refuse the part of an OPD that has the case itself."""
    raise LeadAnswers
