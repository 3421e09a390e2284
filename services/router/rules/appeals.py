"""The rules for the citizen's one appeal after a closing: who may decide it, and what follows the decision."""

from __future__ import annotations

from datetime import UTC

from services.router.errors import UnknownOpd
from services.router.rules.commands import DecideAppeal
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.endings import reopen_case
from services.router.rules.evidence import person_of
from services.router.rules.placement import assign_to_opd
from services.router.rules.replies import ended_lately, take_in_text
from services.router.state import Case
from services.router.state_parts import Appeal
from shared.errors import Refused
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.events.submissions_appeal import CitizenAppealed
from shared.pipeline import Change
from shared.reference import open_opds


class NoAppealWaits(Refused):
    """No appeal on this case waits for a decision."""

    code = "no_appeal_waits"
    message = "Tidak ada keberatan yang menunggu putusan; mungkin sudah diputus orang lain. Muat ulang halamannya."


class OwnClosing(Refused):
    """Whoever answered or closed the case cannot decide on the appeal."""

    code = "own_closing"
    status = 403
    message = "Anda sendiri yang menjawab atau menutup aduan ini. Keberatannya harus diputus orang lain."


def take_appeal(context: Context, fact: CitizenAppealed) -> Change[Case]:
    """Put a closed case before a person above the closer, once. Otherwise take the reason in as a reply.

    The time at which the citizen spoke counts. Nobody is called any more: the citizen has spoken.
    """
    draft = context.draft()
    case = draft.case
    if case.state != "closed" or case.appeal is not None or not ended_lately(draft):
        take_in_text(draft, fact.reason)
        return draft.change()
    since = draft.at.astimezone(UTC)
    draft.set(appeal=Appeal(reason=fact.reason, since=since), appeal_since=since, due_appeal=None, call_since=None)
    draft.emit(Appealed(opd=case.opd, reason=fact.reason))
    return draft.change()


def decide_appeal(context: Context, command: DecideAppeal) -> Change[Case]:
    """Decide on the appeal. An appeal that is upheld reopens the case, with its OPD or with the one that is named.

    Raise NoAppealWaits if none waits, OwnClosing if the caller answered or closed, UnknownOpd for an unknown code, and
    what every command of a desk raises.
    """
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.appeal is None or case.appeal_since is None:
        raise NoAppealWaits
    if person_of(context.item.actor) in {person_of(one) for one in (case.answered_by, case.closed_by) if one}:
        raise OwnClosing
    if command.opd is not None and command.opd not in open_opds():
        raise UnknownOpd
    to = (command.opd or case.opd) if command.verdict == "upheld" else None
    draft.set(appeal=case.appeal.with_(verdict=command.verdict), appeal_since=None, due_appeal=None)
    draft.emit(AppealDecided(verdict=command.verdict, reason=command.reason, opd=to))
    if command.verdict == "rejected":
        draft.copy_to_sp4n("answer", f"Keberatan ditolak. {command.reason}")
    elif to is None or to == case.opd:
        reopen_case(draft)
    else:
        _hand_over(draft, to, command.reason)
    return draft.change(with_answer=True)


def _hand_over(draft: Draft, to: str, reason: str) -> None:
    """Start the next round with another OPD. The assignment binds it, for a person above the OPDs decided."""
    case = draft.case
    draft.withdraw()
    draft.set(
        unread=0, unread_since=None, ended_by=None, stars=None, doubted=draft.case.doubted_parts, promised_until=None
    )
    draft.set(round=case.round + 1, transfers=case.transfers + 1, due_resolve=None, extended=False)
    assign_to_opd(draft, to, (f"Keberatan pelapor diterima: {reason}",), binding=True)
