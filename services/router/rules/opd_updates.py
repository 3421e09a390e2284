"""The rules for updates on an OPD's topic: carried out like a command, or refused on its replies topic and noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from services.router.rules import extension, help_asked, opd_commands
from services.router.rules.commands import Accept, Ask, Decline, Extend, OpdCommand, Progress, PutItOff, Resolve
from services.router.rules.commands_help import AskHelp, Contribute
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.help_asked import GOES_ON
from services.router.state import Case
from shared.errors import Refused
from shared.events.opd import (
    Update,
    UpdateAccepted,
    UpdateContributed,
    UpdateDeclined,
    UpdateExtended,
    UpdateHelpAsked,
    UpdateInfoRequested,
    UpdateProgressed,
    UpdatePutOff,
    UpdateRefused,
    UpdateResolved,
)
from shared.pipeline import Change, Item, Undecodable

C = TypeVar("C", bound=OpdCommand)


def take_acceptance(context: Context, fact: UpdateAccepted) -> Change[Case]:
    """Accept the assignment, as the OPD wrote."""
    command = Accept(opd=_code(context), assignment_id=fact.assignment_id)
    return _carry_out(context, fact, command, opd_commands.accept)


def take_refusal(context: Context, fact: UpdateDeclined) -> Change[Case]:
    """Decline the assignment, as the OPD wrote."""
    command = Decline(
        opd=_code(context), assignment_id=fact.assignment_id, reason=fact.reason, suggestion=fact.suggestion
    )
    return _carry_out(context, fact, command, opd_commands.decline)


def take_progress(context: Context, fact: UpdateProgressed) -> Change[Case]:
    """Report the progress that the OPD wrote."""
    command = Progress(opd=_code(context), assignment_id=fact.assignment_id, text=fact.text, public=fact.public)
    return _carry_out(context, fact, command, opd_commands.progress)


def take_question(context: Context, fact: UpdateInfoRequested) -> Change[Case]:
    """Ask the citizen what the OPD wrote."""
    command = Ask(opd=_code(context), assignment_id=fact.assignment_id, question=fact.question)
    return _carry_out(context, fact, command, opd_commands.ask)


def take_put_off(context: Context, fact: UpdatePutOff) -> Change[Case]:
    """Put the case off to the date that the OPD wrote."""
    command = PutItOff(opd=_code(context), assignment_id=fact.assignment_id, until=fact.until, reason=fact.reason)
    return _carry_out(context, fact, command, opd_commands.put_off)


def take_extension(context: Context, fact: UpdateExtended) -> Change[Case]:
    """Take the longer time for an information request, for the reason that the OPD wrote."""
    command = Extend(opd=_code(context), assignment_id=fact.assignment_id, reason=fact.reason)
    return _carry_out(context, fact, command, extension.extend)


def take_answer(context: Context, fact: UpdateResolved) -> Change[Case]:
    """Resolve the case with the answer that the OPD wrote.

    A system that does not know of helpers says nothing about missing parts. Its answer must not fail for that.
    """
    command = Resolve(
        opd=_code(context),
        assignment_id=fact.assignment_id,
        answer=fact.answer,
        evidence=fact.evidence,
        outcome=fact.outcome,
        until=fact.until,
        reason=fact.reason,
        legal_basis=fact.legal_basis,
        to=fact.to,
        without_parts=fact.without_parts or GOES_ON,
    )
    return _carry_out(context, fact, command, opd_commands.resolve)


def take_part(context: Context, fact: UpdateContributed) -> Change[Case]:
    """Give the part that a helper wrote."""
    command = Contribute(
        opd=_code(context),
        assignment_id=fact.assignment_id,
        text=fact.text,
        evidence=fact.evidence,
        outcome=fact.outcome,
        until=fact.until,
        reason=fact.reason,
        legal_basis=fact.legal_basis,
        to=fact.to,
    )
    return _carry_out(context, fact, command, opd_commands.contribute)


def take_call_for_help(context: Context, fact: UpdateHelpAsked) -> Change[Case]:
    """Ask the OPD that the lead named for help."""
    command = AskHelp(opd=_code(context), assignment_id=fact.assignment_id, helper=fact.opd, task=fact.task)
    return _carry_out(context, fact, command, help_asked.ask_help)


def answer_undecodable(context: Context, data: Undecodable) -> Change[Case]:
    """Answer the OPD that its record could not be read, or that its event would be too large."""
    draft = context.draft()
    refuse(draft, context.item, data.code, data.reason)
    return draft.change()


def refuse(draft: Draft, item: Item, code: str, reason: str, fact: Update | None = None) -> None:
    """Answer the OPD on its replies topic with a refusal. The answer never holds a citizen's text."""
    assignment_id = fact.assignment_id if fact else None
    draft.answer_opd(
        item.opd or "",
        UpdateRefused(update_id=item.external_id, code=code, reason=reason, assignment_id=assignment_id),
    )


def _code(context: Context) -> str:
    """Return the code of the OPD on whose topic the update stands."""
    return context.item.opd or ""


def _carry_out(context: Context, fact: Update, command: C, rule: Callable[[Draft, C], None]) -> Change[Case]:
    """Carry out an update. An update that the rules refuse is answered and noted; it raises nothing."""
    draft = context.draft()
    try:
        opd_commands.carry_out(draft, command, rule)
    except Refused as refusal:
        refuse(draft, context.item, refusal.code, refusal.words, fact)
        draft.note(fact.TYPE, refusal.code)
    return draft.change()
