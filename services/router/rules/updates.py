"""What an OPD says on its own topic: carried out like a command, or answered on its replies topic and noted."""

from __future__ import annotations

from functools import singledispatch

from services.router.rules.commands import Accept, Ask, Decline, OpdCommand, Progress, PutItOff, Resolve
from services.router.rules.draft import Draft
from services.router.rules.office import act
from shared.errors import Refused
from shared.events import opd
from shared.pipeline.change import Item, Undecodable


def updated(draft: Draft, item: Item, fact: opd.Update) -> None:
    """Never raises: an update that does not fit changes nothing."""
    code = item.opd or ""
    try:
        act(draft, as_command(fact, code))
    except Refused as refusal:
        refuse(draft, item, refusal.code, refusal.detail, fact)
        draft.note(fact.TYPE, refusal.code)


def refuse(draft: Draft, item: Item, code: str, reason: str, fact: opd.Update | None = None) -> None:
    """Answer on the replies topic; never with a citizen's text."""
    assignment_id = fact.assignment_id if fact else None
    draft.answer_opd(
        item.opd or "", opd.UpdateRefused(update_id=item.external_id, code=code, reason=reason, assignment_id=assignment_id)
    )


def undecodable(draft: Draft, item: Item, data: Undecodable) -> None:
    """Tell the OPD what is wrong with its record: it could not be read, or it would become too large."""
    refuse(draft, item, data.code, data.reason)


@singledispatch
def as_command(fact: opd.Update, code: str) -> OpdCommand:
    """The command an update stands for."""
    raise NotImplementedError(fact.TYPE)  # a kind without a function below


@as_command.register
def _(fact: opd.UpdateAccepted, code: str) -> OpdCommand:
    return Accept(opd=code, assignment_id=fact.assignment_id)


@as_command.register
def _(fact: opd.UpdateDeclined, code: str) -> OpdCommand:
    return Decline(opd=code, assignment_id=fact.assignment_id, reason=fact.reason, suggestion=fact.suggestion)


@as_command.register
def _(fact: opd.UpdateProgressed, code: str) -> OpdCommand:
    return Progress(opd=code, assignment_id=fact.assignment_id, text=fact.text, public=fact.public)


@as_command.register
def _(fact: opd.UpdateInfoRequested, code: str) -> OpdCommand:
    return Ask(opd=code, assignment_id=fact.assignment_id, question=fact.question)


@as_command.register
def _(fact: opd.UpdatePutOff, code: str) -> OpdCommand:
    return PutItOff(opd=code, assignment_id=fact.assignment_id, until=fact.until, reason=fact.reason)


@as_command.register
def _(fact: opd.UpdateResolved, code: str) -> OpdCommand:
    return Resolve(opd=code, assignment_id=fact.assignment_id, answer=fact.answer, evidence=fact.evidence)
