"""The rules for updates from an OPD's topic: carried out like a command, or refused on its replies topic and noted."""

from __future__ import annotations

from functools import singledispatch

from services.router.rules.commands import Accept, Ask, Decline, OpdCommand, Progress, PutItOff, Resolve
from services.router.rules.draft import Draft
from services.router.rules.office import act
from shared.errors import Refused
from shared.events import opd
from shared.pipeline import Item, Undecodable


def updated(draft: Draft, item: Item, fact: opd.Update) -> None:
    """Carry out an update. An update that the rules refuse is answered and noted; it raises nothing."""
    code = item.opd or ""
    try:
        act(draft, as_command(fact, code))
    except Refused as refusal:
        refuse(draft, item, refusal.code, refusal.detail, fact)
        draft.note(fact.TYPE, refusal.code)


def refuse(draft: Draft, item: Item, code: str, reason: str, fact: opd.Update | None = None) -> None:
    """Answer the OPD on its replies topic with a refusal. The answer never holds a citizen's text."""
    assignment_id = fact.assignment_id if fact else None
    draft.answer_opd(
        item.opd or "",
        opd.UpdateRefused(update_id=item.external_id, code=code, reason=reason, assignment_id=assignment_id),
    )


def undecodable(draft: Draft, item: Item, data: Undecodable) -> None:
    """Answer the OPD that its record could not be read, or that its event would be too large."""
    refuse(draft, item, data.code, data.reason)


@singledispatch
def as_command(fact: opd.Update, code: str) -> OpdCommand:
    """Return the command that an update stands for."""
    # No function below is registered for this type.
    raise NotImplementedError(fact.TYPE)


@as_command.register
def from_accepted(fact: opd.UpdateAccepted, code: str) -> OpdCommand:
    """Return the command for an accepted assignment."""
    return Accept(opd=code, assignment_id=fact.assignment_id)


@as_command.register
def from_declined(fact: opd.UpdateDeclined, code: str) -> OpdCommand:
    """Return the command for a declined assignment."""
    return Decline(opd=code, assignment_id=fact.assignment_id, reason=fact.reason, suggestion=fact.suggestion)


@as_command.register
def from_progressed(fact: opd.UpdateProgressed, code: str) -> OpdCommand:
    """Return the command for reported progress."""
    return Progress(opd=code, assignment_id=fact.assignment_id, text=fact.text, public=fact.public)


@as_command.register
def from_info_requested(fact: opd.UpdateInfoRequested, code: str) -> OpdCommand:
    """Return the command for a question to the citizen."""
    return Ask(opd=code, assignment_id=fact.assignment_id, question=fact.question)


@as_command.register
def from_put_off(fact: opd.UpdatePutOff, code: str) -> OpdCommand:
    """Return the command for a date to which the case is put off."""
    return PutItOff(opd=code, assignment_id=fact.assignment_id, until=fact.until, reason=fact.reason)


@as_command.register
def from_resolved(fact: opd.UpdateResolved, code: str) -> OpdCommand:
    """Return the command for a resolved case."""
    return Resolve(opd=code, assignment_id=fact.assignment_id, answer=fact.answer, evidence=fact.evidence)
