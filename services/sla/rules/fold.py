"""The fold of a case's clocks over one fact, one tick or one command: the table of handlers, and the look-up in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from services.sla.rules import (
    answers,
    appeals,
    assignment,
    citizen,
    commands,
    ending,
    helping,
    information,
    opening,
    postponement,
    recomputation,
    reopening,
    timers,
)
from services.sla.rules.context import Context
from services.sla.rules.due_dates import DueDates
from services.sla.state import CaseClocks
from shared.events import (
    cases,
    cases_answer,
    cases_appeal,
    cases_choice,
    cases_elsewhere,
    cases_evidence,
    cases_files,
    cases_helpers,
    cases_merged,
    cases_referral,
    cases_voice,
    registry,
)
from shared.events.fact import Fact
from shared.pipeline import Change, Item, Tick
from shared.pipeline.registry import handle_registry_changed

Handler: TypeAlias = Callable[[Context, Any], Change[CaseClocks]]

HANDLERS: Mapping[type[Any], Handler] = {
    cases.Opened: opening.open_case,
    cases.Triaged: opening.return_to_triage,
    cases.Reclassified: opening.reclassify,
    cases.Assigned: assignment.assign,
    cases.Declined: assignment.decline,
    cases.TakenBack: assignment.take_back,
    cases.Accepted: answers.accept,
    cases.Progressed: answers.progress,
    cases.Resolved: answers.resolve,
    cases_helpers.HelperAdded: helping.add_helper,
    cases_helpers.HelperAccepted: helping.accept_help,
    cases_helpers.HelperContributed: helping.contribute,
    cases_helpers.HelperEnded: helping.end_help,
    cases.PutOff: postponement.put_off,
    cases_answer.Extended: information.extend,
    cases.InfoRequested: citizen.request_information,
    cases.InfoReceived: citizen.receive_information,
    cases.Replied: citizen.receive_reply,
    cases.ReplyHandled: citizen.handle_reply,
    cases.Confirmed: citizen.confirm,
    cases_answer.Rated: citizen.rate,
    cases.Disputed: citizen.dispute,
    cases_appeal.Appealed: appeals.appeal,
    cases_appeal.AppealDecided: appeals.decide_appeal,
    cases.Reopened: reopening.reopen,
    cases_merged.Unmerged: reopening.separate,
    cases.Closed: ending.close,
    cases.Referred: ending.refer,
    cases.Archived: ending.archive,
    cases_merged.Merged: ending.merge,
    cases.CaseErased: ending.erase,
    registry.RegistryChanged: handle_registry_changed,
    commands.Recompute: recomputation.recompute,
    Tick: timers.reach_levels,
}

IGNORED: frozenset[type[Fact]] = frozenset(
    {
        # The people of another case follow this one from now on, or no longer. Its own deadlines stay.
        cases_merged.MergedFrom,
        cases_merged.UnmergedFrom,
        # A fact that does not fit the state of the case has no effect, and so none on its clocks.
        cases.Noted,
        # What the citizen said in a call has its own event: Confirmed or Disputed.
        cases_answer.Called,
        # The citizen's choice moves no clock. What follows from it has its own event: Assigned or Referred.
        cases_choice.ChoiceTaken,
        # Words for a voice note move no clock. What follows from them has its own events: Reclassified, Assigned.
        cases_voice.VoiceWritten,
        # A review of evidence moves no clock. If it reopens the case, Reopened follows.
        cases_evidence.EvidenceReviewed,
        # A photo that becomes public moves no clock.
        cases_files.FileReleased,
        # A person agrees with a referral, or the authority is told and answers: no clock runs while a case is referred.
        cases_referral.ReferralConfirmed,
        cases_referral.AuthorityTold,
        cases_referral.AuthorityAnswered,
        # The records of another system set no deadline here: only a change of our own case does.
        cases_elsewhere.ExternalStatusSeen,
        cases_elsewhere.SourceAmended,
    }
)


def fold(
    due_dates: DueDates, states: Mapping[UUID, CaseClocks | None], item: Item, now: datetime
) -> Change[CaseClocks]:
    """Fold one item into the clocks of its case, under the calendar and policies of ``due_dates``.

    Facts never fail: a fact that does not fit the case, or of a type without a handler, moves no clock. An erased case
    does not change any more.

    A tick's ``at`` is the instant up to which all streams have been read. No level that is reached later fires.
    """
    case = states[item.key]
    if case is not None and case.erased:
        return Change()
    handler = HANDLERS.get(type(item.data))
    return Change() if handler is None else handler(Context(states, item, now, due_dates), item.data)
