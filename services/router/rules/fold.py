"""The fold of the router: one table from the class of an input to its handler. Only commands may be refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.router.routing.model import Model
from services.router.rules import (
    account_mail,
    appeals,
    calls,
    choosing,
    citizen,
    commands,
    commands_help,
    commands_referral,
    commands_registry,
    commands_release,
    commands_sp4n,
    commands_team,
    deadlines,
    desk_assignment,
    desk_decisions,
    erasure,
    evidence,
    extension,
    files,
    following,
    help_asked,
    holding,
    merging,
    notes,
    opd_commands,
    opd_updates,
    opening,
    referrals,
    registry,
    releasing,
    snapshot_repeat,
    sp4n_changes,
    sp4n_incoming,
    sp4n_outgoing,
    sp4n_status,
    unknown_case,
    voices,
)
from services.router.rules.context import Context, Handler
from services.router.rules.limits import LIMITS, CaseLimits
from services.router.settings import Closing
from services.router.state import Case
from shared.events import deadlines as d
from shared.events import opd as o
from shared.events import submissions as s
from shared.events import submissions_appeal as a
from shared.events import submissions_choice as c
from shared.events import submissions_evidence as e
from shared.events.fact import Blank, Unknown
from shared.pipeline import Change, Item, Tick, Undecodable

# The handlers for a case that is known and not erased.
HANDLERS: Final[Mapping[type[Any], Handler]] = {
    s.Submitted: opening.note_second_submission,
    s.CitizenReplied: citizen.take_reply,
    s.CitizenConfirmed: citizen.take_confirmation,
    s.CitizenDisputed: citizen.take_dispute,
    a.CitizenAppealed: appeals.take_appeal,
    s.CitizenRated: citizen.take_rating,
    s.CitizenWithdrew: citizen.take_withdrawal,
    s.CitizenObjected: referrals.take_objection,
    s.CitizenConsented: referrals.take_consent,
    s.FilesAdded: files.add_files,
    s.FileRefused: files.refuse_file,
    s.Followed: following.add_follower,
    s.Unfollowed: following.remove_follower,
    c.ChoiceAsked: choosing.note_question,
    c.CitizenChose: choosing.take_choice,
    e.EvidenceDoubted: evidence.take_doubts,
    s.ExternalStatusChanged: sp4n_status.take_status,
    s.SourceChanged: sp4n_changes.amend_case,
    s.SubmissionErased: erasure.erase_case,
    d.DeadlineSet: deadlines.keep_due_time,
    d.DeadlineMoved: deadlines.keep_due_time,
    d.DeadlineResumed: deadlines.keep_due_time,
    d.SilenceExpired: deadlines.end_silence,
    o.UpdateAccepted: opd_updates.take_acceptance,
    o.UpdateDeclined: opd_updates.take_refusal,
    o.UpdateProgressed: opd_updates.take_progress,
    o.UpdateInfoRequested: opd_updates.take_question,
    o.UpdatePutOff: opd_updates.take_put_off,
    o.UpdateExtended: opd_updates.take_extension,
    o.UpdateResolved: opd_updates.take_answer,
    o.UpdateContributed: opd_updates.take_part,
    o.UpdateHelpAsked: opd_updates.take_call_for_help,
    Undecodable: opd_updates.answer_undecodable,
    Tick: snapshot_repeat.take_tick,
    commands.Accept: opd_commands.accept_assignment,
    commands.Decline: opd_commands.decline_assignment,
    commands.Progress: opd_commands.report_progress,
    commands.Ask: opd_commands.ask_from_opd,
    commands.PutItOff: opd_commands.put_off_case,
    commands.Extend: extension.extend_case,
    commands.Resolve: opd_commands.resolve_case,
    commands_team.WriteNote: notes.write_note,
    commands_team.HandOver: notes.hand_over,
    commands_team.ReadMention: notes.read_mention,
    commands_help.Contribute: opd_commands.give_part,
    commands_help.AskHelp: opd_commands.ask_for_help,
    commands_help.EndHelp: opd_commands.go_on_without,
    commands_help.AddHelper: help_asked.add_helper,
    commands_help.RemoveHelper: help_asked.remove_helper,
    commands.Assign: desk_assignment.assign_from_desk,
    commands.TakeBack: desk_assignment.take_back_case,
    commands_referral.Refer: desk_assignment.refer_from_desk,
    commands_referral.ConfirmReferral: referrals.confirm_referral,
    commands_referral.NoteLetter: referrals.note_letter,
    commands_referral.RecordAnswer: referrals.record_answer,
    commands.AskFromDesk: desk_assignment.ask_from_desk,
    commands_registry.PassOn: registry.hand_over_case,
    commands.Release: holding.release_case,
    commands.Archive: desk_decisions.archive_from_desk,
    commands.Close: desk_decisions.close_from_desk,
    commands.HandleReply: desk_decisions.handle_replies,
    commands.Reclassify: desk_decisions.reclassify_case,
    commands_sp4n.DecideNews: desk_decisions.decide_news,
    commands_sp4n.Copied: sp4n_outgoing.tick_off_copy,
    commands_sp4n.TakeFromSp4n: sp4n_incoming.take_from_sp4n,
    commands.WriteDown: voices.write_down,
    commands.ReviewEvidence: evidence.review_evidence,
    commands_release.ReleaseFile: releasing.release_file,
    commands.DecideAppeal: appeals.decide_appeal,
    commands.CallCitizen: calls.take_call,
    commands.Merge: merging.merge_cases,
    commands.Unmerge: merging.unmerge_cases,
}

# Facts of our streams that change no case. The router shows due times only. The deadlines service keeps the clocks, and
# notifier and intake tell people about a clock that is met, ended, paused, near, late, escalated or retracted.
IGNORED: Final[frozenset[type[Any]]] = frozenset(
    (
        d.DeadlineMet,
        d.DeadlineEnded,
        d.DeadlinePaused,
        d.DeadlineApproaching,
        d.DeadlineBreached,
        d.Escalated,
        d.DeadlineRetracted,
        # The pipeline counts these two as read before a fold.
        Blank,
        Unknown,
    )
)

# The handlers for a key whose case is unknown or erased. All other inputs change nothing: the gap rule parks a fact
# that comes before its submission, and an erased complaint stays blank.
UNKNOWN_CASE_HANDLERS: Final[Mapping[type[Any], Handler]] = {
    s.Submitted: opening.open_case,
    s.SubmissionErased: erasure.keep_erasure,
    Undecodable: opd_updates.answer_undecodable,
    commands_registry.MailAccount: account_mail.request_mail,
    commands_registry.ChangeRegistry: registry.change_registry,
    **{kind: unknown_case.refuse_update for kind in HANDLERS if issubclass(kind, o.Update)},
    **{kind: unknown_case.refuse_command for kind in HANDLERS if issubclass(kind, commands.CaseCommand)},
}

# Facts on a merged case that reach the case that it was joined to.
FORWARDED: Final[frozenset[type[Any]]] = frozenset(
    (s.CitizenReplied, s.CitizenDisputed, a.CitizenAppealed, s.CitizenRated)
)


def fold(
    states: Mapping[UUID, Case | None],
    item: Item,
    now: datetime,
    *,
    limits: CaseLimits = LIMITS,
    closing: Closing = "answered",
    model: Model | None = None,
) -> Change[Case]:
    """Fold one input into its case.

    ``closing``: when an end in SP4N also ends the case here. ``model``: the routing model in force.
    Raise Refused for a command that does not fit, KeyError for a class of input that no table names.
    """
    change = _fold(states, item, Context(states, item, now, limits, closing, model))
    return sp4n_outgoing.with_mirror(states, change, item.at, mirror=limits.mirror)


def _fold(states: Mapping[UUID, Case | None], item: Item, context: Context) -> Change[Case]:
    """Hand the input to its handler, and return the handler's change."""
    data, case = item.data, states[item.key]
    kind = type(data)
    if case is None or case.erased:
        handler = UNKNOWN_CASE_HANDLERS.get(kind)
        return handler(context, data) if handler is not None else Change()
    if case.merged_into is not None and case.state == "merged" and kind in FORWARDED:
        return merging.forward_to_survivor(context, data, case.merged_into)
    handler = HANDLERS.get(kind)
    if handler is None:
        return _ignore(kind)
    return handler(context, data)


def _ignore(kind: type[Any]) -> Change[Case]:
    """Return no change for a fact that changes no case. Raise KeyError for a class that no table names."""
    if kind not in IGNORED:
        raise KeyError(kind)
    return Change()
