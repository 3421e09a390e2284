"""The handlers of the notifier's facts: they keep the link from each message to its complaint."""

from __future__ import annotations

from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import lengthen
from services.intake.rules.links import MessageLink
from services.intake.state import TimelineEntry
from shared.events import notifications as n


def link_message(context: Context, fact: n.Notification) -> StateChange:
    """Link our message to the complaint, so that a citizen may quote it."""
    return context.changed_to(context.complaint, MessageLink(message=fact.message, complaint=context.item.key))


def show_given_up(context: Context, fact: n.GivenUp) -> StateChange:
    """Link our message, and show the citizen that a message to him did not arrive."""
    complaint = context.complaint
    if fact.recipient == "citizen":
        entry = TimelineEntry(at=context.item.at, what="notice_given_up", params={"channel": fact.channel})
        complaint = complaint.with_(timeline=lengthen(complaint.timeline, entry))
    return context.changed_to(complaint, MessageLink(message=fact.message, complaint=context.item.key))
