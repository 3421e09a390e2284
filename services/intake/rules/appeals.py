"""The reporter's one appeal after a closing: the act, what the router says of it, and whether one is allowed."""

from __future__ import annotations

from services.intake.errors import NothingHere, TooLate
from services.intake.rules.cases import show
from services.intake.rules.citizen import allowed_acts, channel_of, record_act, reply
from services.intake.rules.commands_citizen import Appeal, Reply
from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import count_act
from services.intake.state import TimelineEntry
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.events.submissions_appeal import CitizenAppealed


def appeal(context: Context, command: Appeal) -> StateChange:
    """Write that the reporter appeals. A chat message that cannot be an appeal is taken in as a reply.

    Raises NothingHere, TooLate or TooManyActs.
    """
    complaint = context.complaint
    if complaint.erased:
        raise NothingHere
    if "appeal" not in allowed_acts(complaint, context.now):
        if command.message is None:
            raise TooLate
        return reply(context, Reply(command.reason, command.channel, message=command.message, sure=False))
    tally = count_act(complaint, context.item.at, context.allowance, command.reason)
    fact = CitizenAppealed(reason=command.reason, channel=channel_of(command))
    entry = TimelineEntry(at=context.item.at, what="appealed", quote=command.reason)
    return record_act(context, fact, entry, tally, command.message, appeal="sent", appealed_at=context.item.at)


def show_appealed(context: Context, _fact: Appealed) -> StateChange:
    """Show that the appeal waits for a person who neither answered nor closed."""
    return show(context, "appeal_waits", appeal="waiting")


def show_decided(context: Context, fact: AppealDecided) -> StateChange:
    """Show the decision with its reason. The Ombudsman is next after a rejection."""
    return show(context, f"appeal_{fact.verdict}", fact.reason, params={"opd": fact.opd}, appeal=fact.verdict)
