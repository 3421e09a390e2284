"""The merge of a case into another one about the same event, whose updates its people then follow; and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.router.errors import (
    MergeIntoEnded,
    MergeWithItself,
    NoSuchCase,
    StaleRevision,
    TooManyFollowers,
    WrongState,
)
from services.router.rules.commands import Merge, Unmerge
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.limits import MAX_FOLLOWERS
from services.router.state import OPEN, Case
from shared.events import cases, cases_merged
from shared.events.submissions import CitizenDisputed, CitizenRated, CitizenReplied
from shared.pipeline import Change


def merge_cases(context: Context, command: Merge) -> Change[Case]:
    """Join an open case to another open case.

    Withdraw the joined case from its OPD. Its contacts and followers now follow the other case.
    Raise NoSuchCase, StaleRevision, WrongState, or CannotMerge if the two cases cannot be joined.
    """
    item, now = context.item, context.now
    source, target = _both(context.states, item.key, command.into)
    if item.key == command.into:
        raise MergeWithItself
    if command.revision is not None and command.revision != source.revision:
        raise StaleRevision(source.revision)
    if source.state not in OPEN:
        raise WrongState(source.state)
    if target.state not in OPEN:
        raise MergeIntoEnded
    leaving, staying = Draft(item, source, now), Draft(item, target, now, command.into)
    leaving.withdraw()
    leaving.set(state="merged", merged_state=source.state, merged_into=command.into, desk=None)
    leaving.emit(cases_merged.Merged(into=command.into, into_ticket=target.ticket))
    people = (*source.contacts, *source.followers)
    if len(target.followers) + len(people) > MAX_FOLLOWERS:
        raise TooManyFollowers
    staying.set(followers=(*target.followers, *(one for one in people if one not in target.followers)))
    staying.emit(
        cases_merged.MergedFrom(
            source=item.key, source_ticket=source.ticket, contacts=people, followers=source.followers
        )
    )
    return _together(leaving, staying)


def unmerge_cases(context: Context, command: Unmerge) -> Change[Case]:
    """Return a merged case to its former state and OPD, and take its people off the other case.

    Raise NoSuchCase, StaleRevision, or WrongState if the case is not merged.
    """
    item, now = context.item, context.now
    source = context.case
    if source is None or source.erased:
        raise NoSuchCase
    if command.revision is not None and command.revision != source.revision:
        raise StaleRevision(source.revision)
    if source.state != "merged" or source.merged_into is None or source.merged_state is None:
        raise WrongState(source.state)
    leaving = Draft(item, source, now)
    desk = "triage" if source.merged_state == "verification" else None
    left = source.left_without(source.opd)
    leaving.set(state=source.merged_state, merged_into=None, merged_state=None, desk=desk, left=left, since=item.at)
    leaving.emit(cases_merged.Unmerged(state=source.merged_state, opd=source.opd))
    if source.unread and source.merged_state == "resolved":
        # The state starts the clock of silence anew. A reply that is still unread must end that silence again.
        leaving.emit(cases.Replied(text=source.replies[-1], state="resolved", waiting=source.unread))
    leaving.send_snapshot()
    target = context.states.get(source.merged_into)
    if target is None or target.erased:
        return leaving.change(with_answer=True)
    staying = Draft(item, target, now, source.merged_into)
    people = (*source.contacts, *source.followers)
    staying.set(followers=tuple(one for one in target.followers if one not in people))
    staying.emit(cases_merged.UnmergedFrom(source=item.key, contacts=people))
    return _together(leaving, staying)


def forward_to_survivor(
    context: Context, fact: CitizenReplied | CitizenDisputed | CitizenRated, survivor: UUID
) -> Change[Case]:
    """Note a reply, dispute or rating on a merged case, and forward it to the case that it was joined to."""
    draft = context.draft()
    draft.note(fact.TYPE, "merged")
    change = draft.change()
    return Change(states=change.states, events=change.events, forwards=((survivor, fact),))


def _both(states: Mapping[UUID, Case | None], one: UUID, other: UUID) -> tuple[Case, Case]:
    """Return both cases. Raise NoSuchCase if one is unknown or erased."""
    source, target = states.get(one), states.get(other)
    if source is None or target is None or source.erased or target.erased:
        raise NoSuchCase
    return source, target


def _together(leaving: Draft, staying: Draft) -> Change[Case]:
    """Return the changes of both cases as one. The answer describes the first case."""
    first, second = leaving.change(with_answer=True), staying.change()
    return Change(states={**first.states, **second.states}, events=(*first.events, *second.events), answer=first.answer)
