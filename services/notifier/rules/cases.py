"""Handlers of the router's facts: the state of the complaint after each, and the people who are told about it."""

from typing import Any
from uuid import UUID

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.context import Context
from services.notifier.rules.notices import announce, change_case, history_summary, is_imported_history
from services.notifier.rules.recipients import PlannedNotice, to_citizen, to_officer
from services.notifier.rules.rows import EraseMessages
from services.notifier.state import CaseState, NotifierState
from shared.events import cases, cases_merged
from shared.events.cases_answer import AnswerOutcome, Extended, Rated
from shared.events.cases_voice import VoiceWritten
from shared.pipeline import Change

ENDED = ("closed", "archived", "referred", "merged", "resolved")
CaseChange = Change[NotifierState]


def handle_opened(context: Context, fact: cases.Opened) -> CaseChange:
    """Keep what messages need of the case, and tell the citizen its ticket."""
    before = context.case
    case = before.with_(
        ticket=fact.ticket,
        urgent=fact.priority == "urgent",
        topic=fact.topic,
        place=fact.place,
        class_=fact.class_,
        quiet=fact.state in ENDED,
        imported_at=fact.imported_at,
        history=fact.history,
        anonim=fact.anonim,
        contacts=_joined(before.contacts, fact.contacts),
    )
    planned = to_citizen(NoticeKind.ACKNOWLEDGED, own_act=True, information=_information(case))
    return announce(context, case, (planned,))


def handle_assigned(context: Context, fact: cases.Assigned) -> CaseChange:
    """Tell the citizen and the OPD's officer. Of an imported history the officer gets a summary."""
    before = context.case
    urgent = fact.priority == "urgent"
    case = before.with_(opd=fact.opd, urgent=urgent, topic=fact.topic or before.topic, class_=fact.class_)
    if is_imported_history(case, context.item):
        return change_case(context, case, history_summary(context, case, fact.opd))
    citizen = to_citizen(NoticeKind.ASSIGNED, opd=fact.opd)
    officer = to_officer(case, NoticeKind.ASSIGNED, fact.opd, urgent=urgent, information=_information(case))
    return announce(context, case, (citizen, *officer))


def handle_declined(context: Context, _fact: cases.Declined) -> CaseChange:
    """Keep that no OPD has the case."""
    return announce(context, context.case.with_(opd=None))


def handle_taken_back(context: Context, fact: cases.TakenBack) -> CaseChange:
    """Tell the citizen, and the officer of the OPD that has lost the case."""
    case = context.case.with_(opd=None)
    came_from = "referral" if fact.state == "referred" else "opd" if fact.opd else "question"
    objected = came_from == "referral" and context.item.actor == "citizen"
    if objected:
        came_from = "objection"
    values: dict[str, Any] = {
        "opd": fact.opd,
        "came_from": came_from,
        "reason": fact.reason,
        "given": fact.to is not None,
    }
    citizen = to_citizen(NoticeKind.TAKEN_BACK, own_act=objected, **values)
    officer = to_officer(case, NoticeKind.TAKEN_BACK, fact.opd, reason=fact.reason)
    return announce(context, case, (citizen, *officer))


def handle_triaged(context: Context, fact: cases.Triaged) -> CaseChange:
    """Keep that a case which came back to the desk after its end is told about again."""
    case = context.case
    return announce(context, case.with_(opd=None, quiet=False) if fact.reopened else case)


def handle_reclassified(context: Context, fact: cases.Reclassified) -> CaseChange:
    """Keep the new priority, topic, place and class."""
    urgent = fact.priority == "urgent"
    case = context.case.with_(urgent=urgent, topic=fact.topic, place=fact.place, class_=fact.class_)
    return announce(context, case)


def handle_progressed(context: Context, fact: cases.Progressed) -> CaseChange:
    """Tell the citizen about progress that is public."""
    planned = (to_citizen(NoticeKind.PROGRESSED, opd=fact.opd, answer=fact.text),) if fact.public else ()
    return announce(context, context.case, planned)


