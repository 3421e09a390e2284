"""The rules for the commands with which a desk moves a case: assign, take back, refer, ask. They raise Refused."""

from __future__ import annotations

from typing import Final

from services.router.errors import AlreadyTheirs, ArbiterOnly, NoReferral, ReasonNeeded, UnknownOpd, WrongState
from services.router.rules.commands import AskFromDesk, Assign, TakeBack
from services.router.rules.commands_referral import Refer
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.limits import MAX_TRANSFERS
from services.router.rules.placement import assign_to_opd, candidates_of, decide_case, put_at_desk
from services.router.rules.questions import ask_citizen
from services.router.rules.sp4n_takeover import stop_waiting
from services.router.rules.telling import tell_by_mail, withdraw_from_authority
from services.router.state import OPEN, Case
from services.router.state_parts import Referral
from shared.events import cases
from shared.events.fact import Desk
from shared.pipeline import Change
from shared.reference import open_opds

# States out of which the desk may take a case back. Only its reporter reopens an answered or closed case.
MOVABLE: Final[frozenset[str]] = frozenset(("assigned", "in_progress", "awaiting_citizen", "referred"))


def assign_from_desk(context: Context, command: Assign) -> Change[Case]:
    """Assign the case to an OPD. A case that is at no desk is reassigned, which needs a reason."""
    draft = begin_desk_command(context, command)
    _go_on_without_answer(draft)
    case = draft.case
    if command.opd not in open_opds():
        raise UnknownOpd
    if case.state != "verification":
        _reassign(draft, command, case)
        return draft.change(with_answer=True)
    if case.desk == "arbiter" and not command.arbiter:
        raise ArbiterOnly
    reasons = (command.reason,) if command.reason else ("Ditetapkan oleh petugas.",)
    assign_to_opd(draft, command.opd, reasons, binding=command.arbiter and case.desk == "arbiter")
    return draft.change(with_answer=True)


def take_back_case(context: Context, command: TakeBack) -> Change[Case]:
    """Take the case back to the triage desk, or to the arbiter's desk after three transfers."""
    draft = begin_desk_command(context, command)
    return_to_desk(draft, command.reason, arbiter=command.arbiter)
    return draft.change(with_answer=True)


def return_to_desk(draft: Draft, reason: str, *, arbiter: bool, actor: str | None = None) -> None:
    """Undo an assignment, a referral or a question, and put the case before a desk with candidates.

    Without an ``actor`` it is the caller of the command. Raise WrongState or ArbiterOnly.
    """
    case = draft.case
    take_back(draft, reason, arbiter=arbiter, actor=actor)
    desk: Desk = "arbiter" if draft.case.transfers >= MAX_TRANSFERS else "triage"
    # The assignment dropped the candidates. The desk needs them again, for it chooses anew.
    candidates = candidates_of(decide_case(case, draft.model))
    put_at_desk(draft, desk, (f"Ditarik kembali ke meja: {reason}", *case.reasons), candidates, actor=actor)


def refer_from_desk(context: Context, command: Refer) -> Change[Case]:
    """Refer the case to another authority, from a desk or from an OPD that has not accepted it.

    A case that is referred already is corrected: it goes to another authority than before.
    """
    draft = begin_desk_command(context, command)
    _go_on_without_answer(draft)
    case = draft.case
    if case.state not in ("verification", "assigned", "referred"):
        raise WrongState(case.state)
    if case.desk == "arbiter" and not command.arbiter:
        raise ArbiterOnly
    before = case.referral if case.state == "referred" else None
    if before is not None and before.to == command.to:
        words = f"Aduan ini sudah diteruskan ke {command.to}. Untuk menyetujuinya, pilih “Benar”."
        raise NoReferral("the case is referred there already", message=words)
    draft.withdraw()
    withdraw_from_authority(draft)
    draft.set(
        state="referred",
        desk=None,
        since=draft.at,
        referral=Referral(authority=command.authority, to=command.to, since=draft.at),
    )
    draft.emit(
        cases.Referred(
            authority=command.authority,
            to=command.to,
            reason=command.reason,
            next_step=command.next_step,
            instead_of=before.to if before is not None else None,
        )
    )
    draft.copy_to_sp4n("referral", f"{command.reason} {command.next_step}", command.to)
    tell_by_mail(draft)
    return draft.change(with_answer=True)


def ask_from_desk(context: Context, command: AskFromDesk) -> Change[Case]:
    """Ask the citizen for information while the case is at a desk."""
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.state != "verification":
        raise WrongState(case.state)
    ask_citizen(draft, command.question, None)
    return draft.change(with_answer=True)


def is_bound(case: Case) -> bool:
    """Return whether only the arbiter may move the case: its assignment binds, or it was transferred three times."""
    return case.binding or case.transfers >= MAX_TRANSFERS


def _go_on_without_answer(draft: Draft) -> None:
    """Wait for the citizen's answer no longer, if SP4N asked the citizen."""
    if draft.case.state == "awaiting_citizen" and draft.case.asked_in is not None:
        stop_waiting(draft, "Petugas melanjutkan tanpa menunggu keterangan tambahan.")


def _reassign(draft: Draft, command: Assign, case: Case) -> None:
    """Take the case back from a wrong assignment or referral, and assign it to another OPD at once."""
    if case.state in OPEN and command.opd == case.opd:
        raise AlreadyTheirs
    reason = take_back(draft, command.reason, arbiter=command.arbiter, to=command.opd)
    assign_to_opd(draft, command.opd, (reason,), binding=command.arbiter and draft.case.transfers >= MAX_TRANSFERS)


def take_back(
    draft: Draft,
    reason: str | None,
    *,
    arbiter: bool,
    to: str | None = None,
    counts: bool = True,
    actor: str | None = None,
) -> str:
    """Undo an assignment, a referral or a question, and return the reason. ``counts``: it is one transfer more.

    Raise WrongState, ArbiterOnly, or ReasonNeeded if the reason is missing.
    """
    case = draft.case
    if case.state not in MOVABLE:
        raise WrongState(case.state)
    if is_bound(case) and not arbiter:
        raise ArbiterOnly
    if not reason:
        raise ReasonNeeded
    had = case.opd if case.state != "referred" else None
    referral = case.referral if case.state == "referred" else None
    if had is not None:
        draft.withdraw()
    draft.set(
        transfers=case.transfers + (had is not None and counts),
        due_decide=None,
        due_respond=None,
        question=None,
        before=None,
        put_off_until=None,
        since=draft.at,
    )
    draft.emit(
        cases.TakenBack(
            state=case.state, opd=had, to=to, reason=reason, referred_to=referral.to if referral is not None else None
        ),
        actor,
    )
    if case.state == "referred":
        draft.copy_to_sp4n("progress", f"Penerusan ke instansi lain dicabut: {reason}")
    return reason
