"""The merge of a case into another one about the same event, whose updates its people then follow; and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.router.errors import CannotMerge, NoSuchCase, StaleRevision, WrongState
from services.router.rules.commands import Merge, Unmerge
from services.router.rules.draft import Draft
from services.router.rules.limits import MAX_FOLLOWERS
from services.router.state import OPEN, Case
from shared.events import cases
from shared.pipeline import Change, Item


def merged(states: Mapping[UUID, Case | None], item: Item, command: Merge, now: datetime) -> Change[Case]:
    """Join an open case to another open case.

    Withdraw the joined case from its OPD. Its contacts and followers now follow the other case.
    Raise NoSuchCase, StaleRevision, WrongState, or CannotMerge if the two cases cannot be joined.
    """
    source, target = _both(states, item.key, command.into)
    if item.key == command.into:
        raise CannotMerge("Aduan tidak dapat digabungkan dengan dirinya sendiri.")
    if command.revision is not None and command.revision != source.revision:
        raise StaleRevision(source.revision)
    if source.state not in OPEN:
        raise WrongState(source.state)
    if target.state not in OPEN:
        raise CannotMerge("Aduan tujuan sudah digabungkan atau sudah berakhir.")
    leaving, staying = Draft(item, source, now), Draft(item, target, now, command.into)
    leaving.leave()
    leaving.set(state="merged", merged_state=source.state, merged_into=command.into, desk=None)
    leaving.say(cases.Merged(into=command.into, into_ticket=target.ticket))
    people = (*source.contacts, *source.followers)
    if len(target.followers) + len(people) > MAX_FOLLOWERS:
        raise CannotMerge(
            "Aduan tujuan sudah diikuti terlalu banyak pelapor; gabungkan dengan aduan lain tentang kejadian yang sama."
        )
    staying.set(followers=(*target.followers, *(one for one in people if one not in target.followers)))
    staying.say(cases.MergedFrom(source=item.key, source_ticket=source.ticket, contacts=people))
    return _together(leaving, staying)


def unmerged(states: Mapping[UUID, Case | None], item: Item, command: Unmerge, now: datetime) -> Change[Case]:
    """Return a merged case to its former state and OPD, and take its people off the other case.

    Raise NoSuchCase, StaleRevision, or WrongState if the case is not merged.
    """
    source = states[item.key]
    if source is None or source.erased:
        raise NoSuchCase
    if command.revision is not None and command.revision != source.revision:
        raise StaleRevision(source.revision)
    if source.state != "merged" or source.merged_into is None or source.merged_state is None:
        raise WrongState(source.state)
    leaving = Draft(item, source, now)
    desk = "triage" if source.merged_state == "verification" else None
    left = tuple(one for one in source.left if one.opd != source.opd)
    leaving.set(state=source.merged_state, merged_into=None, merged_state=None, desk=desk, left=left, since=item.at)
    leaving.say(cases.Unmerged(state=source.merged_state, opd=source.opd))
    if source.unread and source.merged_state == "resolved":
        # The state starts the clock of silence anew. A reply that is still unread must end that silence again.
        leaving.say(cases.Replied(text=source.replies[-1], state="resolved", waiting=source.unread))
    leaving.send()
    target = states.get(source.merged_into)
    if target is None or target.erased:
        return leaving.change(told=True)
    staying = Draft(item, target, now, source.merged_into)
    people = (*source.contacts, *source.followers)
    staying.set(followers=tuple(one for one in target.followers if one not in people))
    staying.say(cases.UnmergedFrom(source=item.key, contacts=people))
    return _together(leaving, staying)


def _both(states: Mapping[UUID, Case | None], one: UUID, other: UUID) -> tuple[Case, Case]:
    """Return both cases. Raise NoSuchCase if one is unknown or erased."""
    source, target = states.get(one), states.get(other)
    if source is None or target is None or source.erased or target.erased:
        raise NoSuchCase
    return source, target


def _together(leaving: Draft, staying: Draft) -> Change[Case]:
    """Return the changes of both cases as one. The answer describes the first case."""
    first, second = leaving.change(told=True), staying.change()
    return Change(states={**first.states, **second.states}, events=(*first.events, *second.events), answer=first.answer)
