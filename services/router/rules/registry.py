"""The handlers of a change of the registry, and of the hand-over of a case that follows the end of an OPD."""

from __future__ import annotations

from services.router.errors import WrongState
from services.router.rules.commands_registry import ChangeRegistry, PassOn
from services.router.rules.context import Context
from services.router.rules.desk_assignment import take_back
from services.router.rules.help_asked import pass_on_help
from services.router.rules.placement import assign_to_opd, candidates_of, decide_case, put_at_desk
from services.router.state import Case
from shared.events.catalogue import REGISTRY
from shared.pipeline import Change, Out
from shared.pipeline.registry import handle_registry_changed


def change_registry(context: Context, command: ChangeRegistry) -> Change[Case]:
    """Keep the version, and tell the other services. The claim of the command lets one caller make each version."""
    kept = handle_registry_changed(context, command.fact)
    return Change(events=(Out(REGISTRY, context.item.key, command.fact),), rows=kept.rows)


def hand_over_case(context: Context, command: PassOn) -> Change[Case]:
    """Assign the case to the successor of its OPD, or put it before triage. It does not count as a transfer.

    The help of an OPD that ended goes to its successor too, or ends. Raise WrongState if the case is no longer the work
    of the OPD that ended.
    """
    draft = context.draft()
    case = draft.case
    helper = next((one for one in case.missing if one.opd == command.opd), None)
    if helper is not None:
        pass_on_help(draft, helper, command.to, command.reason)
        return draft.change(with_answer=True)
    if case.opd != command.opd:
        raise WrongState(case.state)
    reason = take_back(draft, command.reason, arbiter=True, to=command.to, counts=False)
    if command.to is not None:
        assign_to_opd(draft, command.to, (reason,), binding=case.binding)
    else:
        put_at_desk(draft, "triage", (reason,), candidates_of(decide_case(case, draft.model)))
    return draft.change(with_answer=True)
