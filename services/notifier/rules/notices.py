"""Notices that follow from a fact of a complaint: their due times, and the summary of an imported history."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.context import Context
from services.notifier.rules.recipients import PlannedNotice, news_for_follower
from services.notifier.rules.rows import NewNotice
from services.notifier.rules.send_window import earliest_sending
from services.notifier.state import CaseState, NotifierState
from shared.pipeline import Change, Item

# Long enough for the whole of a large import to be read.
SUMMARY_AFTER = timedelta(minutes=15)
# A fact that is read this long after it happened is history: its state is kept, but nobody is told.
STALE = timedelta(days=7)


def announce(context: Context, case: CaseState, planned: Iterable[PlannedNotice] = ()) -> Change[NotifierState]:
    """Return the change to ``case``, the state after the fact, with the planned notices as rows.

    There are no notices about a case that had ended before it came to us, nor about facts of an imported history.
    """
    if case.quiet or is_imported_history(case, context.item):
        return change_case(context, case)
    return change_case(context, case, (notice for plan in planned for notice in _notices(context, case, plan)))


def change_case(context: Context, case: CaseState, notices: Iterable[NewNotice] = ()) -> Change[NotifierState]:
    """Return the change to ``case`` with these rows. An unchanged state is not written."""
    states = {context.item.key: case} if case != context.case else {}
    return Change(states=states, rows=tuple(notices))


def is_imported_history(case: CaseState, item: Item) -> bool:
    """Return whether ``item`` is a fact of a history that was imported with the case."""
    return case.history and case.imported_at is not None and item.at <= case.imported_at


def history_summary(context: Context, case: CaseState, opd: str) -> tuple[NewNotice, ...]:
    """Return the officer's notice about an imported case that ``opd`` has.

    All notices of one import have the same due time, so that each officer gets one message about all of them.
    """
    if case.quiet or case.imported_at is None:
        return ()
    plan = PlannedNotice(Audience.OFFICER, NoticeKind.TAKEN_OVER, {"opd": opd}, opd=opd)
    due = context.hours.next_open(case.imported_at + SUMMARY_AFTER)
    item = _dated_by_import(context.item, case)
    return (_notice(item, plan, due, None, case.imported_at, at_once=False),)


def _notices(context: Context, case: CaseState, plan: PlannedNotice) -> Iterable[NewNotice]:
    """Yield one notice for each contact of the complaint, or one for an audience whose addresses are a table's."""
    at_once = plan.own_act or (case.urgent and not plan.waits)
    due = earliest_sending(plan.audience, context.now, context.hours, at_once=at_once)
    contacts: tuple[UUID | None, ...] = case.contacts if plan.audience is Audience.CITIZEN else (None,)
    item = _dated_by_import(context.item, case)
    for contact in contacts:
        told = news_for_follower(plan) if contact in case.followers else plan
        if told is not None:
            yield _notice(item, told, due, contact, context.now, at_once=at_once)


def first_news(context: Context, complaint: UUID) -> NewNotice:
    """Return the first notice to a new follower: it confirms the following, and says how to end it."""
    item = replace(context.item, key=complaint)
    plan = PlannedNotice(Audience.CITIZEN, NoticeKind.FOLLOWED, {"variant": "following"})
    due = earliest_sending(plan.audience, context.now, context.hours, at_once=True)
    return _notice(item, plan, due, context.item.key, context.now, at_once=True)


def _dated_by_import(item: Item, case: CaseState) -> Item:
    """Return ``item`` dated no earlier than the case's import, since older facts became news only with the import."""
    return item if case.imported_at is None or item.at >= case.imported_at else replace(item, at=case.imported_at)


def _notice(
    item: Item, plan: PlannedNotice, due: datetime, contact: UUID | None, now: datetime, *, at_once: bool
) -> NewNotice:
    values = {name: value for name, value in plan.values.items() if value is not None}
    if now - item.at > STALE:
        values["stale"] = True
    return NewNotice(
        event=item.id,
        complaint=item.key,
        audience=plan.audience,
        kind=plan.kind,
        occurred_at=item.at,
        due=due,
        contact=contact,
        opd=plan.opd,
        at_once=at_once,
        values=values,
        traceparent=item.traceparent,
    )
