"""The fold of the router, for facts, updates of the OPDs, commands and ticks. Only commands may be refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.router.errors import NoSuchCase
from services.router.rules.amending import amended
from services.router.rules.citizen import said
from services.router.rules.clock import clocked, requeued
from services.router.rules.commands import CaseCommand, Merge, OpdCommand, Unmerge
from services.router.rules.desk import order
from services.router.rules.draft import LIMITS, Draft, Limits
from services.router.rules.external import Closing, status_changed
from services.router.rules.merging import merged, unmerged
from services.router.rules.office import act
from services.router.rules.opening import opened
from services.router.rules.updates import refuse, undecodable, updated
from services.router.state import Case
from shared.events import cases, opd
from shared.events.catalogue import DEADLINES
from shared.events.fact import Fact
from shared.events.submissions import CitizenDisputed, CitizenReplied, ExternalStatusChanged, SourceChanged, Submitted
from shared.pipeline import Change, Item, Tick, Undecodable

States = Mapping[UUID, Case | None]


def fold(
    states: States, item: Item, now: datetime, *, limits: Limits = LIMITS, closing: Closing = "answered"
) -> Change[Case]:
    """Fold one input into its case.

    ``closing``: when an end in SP4N also ends the case here.
    Raise Refused for a command that does not fit; all other inputs are taken.
    """
    case, data = states[item.key], item.data
    if isinstance(data, CaseCommand):
        return _commanded(states, case, item, data, now, limits)
    if isinstance(data, Submitted) and case is None:
        return opened(item, data, now)
    if case is None or case.erased:
        return _unknown(case, item, now)
    draft = Draft(item, case, now, limits=limits)
    if isinstance(data, Tick):
        requeued(draft)
    elif isinstance(data, Undecodable):
        undecodable(draft, item, data)
    elif isinstance(data, opd.Update):
        updated(draft, item, data)
    elif isinstance(data, Fact) and data.ERASES:
        return _erased(draft)
    elif item.topic == DEADLINES:
        clocked(draft, data)
    elif isinstance(data, ExternalStatusChanged):
        status_changed(draft, data.external, closing)
    elif isinstance(data, SourceChanged):
        amended(draft, data)
    elif case.state == "merged" and case.merged_into is not None and isinstance(data, CitizenReplied | CitizenDisputed):
        draft.note(data.TYPE, "merged")
        return _passed_on(draft, case.merged_into, data)
    else:
        said(draft, data)
    return draft.change()


def _commanded(
    states: States, case: Case | None, item: Item, command: CaseCommand, now: datetime, limits: Limits
) -> Change[Case]:
    """Carry out a command. Raise NoSuchCase or what the rules refuse the command with."""
    if case is None or case.erased:
        raise NoSuchCase
    if isinstance(command, Merge):
        return merged(states, item, command, now)
    if isinstance(command, Unmerge):
        return unmerged(states, item, command, now)
    draft = Draft(item, case, now, limits=limits)
    if isinstance(command, OpdCommand):
        act(draft, command)
    else:
        order(draft, command)
    return draft.change(told=True)


def _unknown(case: Case | None, item: Item, now: datetime) -> Change[Case]:
    """Fold an input for a complaint that is unknown or erased.

    Answer an OPD that the case is unknown. Keep an erasure, even if it comes first. Ignore all else: the gap rule parks
    a fact that comes before its submission, and an erased complaint stays blank.
    """
    draft = Draft(item, case or Case(erased=True), now)
    if isinstance(item.data, opd.Update):
        refuse(draft, item, "unknown_case", "Aduan itu tidak dikenal.", item.data)
    elif isinstance(item.data, Undecodable):
        undecodable(draft, item, item.data)
    elif isinstance(item.data, Fact) and item.data.ERASES and case is None:
        return Change(states={item.key: Case(erased=True)})
    return draft.change()


def _erased(draft: Draft) -> Change[Case]:
    """Erase the case, and send its OPD a withdrawn snapshot.

    Only a blank row remains. It says that there was a case, and which sequences were read.
    """
    draft.leave()
    draft.set(text="", title=None, place=None, reporter_name=None, replies=(), reasons=(), left=())
    draft.say(cases.CaseErased())
    change = draft.change()
    return Change(states={draft.key: Case(erased=True)}, events=change.events)


def _passed_on(draft: Draft, survivor: UUID, fact: CitizenReplied | CitizenDisputed) -> Change[Case]:
    """Forward a reply or dispute on a merged case to the case that it was joined to."""
    change = draft.change()
    return Change(states=change.states, events=change.events, forwards=((survivor, fact),))
