"""The recipients of each notice, and the state that the notifier keeps."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.commands import Settle
from services.notifier.rules.rows import (
    EraseMessages,
    NewNotice,
    ReportedStatus,
    Result,
    ResumeSending,
    StopSending,
    Wake,
)
from services.notifier.rules.statuses import statuses_to_publish
from services.notifier.state import CaseState, ContactState
from shared.events import cases, cases_merged, contacts, deadlines, notifications
from shared.events.fact import Fact
from shared.pipeline import Change
from tests.support.notifier_facts import assigned, deadline, escalated, linked, opened, resolved
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, audiences_of, fold_one, states_after

TEMPLATE = "tanggap_aduan_dijawab"
ACCOUNT = contacts.channel_key("whatsapp", "102290129340398")


def state_of(usable: bool, template: str | None = None, *, minutes: int = 0, language: str | None = "id") -> Fact:
    at = NOW + timedelta(minutes=minutes)
    return contacts.ChannelStateReported(
        channel="whatsapp",
        usable=usable,
        reason="PAUSED",
        at=at,
        template=template,
        language=language if template else None,
    )


def test_an_account_has_one_key_of_its_own() -> None:
    assert contacts.channel_key("whatsapp", "102290129340398") == ACCOUNT
    assert len({ACCOUNT, contacts.channel_key("whatsapp", "2"), contacts.channel_key("email", "102290129340398")}) == 3


@pytest.mark.parametrize(
    ("fact", "row"),
    [
        (state_of(False, TEMPLATE), StopSending("template", TEMPLATE, "PAUSED", channel="whatsapp")),
        (state_of(False, TEMPLATE, language=None), StopSending("template", TEMPLATE, "PAUSED", channel="whatsapp")),
        (state_of(True, TEMPLATE), ResumeSending("template", TEMPLATE)),
        (state_of(False), StopSending("channel", "whatsapp", "PAUSED")),
        (state_of(True), ResumeSending("channel", "whatsapp")),
    ],
)
def test_a_channel_or_template_stops_and_goes_on_as_the_platform_says(fact: Fact, row: object) -> None:
    assert fold_one({}, ACCOUNT, fact).rows == (row,)


@pytest.mark.parametrize(
    "fact",
    [
        state_of(False, "templat_orang_lain"),
        state_of(False, TEMPLATE, language="en_US"),
        state_of(False, TEMPLATE, language=""),
    ],
)
def test_a_template_that_is_not_ours_stops_nothing(fact: Fact) -> None:
    assert fold_one({}, ACCOUNT, fact) == Change()


def test_what_the_platform_said_earlier_changes_nothing_if_it_comes_later() -> None:
    states = states_after((ACCOUNT, state_of(True, TEMPLATE, minutes=5)))
    assert fold_one(states, ACCOUNT, state_of(False, TEMPLATE, minutes=1)).rows == ()
    assert fold_one(states, ACCOUNT, state_of(False, TEMPLATE, minutes=5)).rows == ()
    assert len(fold_one(states, ACCOUNT, state_of(False, TEMPLATE, minutes=6)).rows) == 1
    assert len(fold_one(states, ACCOUNT, state_of(False, "tanggap_balasan", minutes=1)).rows) == 1
    assert len(fold_one(states, ACCOUNT, state_of(False, minutes=1)).rows) == 1


FILED = ((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON)))
WITH_OPD = (*FILED, (COMPLAINT, assigned()))


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (opened(NOW, PERSON), [(Audience.CITIZEN, NoticeKind.ACKNOWLEDGED)]),
        (assigned(), [(Audience.CITIZEN, NoticeKind.ASSIGNED), (Audience.OFFICER, NoticeKind.ASSIGNED)]),
        (cases.Progressed(opd="dishub", public=True, text="x"), [(Audience.CITIZEN, NoticeKind.PROGRESSED)]),
        (cases.Progressed(opd="dishub", public=False, text="x"), []),
        (cases.InfoRequested(opd="dishub", question="?"), [(Audience.CITIZEN, NoticeKind.INFO_REQUESTED)]),
        (cases.InfoReceived(state="in_progress", text="x"), [(Audience.OFFICER, NoticeKind.INFO_RECEIVED)]),
        (
            cases.InfoReceived(state="in_progress", text="x", again=True),
            [(Audience.CITIZEN, NoticeKind.REOPENED), (Audience.OFFICER, NoticeKind.INFO_RECEIVED)],
        ),
        (
            cases.Replied(text="x", state="resolved"),
            [(Audience.CITIZEN, NoticeKind.REPLIED), (Audience.ADMIN, NoticeKind.REPLIED)],
        ),
        (cases.Replied(text="x", state="resolved", waiting=2), []),
        (cases.ReplyHandled(outcome="asked"), [(Audience.CITIZEN, NoticeKind.REPLY_HANDLED)]),
        (cases.ReplyHandled(outcome="reopened"), []),
        (cases.ReplyHandled(outcome="read", answer="x"), [(Audience.CITIZEN, NoticeKind.REPLY_HANDLED)]),
        (cases.PutOff(opd="dishub", until=date(2026, 5, 1), reason="x"), [(Audience.CITIZEN, NoticeKind.PUT_OFF)]),
        (
            cases.TakenBack(state="in_progress", opd="dishub", to="dlh", reason="x"),
            [(Audience.CITIZEN, NoticeKind.TAKEN_BACK), (Audience.OFFICER, NoticeKind.TAKEN_BACK)],
        ),
        (cases.TakenBack(state="referred", reason="x"), [(Audience.CITIZEN, NoticeKind.TAKEN_BACK)]),
        (
            cases.PutOff(opd="dishub", until=date(2026, 5, 9), reason="x", was_until=date(2026, 5, 1)),
            [(Audience.CITIZEN, NoticeKind.PUT_OFF)],
        ),
        (
            cases.PutOff(opd="dishub", until=date(2026, 4, 1), reason="x", was_until=date(2026, 5, 1), ended=True),
            [(Audience.CITIZEN, NoticeKind.CONTINUED)],
        ),
        (resolved(), [(Audience.CITIZEN, NoticeKind.RESOLVED)]),
        (cases.Closed(by="silence"), [(Audience.CITIZEN, NoticeKind.CLOSED)]),
        (
            cases.Referred(authority="regency_or_city", to="x", reason="x", next_step="x"),
            [(Audience.CITIZEN, NoticeKind.REFERRED)],
        ),
        (cases.Archived(reason="spam"), [(Audience.CITIZEN, NoticeKind.ARCHIVED)]),
        (cases_merged.Merged(into=uuid4(), into_ticket="KT-AAAA-BBBB-C"), [(Audience.CITIZEN, NoticeKind.MERGED)]),
        (cases.Declined(opd="dishub", assignment_id=uuid4(), reason="x"), []),
        (cases.Accepted(opd="dishub", assignment_id=uuid4()), []),
        (escalated(NOW, "head"), [(Audience.HEAD, NoticeKind.BREACHED)]),
        (
            escalated(NOW, "inspektorat", "sekda"),
            [(Audience.INSPEKTORAT, NoticeKind.ESCALATED), (Audience.SEKDA, NoticeKind.ESCALATED)],
        ),
        (
            escalated(NOW, "governor", "citizen"),
            [(Audience.GOVERNOR, NoticeKind.ESCALATED), (Audience.CITIZEN, NoticeKind.OMBUDSMAN)],
        ),
    ],
    ids=lambda value: value.TYPE if isinstance(value, Fact) else "",
)
def test_each_fact_is_told_to_whom_it_concerns(fact: Fact, expected: list[tuple[Audience, NoticeKind]]) -> None:
    assert audiences_of(fold_one(states_after(*WITH_OPD), COMPLAINT, fact)) == expected


def test_an_approaching_deadline_is_told_to_the_officer_before_it_is_late() -> None:
    fact = deadlines.DeadlineApproaching(
        clock="respond", run=1, level=0, offset="-1d", due_at=NOW, opd="dishub", to=("officer",)
    )
    assert audiences_of(fold_one(states_after(*WITH_OPD), COMPLAINT, fact)) == [
        (Audience.OFFICER, NoticeKind.APPROACHING)
    ]


def test_while_no_opd_has_the_case_its_escalations_go_to_the_admin() -> None:
    fact = deadlines.Escalated(clock="verify", run=1, level=1, offset="0", due_at=NOW, to=("officer", "head"))
    assert audiences_of(fold_one(states_after(*FILED), COMPLAINT, fact)) == [(Audience.ADMIN, NoticeKind.BREACHED)]


def test_a_retracted_breach_is_taken_back_from_whoever_heard_of_it() -> None:
    states = states_after(
        *WITH_OPD, (COMPLAINT, escalated(NOW, "head")), (COMPLAINT, escalated(NOW, "sekda", "citizen", level=2))
    )
    fact = deadlines.DeadlineRetracted(clock="respond", run=1, levels=(1, 2), reason="x")
    assert audiences_of(fold_one(states, COMPLAINT, fact)) == [
        (Audience.HEAD, NoticeKind.RETRACTED),
        (Audience.SEKDA, NoticeKind.RETRACTED),
    ]


def test_a_second_reopening_tells_again() -> None:
    fact = cases.Reopened(opd="dishub", assignment_id=uuid4(), round=3, class_="no_oversight", priority="normal")
    first = fold_one(states_after(*WITH_OPD), COMPLAINT, fact)
    second = fold_one({**states_after(*WITH_OPD), **first.states}, COMPLAINT, fact)
    assert (
        audiences_of(first)
        == audiences_of(second)
        == [(Audience.CITIZEN, NoticeKind.REOPENED), (Audience.OFFICER, NoticeKind.REOPENED)]
    )


def test_everyone_linked_to_a_complaint_is_told() -> None:
    helper = uuid4()
    states = states_after(
        *WITH_OPD, (helper, linked(COMPLAINT, role="helper", channel="email", address="kim@contoh.example"))
    )
    rows = fold_one(states, COMPLAINT, resolved()).rows
    assert {row.contact for row in rows if isinstance(row, NewNotice)} == {PERSON, helper}


def test_the_people_of_a_merged_case_follow_the_other_one_until_it_is_unmerged() -> None:
    other, source = uuid4(), uuid4()
    joined = cases_merged.MergedFrom(source=source, source_ticket="KT-AAAA-BBBB-C", contacts=(other,))
    states = states_after(*WITH_OPD, (COMPLAINT, joined))
    assert other in {row.contact for row in fold_one(states, COMPLAINT, resolved()).rows if isinstance(row, NewNotice)}
    states |= fold_one(states, COMPLAINT, cases_merged.UnmergedFrom(source=source, contacts=(other,))).states
    assert other not in {
        row.contact for row in fold_one(states, COMPLAINT, resolved()).rows if isinstance(row, NewNotice)
    }


def test_a_link_may_be_known_before_its_case() -> None:
    states = states_after((PERSON, linked(COMPLAINT)))
    case = states[COMPLAINT]
    assert isinstance(case, CaseState)
    assert case.contacts == (PERSON,)


def test_a_link_wakes_what_waits_for_it() -> None:
    assert fold_one({}, PERSON, linked(COMPLAINT)).rows == (Wake(PERSON),)


def test_the_answer_to_a_citizens_own_act_is_at_once_and_another_waits_a_minute() -> None:
    own = fold_one(states_after(*WITH_OPD), COMPLAINT, cases.Closed(by="citizen")).rows[0]
    other = fold_one(states_after(*WITH_OPD), COMPLAINT, cases.Closed(by="admin")).rows[0]
    assert isinstance(own, NewNotice)
    assert isinstance(other, NewNotice)
    assert (own.due, other.due) == (NOW, NOW + timedelta(minutes=1))


def test_old_history_is_remembered_but_told_as_stale() -> None:
    [row] = fold_one(states_after(*WITH_OPD), COMPLAINT, resolved(), at=NOW - timedelta(days=8)).rows
    assert isinstance(row, NewNotice)
    assert row.values["stale"] is True


def test_an_erased_complaint_forgets_and_stays_silent() -> None:
    change = fold_one(states_after(*WITH_OPD), COMPLAINT, cases.CaseErased())
    assert change.rows == (EraseMessages(complaint=COMPLAINT),)
    assert audiences_of(fold_one(change.states, COMPLAINT, resolved())) == []


def test_an_erased_contact_keeps_no_address() -> None:
    change = fold_one(states_after(*FILED), PERSON, contacts.ContactErased())
    assert change.states[PERSON] == ContactState(address="", erased=True)


def test_a_reply_of_an_unknown_name_is_marked_and_not_sent_as_it_is() -> None:
    fact = contacts.ReplyRequested(template="no-such", channel="whatsapp", address="+6280000000123")
    [notice] = [row for row in fold_one({}, PERSON, fact).rows if isinstance(row, NewNotice)]
    assert notice.values["unknown"] == "no-such"


def test_a_reported_status_becomes_a_row() -> None:
    fact = contacts.MessageStatusReported(provider_id="wamid.1", status="read", at=NOW)
    [row] = fold_one({}, PERSON, fact).rows
    assert isinstance(row, ReportedStatus)


def test_clocks_are_followed_as_they_move_and_end() -> None:
    moved = deadlines.DeadlineMoved(clock="respond", run=1, was_due_at=NOW, due_at=NOW + timedelta(days=9), reason="x")
    states = states_after(*WITH_OPD, (COMPLAINT, deadline("respond", NOW)), (COMPLAINT, moved))
    case = states[COMPLAINT]
    assert isinstance(case, CaseState)
    assert case.clocks["respond"].due_at == NOW + timedelta(days=9)
    states |= fold_one(states, COMPLAINT, deadlines.DeadlineEnded(clock="respond", run=1, why="x")).states
    case = states[COMPLAINT]
    assert isinstance(case, CaseState)
    assert "respond" not in case.clocks


@pytest.mark.parametrize(
    ("before", "status", "expected"),
    [
        (None, "sent", ("sent",)),
        (None, "read", ("sent", "read")),
        ("sent", "read", ("read",)),
        ("read", "delivered", ()),
        ("delivered", "delivered", ()),
        ("delivered", "failed", ()),
        ("failed", "failed", ("failed",)),
        ("failed", "sent", ("sent",)),
        ("given_up", "given_up", ()),
        ("given_up", "sent", ("sent",)),
        ("sent", "failed", ("failed",)),
        ("sent", None, ()),
    ],
)
def test_a_status_never_goes_backwards(before: str | None, status: str | None, expected: tuple[str, ...]) -> None:
    assert statuses_to_publish(before, status) == expected


def test_a_settled_message_is_told_once_without_address_or_text() -> None:
    message = uuid4()
    result = Result(message, 1, "sent", "whatsapp", "resolved", f"contact:{PERSON}", "sent", provider_id="wamid.1")
    states = states_after(*WITH_OPD)
    change = fold_one(states, COMPLAINT, Settle((result,)))
    assert [out.data for out in change.events] == [
        notifications.Sent(message=message, channel="whatsapp", template="resolved", recipient="citizen")
    ]
    assert fold_one({**states, **change.states}, COMPLAINT, Settle((result,))).events == ()
