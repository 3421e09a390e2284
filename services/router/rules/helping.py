"""The rules for what a helping OPD does: it accepts, declines, or gives its part. It never speaks to the citizen."""

from __future__ import annotations

from services.router.errors import NotYours, StaleAssignment, StaleRevision, WrongState
from services.router.rules.acts import count_act
from services.router.rules.answers import check_answer
from services.router.rules.commands import Accept, Decline, OpdCommand, Resolve
from services.router.rules.commands_help import Contribute
from services.router.rules.draft import Draft
from services.router.rules.help_refusals import HelperOnly
from services.router.rules.outcomes import checked_outcome
from services.router.state_parts import Helper
from shared.events.cases_helpers import HelperAccepted, HelperContributed


def carry_out_as_helper(draft: Draft, command: OpdCommand) -> None:
    """Carry out a command of an OPD that does not have the case.

    Raise NotYours if it does not help either, and StaleAssignment, StaleRevision or TooManyCaseActs as for the lead.
    Raise WrongState if its part is in, HelperOnly for what only the lead may do.
    """
    case = draft.case
    helper = case.helper(command.opd)
    if helper is None:
        raise NotYours
    if command.assignment_id is not None and command.assignment_id != helper.assignment_id:
        raise StaleAssignment
    if command.revision is not None and command.revision != case.revision:
        raise StaleRevision(case.revision)
    if not helper.open:
        raise WrongState(helper.state)
    match command:
        case Accept():
            count_act(draft, command)
            _accept(draft, helper)
        case Decline():
            count_act(draft, command)
            draft.end_help(helper, "declined", command.reason)
            draft.send_snapshot()
        case Contribute():
            count_act(draft, command)
            _contribute(draft, helper, command)
        case Resolve():
            # A system that does not know of helpers answers as ever. Its answer is the part that was asked for.
            count_act(draft, command)
            _contribute(draft, helper, _as_part(command))
        case _:
            raise HelperOnly


def _accept(draft: Draft, helper: Helper) -> None:
    if helper.state != "assigned":
        raise WrongState(helper.state)
    draft.change_helper(helper, state="in_progress")
    draft.emit(HelperAccepted(assignment_id=helper.assignment_id, opd=helper.opd))
    draft.send_snapshot()


def _contribute(draft: Draft, helper: Helper, command: Contribute) -> None:
    """Keep the part, and show it to the lead. Raise EmptyAnswer, WrongOutcome or PutOffDate as for an answer."""
    check_answer(command.text)
    fields = checked_outcome(draft, command)
    given = {"part": command.text, "evidence": command.evidence, "given_by": draft.actor, **fields}
    draft.change_helper(helper, state="resolved", since=draft.at, **given)
    draft.emit(
        HelperContributed(
            assignment_id=helper.assignment_id, opd=helper.opd, text=command.text, evidence=command.evidence, **fields
        )
    )
    draft.send_snapshot()


def _as_part(command: Resolve) -> Contribute:
    return Contribute(
        opd=command.opd,
        assignment_id=command.assignment_id,
        text=command.answer,
        evidence=command.evidence,
        outcome=command.outcome,
        until=command.until,
        reason=command.reason,
        legal_basis=command.legal_basis,
        to=command.to,
    )
