"""Statuses of a message: each is published once, and never an earlier one after a later one."""

from typing import Literal, TypedDict
from uuid import UUID

from services.notifier.rules.commands import Redo, Settle
from services.notifier.rules.context import Context
from services.notifier.rules.rows import Result
from services.notifier.state import CaseState, NotifierState
from shared.events import notifications
from shared.events.catalogue import NOTIFICATIONS
from shared.pipeline import Change, Out


class _Common(TypedDict):
    message: UUID
    channel: str
    template: str
    recipient: str


_RANK = {"sent": 1, "delivered": 2, "read": 3}


def statuses_to_publish(before: str | None, status: str | None) -> tuple[str, ...]:
    """Return the statuses to publish when ``status`` is heard after ``before``.

    `read` may come without `delivered`. A repeat or an older status publishes nothing. A failed try is published each
    time it happens, unless the message has already arrived.
    """
    if status is None:
        return ()
    old, new = _RANK.get(before or "", 0), _RANK.get(status, 0)
    if new:
        told = ("sent", status) if new > 1 and not old else (status,)
        return told if new > old else ()
    if old > 1 or (status == before and status != "failed"):
        return ()
    return (status,)


StatusRelevance = Literal["counts", "old", "wait"]


def status_relevance(*, state: str, now_id: str | None, provider_id: str, old: bool, status: str) -> StatusRelevance:
    """Return whether a status counts for a message. It counts only when it names the row's present try.

    ``now_id`` is the channel's id of the present try, None while the channel has given none. ``old`` says that an
    earlier try had ``provider_id``. A failure counts only for a message that is `sent` or `unsure`.
    """
    if old:
        return "old"
    if state == "sending":
        return "wait"  # only the answer to the present try will tell the try's own id
    if now_id is not None and now_id != provider_id:
        return "old"
    if status == "failed" and state not in ("sent", "unsure"):
        return "old"
    return "counts"


def handle_settle(context: Context, settle: Settle) -> Change[NotifierState]:
    """Save the sender's results as rows, and publish the new statuses among them on the complaint's stream.

    A message of a contact without a complaint publishes nothing.
    """
    key = context.item.key
    case = context.states.get(key)
    if not isinstance(case, CaseState) or case.erased:
        return Change(rows=settle.results)
    messages, events = dict(case.messages), []
    for result in settle.results:
        for status in statuses_to_publish(messages.get(result.message), result.status):
            events.append(Out(NOTIFICATIONS, key, _event(result, status), actor="notifier"))
            messages[result.message] = status
    after = case.with_(messages=messages)
    return Change(states={key: after} if events else {}, events=tuple(events), rows=settle.results)


def handle_redo(_context: Context, redo: Redo) -> Change[NotifierState]:
    """Save an operator's decision on a message that was given up."""
    return Change(rows=(redo,))


def _event(result: Result, status: str) -> notifications.Notification:
    role = result.recipient.partition(":")[0]
    common = _Common(
        message=result.message,
        channel=str(result.channel),
        template=result.template,
        recipient="citizen" if role == "contact" else role,
    )
    reason = result.reason or status
    match status:
        case "sent":
            return notifications.Sent(**common)
        case "delivered":
            return notifications.Delivered(**common)
        case "read":
            return notifications.Read(**common)
        case "given_up":
            return notifications.GivenUp(**common, reason=reason)
        case "suppressed":
            return notifications.Suppressed(**common, reason=reason)
        case _:
            return notifications.Failed(**common, reason=reason)
