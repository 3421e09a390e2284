"""The fold of intake: one table from the class of a fact or command to its handler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.intake.rules import (
    appeals,
    cases,
    cases_referral,
    chat,
    choosing,
    citizen,
    commands_citizen,
    contacts,
    conversation_choice,
    deadlines,
    erasure,
    evidence,
    external,
    files,
    filing,
    following,
    lost_link,
    notifications,
)
from services.intake.rules import commands as k
from services.intake.rules.context import Context, Handler, StateChange, States
from services.intake.rules.limits import ALLOWANCE
from services.intake.state import Complaint
from shared.events import cases as c
from shared.events import cases_answer as a
from shared.events import cases_appeal, cases_choice, cases_merged, registry
from shared.events import cases_elsewhere as e
from shared.events import cases_evidence as x
from shared.events import cases_files as pf
from shared.events import cases_helpers as p
from shared.events import cases_referral as r
from shared.events import cases_voice as v
from shared.events import deadlines as d
from shared.events import notifications as n
from shared.events.fact import Blank, Fact, Unknown
from shared.pipeline import Change, Item, Tick
from shared.pipeline.registry import handle_registry_changed
from shared.tally import Allowance

HANDLERS: Final[Mapping[type[Any], Handler]] = {
    k.Hear: chat.hear,
    Tick: chat.pass_time,
    k.Submit: filing.submit,
    commands_citizen.Reply: citizen.reply,
    commands_citizen.Confirm: citizen.confirm,
    commands_citizen.Dispute: citizen.dispute,
    commands_citizen.Appeal: appeals.appeal,
    commands_citizen.Rate: citizen.rate,
    commands_citizen.Choose: choosing.choose,
    k.AskChoice: conversation_choice.ask,
    k.NoteAsked: choosing.note_asked,
    commands_citizen.Withdraw: citizen.withdraw,
    commands_citizen.ObjectToReferral: citizen.object_to_referral,
    commands_citizen.ShareContact: citizen.share_contact,
    k.RecordMessage: contacts.record_message,
    k.SendLinkAgain: lost_link.send_link_again,
    k.ReportStatus: contacts.report_status,
    k.ReportChannel: contacts.report_channel,
    k.Follow: following.follow,
    k.Unfollow: following.unfollow,
    k.SyncExternal: external.sync_external,
    k.SettleFile: files.settle_file,
    k.DoubtEvidence: evidence.doubt_evidence,
    k.Erase: erasure.erase,
    k.ClaimRequest: filing.claim_request,
    c.Opened: cases.show_opened,
    c.Triaged: choosing.show_triaged,
    c.Assigned: cases.show_assigned,
    c.Accepted: cases.show_accepted,
    c.Declined: cases.show_declined,
    c.TakenBack: cases.show_taken_back,
    c.Progressed: cases.show_progressed,
    c.InfoRequested: cases.show_info_requested,
    c.InfoReceived: cases.show_info_received,
    c.Replied: cases.show_replied,
    c.ReplyHandled: cases.show_reply_handled,
    c.PutOff: cases.show_put_off,
    c.Resolved: cases.show_resolved,
    c.Closed: cases.show_closed,
    c.Reopened: cases.show_reopened,
    cases_appeal.Appealed: appeals.show_appealed,
    cases_appeal.AppealDecided: appeals.show_decided,
    c.Referred: cases.show_referred,
    r.ReferralConfirmed: cases_referral.show_confirmed,
    r.AuthorityTold: cases_referral.show_told,
    r.AuthorityAnswered: cases_referral.show_answered,
    c.Archived: cases.show_archived,
    cases_merged.Merged: cases.show_merged,
    cases_merged.MergedFrom: cases.show_merged_from,
    cases_merged.Unmerged: cases.show_unmerged,
    c.Reclassified: cases.show_reclassified,
    c.Noted: cases.show_noted,
    e.SourceAmended: external.take_protection,
    a.Called: cases.show_called,
    a.Extended: cases.show_extended,
    v.VoiceWritten: cases.show_voice_written,
    x.EvidenceReviewed: cases.show_evidence_reviewed,
    pf.FileReleased: cases.show_file_released,
    p.HelperAdded: cases.show_helper,
    p.HelperEnded: cases.show_helper_gone,
    p.HelperContributed: cases.keep_part,
    d.DeadlineSet: deadlines.set_deadline,
    d.DeadlineMoved: deadlines.move_deadline,
    d.DeadlinePaused: deadlines.pause_deadline,
    d.DeadlineResumed: deadlines.resume_deadline,
    d.DeadlineMet: deadlines.stop_deadline,
    d.DeadlineEnded: deadlines.stop_deadline,
    d.SilenceExpired: deadlines.stop_silence,
    d.DeadlineBreached: deadlines.breach_deadline,
    d.Escalated: deadlines.show_escalation,
    d.DeadlineRetracted: deadlines.retract_deadline,
    registry.RegistryChanged: handle_registry_changed,
    n.Sent: notifications.link_message,
    n.Delivered: notifications.link_message,
    n.Read: notifications.link_message,
    n.Failed: notifications.link_message,
    n.GivenUp: notifications.show_given_up,
    n.Suppressed: notifications.link_message,
}

IGNORED: Final[frozenset[type[Fact]]] = frozenset(
    {
        # The citizen's own acts: intake has put them on the timeline before it sent them to the router.
        c.Confirmed,
        c.Disputed,
        a.Rated,
        cases_choice.ChoiceTaken,
        # Intake is the service that erases. It has forgotten the complaint before the router says so.
        c.CaseErased,
        # The counterpart of a merger that the citizen of the remaining complaint reads nothing about.
        cases_merged.UnmergedFrom,
        # The router's echo of what intake has imported.
        e.ExternalStatusSeen,
        # What helps the OPD of the case is for offices: the citizen reads one answer.
        p.HelperAccepted,
        # A reminder for officers.
        d.DeadlineApproaching,
        # Facts without readable content.
        Unknown,
        Blank,
    }
)


def fold(
    states: States, item: Item, now: datetime, allowance: Allowance = ALLOWANCE, *, may_ask: bool = True
) -> StateChange:
    """Fold one command or fact into the state rows of its keys.

    A fact about an unknown or erased complaint changes nothing. A command may raise Refused.
    ``allowance`` bounds what a reporter may add to one complaint, ``may_ask`` whether one is asked what it is about.
    Raises TypeError for data that no rule covers.
    """
    kind = type(item.data)
    if issubclass(kind, Fact) and kind is not registry.RegistryChanged:
        complaint = states[item.key]
        if not isinstance(complaint, Complaint) or complaint.erased or kind in IGNORED:
            return Change()
    if isinstance(item.data, d.ClockFact) and item.data.helper is not None:
        # The citizen waits for the OPD that has the case. The clocks of those that help it are for offices.
        return Change()
    handler = HANDLERS.get(kind)
    if handler is None:
        raise TypeError(f"no rule for {kind.__name__}")
    return handler(Context(states, item, now, allowance, may_ask), item.data)
