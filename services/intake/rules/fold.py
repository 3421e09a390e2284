"""Intake's rules: one fold over the commands of citizens and channels, and over the facts of the other services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.intake.rules.citizen import act
from services.intake.rules.commands import (
    ClaimRequest,
    Confirm,
    Dispute,
    Erase,
    Rate,
    RecordMessage,
    Reply,
    ReportChannel,
    ReportStatus,
    Submit,
    SyncExternal,
    Withdraw,
)
from services.intake.rules.contacts import record_message, report_channel, report_status
from services.intake.rules.deadlines import clocked
from services.intake.rules.external import sync_external
from services.intake.rules.filing import erase, submit
from services.intake.rules.limits import ALLOWANCE
from services.intake.rules.links import MessageLink
from services.intake.rules.timeline import told
from services.intake.state import Complaint, Contact
from shared.events.catalogue import DEADLINES
from shared.events.fact import Fact
from shared.events.notifications import Notification
from shared.pipeline import Change, Item
from shared.tally import Allowance

__all__ = ["fold"]


def fold(
    states: Mapping[UUID, Complaint | Contact | None], item: Item, now: datetime, allowance: Allowance = ALLOWANCE
) -> Change[Complaint | Contact]:
    """Fold one command or fact into the state rows of its keys.

    A fact never fails. A command may raise Refused. ``allowance`` bounds what a reporter may add to one complaint.
    Raises TypeError for data that no rule covers.
    """
    match item.data:
        case Fact() as fact:
            return _fact(states[item.key], item, fact)
        case Submit() as command:
            return submit(states, item, command)
        case Reply() | Confirm() | Dispute() | Rate() | Withdraw() as command:
            return act(states, item, command, now, allowance)
        case RecordMessage() as command:
            return record_message(states, item, command)
        case ReportStatus() as command:
            return report_status(states, item, command)
        case ReportChannel() as command:
            return report_channel(item, command)
        case SyncExternal() as command:
            return sync_external(states, item, command)
        case Erase() as command:
            return erase(states, item, command)
        case ClaimRequest():
            return Change()
    raise TypeError(f"no rule for {type(item.data).__name__}")


def _fact(complaint: Complaint | Contact | None, item: Item, fact: Fact) -> Change[Complaint | Contact]:
    if not isinstance(complaint, Complaint):
        return Change()
    after = clocked(complaint, fact, item.at) if item.topic == DEADLINES else told(complaint, fact, item.at)
    rows = (
        (MessageLink(message=fact.message, complaint=item.key),)
        if isinstance(fact, Notification) and not complaint.erased
        else ()
    )
    return Change(states={item.key: after} if after is not complaint else {}, rows=rows)
