"""The rules by which OPDs are asked to help a case, and by which their help ends."""

from __future__ import annotations

from typing import Final

from services.router.errors import ReasonNeeded, UnknownOpd, WrongState
from services.router.rules.commands_help import AddHelper, AskHelp, EndHelp, RemoveHelper
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.help_refusals import AlreadyHelps, AskTheDesk, NoHelper, TooManyHelpers
from services.router.rules.limits import MAX_HELPERS, MAX_PARTS
from services.router.state import HELPED, Case
from services.router.state_parts import Helper
from shared.events.cases_helpers import HelperAdded
from shared.pipeline import Change
from shared.reference import open_opds

GOES_ON: Final = "OPD utama melanjutkan tanpa bagian ini."


def add_helper(context: Context, command: AddHelper) -> Change[Case]:
    """Ask an OPD to help, as the desk. The case need not have a lead yet."""
    draft = begin_desk_command(context, command)
    if draft.case.state not in HELPED or draft.case.held_until is not None:
        raise WrongState(draft.case.state)
    _add(draft, command.helper, command.task)
    return draft.change(with_answer=True)


def remove_helper(context: Context, command: RemoveHelper) -> Change[Case]:
    """Go on without a helper, as the desk."""
    draft = begin_desk_command(context, command)
    _remove(draft, command.helper, command.reason)
    return draft.change(with_answer=True)


def ask_help(draft: Draft, command: AskHelp) -> None:
    """Ask another OPD to help, as the lead. Raise AskTheDesk if the settings leave this to the desk."""
    if not draft.limits.lead_asks_help:
        raise AskTheDesk
    _add(draft, command.helper, command.task)


def end_help(draft: Draft, command: EndHelp) -> None:
    """Go on without a helper, as the lead. Raise AskTheDesk if the settings leave this to the desk."""
    if not draft.limits.lead_asks_help:
        raise AskTheDesk
    _remove(draft, command.helper, command.reason)


def ask_again(draft: Draft, given: Helper, why: str) -> None:
    """Ask a helper for its part once more, unless the case needs no help now or the OPD has work on it already."""
    case = draft.case
    busy = given.opd == case.opd or any(one.opd == given.opd for one in case.missing)
    if case.state in HELPED and not busy and given.opd in open_opds() and len(case.helpers) < MAX_PARTS:
        _ask(draft, given.opd, f"{given.task}\n{why}")


def pass_on_help(draft: Draft, helper: Helper, to: str | None, why: str) -> None:
    """Hand the help of an OPD that has ended to its successor, unless the successor works on the case already."""
    case = draft.case
    draft.end_help(helper, "lead" if to is not None and to == case.opd else "removed", why)
    if to is not None and to != case.opd and all(one.opd != to for one in draft.case.missing):
        _ask(draft, to, helper.task)
    draft.send_snapshot()


def _add(draft: Draft, code: str, task: str) -> None:
    """Give an OPD an assignment of its own, and send it a snapshot. The input's id becomes the assignment's.

    Raise UnknownOpd, AlreadyHelps, TooManyHelpers, or ReasonNeeded without a task.
    """
    case = draft.case
    if code not in open_opds():
        raise UnknownOpd
    if code == case.opd or any(one.opd == code for one in case.missing):
        raise AlreadyHelps
    if len(case.missing) >= MAX_HELPERS or len(case.helpers) >= MAX_PARTS:
        raise TooManyHelpers
    if not task.strip():
        raise ReasonNeeded
    _ask(draft, code, task)


def _ask(draft: Draft, code: str, task: str) -> None:
    case = draft.case
    helper = Helper(opd=code, assignment_id=draft.item_id, task=task, round=case.round, since=draft.at)
    draft.withdraw_given(code)
    draft.set(helpers=(*case.helpers, helper), left=case.left_without(code))
    draft.emit(HelperAdded(assignment_id=helper.assignment_id, opd=code, lead=case.opd, task=task))
    draft.send_snapshot()


def _remove(draft: Draft, code: str, reason: str) -> None:
    helper = next((one for one in draft.case.missing if one.opd == code), None)
    if helper is None:
        raise NoHelper
    if not reason.strip():
        raise ReasonNeeded
    draft.end_help(helper, "removed", reason)
    draft.send_snapshot()
