"""The rules for a referral after it was made: the citizen's tap and consent, and what the desk does with it."""

from __future__ import annotations

from typing import Final

from services.router.errors import NoReferral
from services.router.rules.commands import CaseCommand
from services.router.rules.commands_referral import ConfirmReferral, NoteLetter, RecordAnswer
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.desk_assignment import return_to_desk
from services.router.rules.draft import Draft
from services.router.rules.replies import ended_lately, take_in_text
from services.router.rules.telling import send_person_after, tell_by_letter, tell_by_mail
from services.router.state import Case
from services.router.state_parts import Referral
from shared.clock import WITA
from shared.errors import Invalid
from shared.events.cases_referral import AuthorityAnswered, ReferralConfirmed
from shared.events.submissions import CitizenConsented, CitizenObjected
from shared.pipeline import Change

CITIZEN: Final = "citizen"
OBJECTION: Final = "Menurut pelapor ini urusan provinsi."


def take_objection(context: Context, fact: CitizenObjected) -> Change[Case]:
    """Bring a proposed referral back to the desk: once for a complaint, within 30 days, without a person's leave.

    At any other time the objection is a text that a person reads. So the case does not go to and fro.
    """
    draft = context.draft()
    case = draft.case
    proposed = case.state == "referred" and case.referral is not None and case.referral.proposal
    if proposed and not case.objected and ended_lately(draft):
        draft.set(objected=True)
        return_to_desk(draft, fact.text or OBJECTION, arbiter=True, actor=CITIZEN)
    else:
        take_in_text(draft, fact.text or OBJECTION)
    return draft.change()


def take_consent(context: Context, fact: CitizenConsented) -> Change[Case]:
    """Keep that the authority may know who wrote. One that was told by mail before gets name and contact now."""
    draft = context.draft()
    case = draft.case
    if case.anonim or case.shares:
        draft.note(fact.TYPE, case.state)
        return draft.change()
    draft.set(shares=True)
    if case.state == "referred":
        send_person_after(draft)
    return draft.change()


def confirm_referral(context: Context, command: ConfirmReferral) -> Change[Case]:
    """Agree with a proposed referral, and tell the authority by mail. Raise NoReferral if none waits for a person."""
    draft, referral = _begin(context, command)
    if not referral.fresh:
        raise NoReferral
    draft.set(referral=referral.with_(fresh=False))
    tell_by_mail(draft)
    draft.emit(ReferralConfirmed(authority=referral.authority, to=referral.to))
    return draft.change(with_answer=True)


def note_letter(context: Context, command: NoteLetter) -> Change[Case]:
    """Note a letter to the authority. Raise NoReferral if it was told already, or nobody has agreed with the referral."""
    draft, referral = _begin(context, command)
    if referral.fresh:
        raise NoReferral
    if referral.told is not None:
        raise NoReferral("the authority was told already", message="Instansi itu sudah diberi tahu tentang aduan ini.")
    tell_by_letter(draft)
    return draft.change(with_answer=True)


def record_answer(context: Context, command: RecordAnswer) -> Change[Case]:
    """Record what the authority answered. Raise NoReferral if the case is not referred, Invalid for a later day."""
    draft, referral = _begin(context, command)
    if command.on > draft.at.astimezone(WITA).date():
        words = "Tanggal jawaban instansi itu tidak boleh sesudah hari ini."
        raise Invalid("the day of the answer has not come yet", field="on", message=words)
    draft.set(referral=referral.with_(answered=True, fresh=False))
    draft.emit(AuthorityAnswered(to=referral.to, text=command.text, on=command.on))
    draft.copy_to_sp4n("progress", f"Jawaban {referral.to}: {command.text}")
    return draft.change(with_answer=True)


def _begin(context: Context, command: CaseCommand) -> tuple[Draft, Referral]:
    """Return the draft for a command of the desk, and the standing referral. Raise NoReferral if there is none."""
    draft = begin_desk_command(context, command)
    if draft.case.state != "referred" or draft.case.referral is None:
        raise NoReferral
    return draft, draft.case.referral