def handle_info_requested(context: Context, fact: cases.InfoRequested) -> CaseChange:
    """Put the OPD's question to the citizen."""
    planned = to_citizen(NoticeKind.INFO_REQUESTED, opd=fact.opd, question=fact.question)
    return announce(context, context.case, (planned,))


def handle_info_received(context: Context, fact: cases.InfoReceived) -> CaseChange:
    """Tell the officer about the answer, and the citizen if the answer reopened the case."""
    case = context.case
    citizen = (to_citizen(NoticeKind.REOPENED, own_act=True, answered=True),) if fact.again else ()
    officer = to_officer(case, NoticeKind.INFO_RECEIVED) if fact.answered else ()
    return announce(context, case, (*citizen, *officer))


def handle_replied(context: Context, fact: cases.Replied) -> CaseChange:
    """Answer the first reply that waits for a person, and tell the admin koordinator. Later ones get no answer.

    For a resolved case the answer also asks the citizen whether it is solved.
    """
    planned: tuple[PlannedNotice, ...] = ()
    if fact.waiting == 1:
        citizen = to_citizen(NoticeKind.REPLIED, own_act=True, asks=fact.state == "resolved")
        planned = (citizen, PlannedNotice(Audience.ADMIN, NoticeKind.REPLIED))
    return announce(context, context.case, planned)


def handle_reply_handled(context: Context, fact: cases.ReplyHandled) -> CaseChange:
    """Pass the answer, or the question whether it is solved, on to the citizen."""
    asks = fact.outcome == "asked"
    told = asks or bool(fact.answer)
    planned = (to_citizen(NoticeKind.REPLY_HANDLED, asks=asks, answer=fact.answer),) if told else ()
    return announce(context, context.case, planned)


def handle_voice_written(context: Context, fact: VoiceWritten) -> CaseChange:
    """Show the citizen what an officer wrote down of a voice note. The citizen knows a correction of his own."""
    planned = () if fact.corrected else (to_citizen(NoticeKind.VOICE_WRITTEN, answer=fact.text),)
    return announce(context, context.case, planned)


def handle_put_off(context: Context, fact: cases.PutOff) -> CaseChange:
    """Tell the citizen the date to which the case is put off, or that the OPD goes on earlier than that date."""
    if fact.ended:
        planned = to_citizen(NoticeKind.CONTINUED, opd=fact.opd, reason=fact.reason)
    else:
        planned = to_citizen(NoticeKind.PUT_OFF, opd=fact.opd, until=fact.until.isoformat(), reason=fact.reason)
    return announce(context, context.case, (planned,))


def handle_resolved(context: Context, fact: cases.Resolved) -> CaseChange:
    """Tell the citizen the OPD's answer in the words of its outcome, and ask whether it is solved."""
    case = context.case.with_(rated=False)
    planned = to_citizen(
        NoticeKind.RESOLVED,
        opd=fact.opd,
        answer=fact.answer,
        variant=_variant(fact.outcome, case),
        until=fact.until.isoformat() if fact.until else None,
        reason=fact.reason,
        legal_basis=fact.legal_basis,
        to=fact.to,
        information=_information(case),
    )
    return announce(context, case, (planned,))


def handle_extended(context: Context, fact: Extended) -> CaseChange:
    """Tell the citizen why the answer to an information request takes longer."""
    return announce(context, context.case, (to_citizen(NoticeKind.EXTENDED, opd=fact.opd, reason=fact.reason),))


def handle_closed(context: Context, fact: cases.Closed) -> CaseChange:
    """Tell the citizen that the case is closed, by whom, and ask the next question that has no answer yet.

    A citizen whose own act closed the case has answered the first question, whether it is solved. The second is how
    satisfied the citizen is.
    """
    own_act, case = fact.by == "citizen", context.case
    asks = "ask_solved" if not own_act else None if case.rated else "ask_rating"
    planned = to_citizen(
        NoticeKind.CLOSED, own_act=own_act, waits=not own_act, closed_by=fact.by, reason=fact.reason, variant=asks
    )
    return announce(context, case, (planned,))


