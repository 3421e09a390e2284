"""The notifier's fold: the table of handlers, and what holds for every input."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.notifier.rules import appeals as appeal_rules
from services.notifier.rules import cases as case_rules
from services.notifier.rules import contacts as contact_rules
from services.notifier.rules import deadlines as deadline_rules
from services.notifier.rules import helpers as helper_rules
from services.notifier.rules import referral as referral_rules
from services.notifier.rules.commands import Redo, Settle
from services.notifier.rules.context import Context
from services.notifier.rules.platform_reports import handle_channel_state_reported
from services.notifier.rules.send_window import OfficeHours
from services.notifier.rules.statuses import handle_redo, handle_settle
from services.notifier.state import CaseState, NotifierState
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
    contacts,
    deadlines,
    registry,
)
from shared.events.fact import Fact
from shared.pipeline import Change, Fold, Item
from shared.pipeline.registry import handle_registry_changed

Handler = Callable[[Context, Any], Change[NotifierState]]

HANDLERS: Mapping[type[Any], Handler] = {
    Settle: handle_settle,
    Redo: handle_redo,
    cases.Opened: case_rules.handle_opened,
    cases.Triaged: case_rules.handle_triaged,
    cases.Assigned: case_rules.handle_assigned,
    cases.Declined: case_rules.handle_declined,
    cases.TakenBack: case_rules.handle_taken_back,
    cases.Progressed: case_rules.handle_progressed,
    cases.InfoRequested: case_rules.handle_info_requested,
    cases.InfoReceived: case_rules.handle_info_received,
    cases.Replied: case_rules.handle_replied,
    cases.ReplyHandled: case_rules.handle_reply_handled,
    cases_voice.VoiceWritten: case_rules.handle_voice_written,
    cases.PutOff: case_rules.handle_put_off,
    cases.Resolved: case_rules.handle_resolved,
    cases.Closed: case_rules.handle_closed,
    cases_appeal.Appealed: appeal_rules.handle_appealed,
    cases_appeal.AppealDecided: appeal_rules.handle_appeal_decided,
    cases_answer.Rated: case_rules.handle_rated,
    cases_answer.Extended: case_rules.handle_extended,
    cases.Reopened: case_rules.handle_reopened,
    cases.Reclassified: case_rules.handle_reclassified,
    cases.Referred: case_rules.handle_referred,
    cases_referral.AuthorityTold: referral_rules.handle_authority_told,
    cases_referral.AuthorityAnswered: referral_rules.handle_authority_answered,
    cases.Archived: case_rules.handle_archived,
    cases_helpers.HelperAdded: helper_rules.handle_helper_added,
    cases_helpers.HelperContributed: helper_rules.handle_helper_contributed,
    cases_helpers.HelperEnded: helper_rules.handle_helper_ended,
    cases_merged.Merged: case_rules.handle_merged,
    cases_merged.MergedFrom: case_rules.handle_merged_from,
    cases_merged.UnmergedFrom: case_rules.handle_unmerged_from,
    cases.CaseErased: case_rules.handle_case_erased,
    deadlines.DeadlineSet: deadline_rules.handle_deadline_set,
    deadlines.DeadlineMoved: deadline_rules.handle_deadline_moved,
    deadlines.DeadlinePaused: deadline_rules.handle_deadline_paused,
    deadlines.DeadlineResumed: deadline_rules.handle_deadline_resumed,
    deadlines.DeadlineMet: deadline_rules.handle_deadline_over,
    deadlines.DeadlineEnded: deadline_rules.handle_deadline_over,
    deadlines.DeadlineApproaching: deadline_rules.handle_deadline_approaching,
    deadlines.Escalated: deadline_rules.handle_escalated,
    deadlines.DeadlineRetracted: deadline_rules.handle_deadline_retracted,
    contacts.ContactLinked: contact_rules.handle_contact_linked,
    contacts.ContactUnlinked: contact_rules.handle_contact_unlinked,
    contacts.WindowOpened: contact_rules.handle_window_opened,
    contacts.OptedOut: contact_rules.handle_opted_out,
    contacts.OptedIn: contact_rules.handle_opted_in,
    contacts.MessageStatusReported: contact_rules.handle_message_status_reported,
    contacts.ReplyRequested: contact_rules.handle_reply_requested,
    contacts.ContactErased: contact_rules.handle_contact_erased,
    registry.RegistryChanged: handle_registry_changed,
    contacts.ChannelStateReported: handle_channel_state_reported,
}

# Facts about which nobody is told, and of which no message needs anything.
IGNORED: frozenset[type[Fact]] = frozenset(
    {
        # The citizen heard of the assignment; the OPD's first step is told when it is public.
        cases.Accepted,
        # The lead reads it on the page of the case. It hears of the part itself.
        cases_helpers.HelperAccepted,
        # The citizen's own word. Its effect is told by the case's next fact: Closed or Reopened.
        cases.Confirmed,
        cases.Disputed,
        # The citizen's own word. Its effect is told by Assigned or Referred.
        cases_choice.ChoiceTaken,
        # The citizen was on the telephone. What follows is told by Closed or Reopened.
        cases_answer.Called,
        # The citizen reads the review on the page. If it reopens the case, Reopened is told.
        cases_evidence.EvidenceReviewed,
        # The citizen reads on the page that a photo is public.
        cases_files.FileReleased,
        # The citizen hears that the authority was told, which follows.
        cases_referral.ReferralConfirmed,
        # The people of the two cases are told apart by UnmergedFrom.
        cases_merged.Unmerged,
        # An input without effect.
        cases.Noted,
        # The citizen hears of another system's status from that system.
        cases_elsewhere.ExternalStatusSeen,
        cases_elsewhere.SourceAmended,
        # The same moment's Escalated names the people to be told.
        deadlines.DeadlineBreached,
        # The router answers with Closed, which is told.
        deadlines.SilenceExpired,
    }
)

# No fact of an erased complaint has an effect. Commands and facts of contacts have.
_OF_COMPLAINTS: frozenset[type[Any]] = frozenset(
    kind
    for kind in HANDLERS
    if kind is not cases.CaseErased and issubclass(kind, Fact) and kind.TYPE.startswith(("case.", "deadline."))
)


def make_fold(hours: OfficeHours) -> Fold[NotifierState]:
    """Return the service's fold with the office's calendar."""
    return partial(fold, hours=hours)


def keys_of(key: UUID, fact: Fact) -> tuple[UUID, ...]:
    """Return the keys whose state ``fact`` may change or needs.

    A link belongs to both the contact and the complaint. The mail to an authority needs the contacts that it may name.
    """
    if isinstance(fact, contacts.ContactLinked | contacts.ContactUnlinked):
        return (key, fact.complaint)
    if isinstance(fact, cases_referral.AuthorityTold):
        return (key, *(one for one in fact.contacts if one != key))
    return (key,)


def fold(
    states: Mapping[UUID, NotifierState | None], item: Item, now: datetime, *, hours: OfficeHours
) -> Change[NotifierState]:
    """Fold one fact or command. The fold is total: anything that does not concern the notifier changes nothing."""
    kind = type(item.data)
    handler = HANDLERS.get(kind)
    if handler is None:
        return Change()
    state = states.get(item.key)
    if kind in _OF_COMPLAINTS and isinstance(state, CaseState) and state.erased:
        return Change()
    return handler(Context(states, item, now, hours), item.data)