def handle_rated(context: Context, _fact: Rated) -> CaseChange:
    """Keep that the last answer was rated, so that nobody is asked again. Intake has thanked the citizen."""
    return announce(context, context.case.with_(rated=True))


def handle_reopened(context: Context, fact: cases.Reopened) -> CaseChange:
    """Tell the citizen and the officer that the work goes on. A promise that has passed is no act of the citizen."""
    case = context.case.with_(opd=fact.opd, urgent=fact.priority == "urgent", quiet=False, rated=False)
    promised = fact.promised is not None
    values: dict[str, Any] = {}
    if fact.promised is not None:
        values = {"variant": "promise_passed", "until": fact.promised.isoformat()}
    citizen = to_citizen(NoticeKind.REOPENED, own_act=not promised, opd=fact.opd, **values)
    return announce(context, case, (citizen, *to_officer(case, NoticeKind.REOPENED, fact.opd, **values)))


def handle_referred(context: Context, fact: cases.Referred) -> CaseChange:
    """Tell the citizen which authority is right, and the next step there. A proposal can be brought back by one tap."""
    planned = to_citizen(
        NoticeKind.REFERRED,
        to=fact.to,
        reason=fact.reason,
        next_step=fact.next_step,
        variant="proposed" if fact.proposal else None,
        share=None if context.case.anonim else True,
    )
    return announce(context, context.case, (planned,))


def handle_archived(context: Context, fact: cases.Archived) -> CaseChange:
    """Tell the citizen why the case was ended without an answer."""
    own_act = fact.reason == "withdrawn"
    planned = to_citizen(NoticeKind.ARCHIVED, own_act=own_act, archived=fact.reason, note=fact.note)
    return announce(context, context.case, (planned,))


def handle_merged(context: Context, fact: cases_merged.Merged) -> CaseChange:
    """Tell the citizen the ticket of the case that goes on."""
    return announce(context, context.case, (to_citizen(NoticeKind.MERGED, survivor=fact.into_ticket),))


def handle_merged_from(context: Context, fact: cases_merged.MergedFrom) -> CaseChange:
    """Let the people of the merged case follow this one."""
    case = context.case
    new = tuple(one for one in fact.followers if one not in case.contacts)
    joined = case.with_(contacts=_joined(case.contacts, fact.contacts), followers=_joined(case.followers, new))
    return announce(context, joined)


def handle_unmerged_from(context: Context, fact: cases_merged.UnmergedFrom) -> CaseChange:
    """Let the people of the other case follow this one no more."""
    return announce(context, without_contacts(context.case, fact.contacts))


def handle_case_erased(context: Context, _fact: cases.CaseErased) -> CaseChange:
    """Keep nothing of the complaint but its erasure, and erase its messages."""
    key = context.item.key
    return Change(states={key: CaseState(erased=True)}, rows=(EraseMessages(complaint=key),))


def with_contact(case: CaseState, ticket: str, contact: UUID, *, follows: bool = False) -> CaseState:
    """Return ``case`` with ``contact`` added. The link may arrive before the complaint's own first fact."""
    followers = (
        _joined(case.followers, (contact,)) if follows else tuple(one for one in case.followers if one != contact)
    )
    joined = _joined(case.contacts, (contact,))
    return case.with_(ticket=case.ticket or ticket, contacts=joined, followers=followers)


def without_contacts(case: CaseState, gone: tuple[UUID, ...]) -> CaseState:
    """Return ``case`` without these contacts."""
    return case.with_(
        contacts=tuple(one for one in case.contacts if one not in gone),
        followers=tuple(one for one in case.followers if one not in gone),
    )


def _variant(outcome: AnswerOutcome, case: CaseState) -> str | None:
    """Return the texts of an outcome. Information that was given repairs nothing, so it reads as an explanation."""
    if outcome != "fixed":
        return outcome
    return "explained" if _information(case) else None


def _information(case: CaseState) -> bool | None:
    """Return True for an information request, and None, which no notice stores, for any other case."""
    return True if case.class_ == "information" else None


def _joined(old: tuple[UUID, ...], new: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys((*old, *new)))
