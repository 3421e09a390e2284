"""The life of a case, row by row of the domain's table."""

from datetime import timedelta
from typing import Any

import pytest

from services.router.errors import (
    ArbiterOnly,
    Binding,
    CannotMerge,
    NoSuchCase,
    NotYours,
    StaleAssignment,
    StaleRevision,
    WrongState,
)
from services.router.rules import commands as c
from shared.errors import Refused
from shared.events import opd as o
from shared.events.cases import Archived, Assigned, Closed, Declined, Noted, Opened, Referred, Reopened, Triaged
from shared.events.deadlines import DeadlineSet
from shared.events.opd import Assignment, UpdateRefused
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
    External,
    ExternalStatusChanged,
    SubmissionErased,
)
from shared.ids import new_id
from shared.pipeline import Undecodable
from tests.support.router_facts import REFUSE, SCHOOL, START, UNCLEAR, Story, expired, from_sp4n, submitted, types

DISDIKBUD = "disdikbud"


def assigned(text: str = SCHOOL, **more: Any) -> Story:
    story = Story()
    story.fold(submitted(text, **more))
    return story


def resolved() -> Story:
    story = assigned()
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar."))
    return story


def closed() -> Story:
    story = resolved()
    story.later(days=14).fold(expired(story, "resolved"))
    return story


def in_triage() -> Story:
    return assigned(UNCLEAR)


def refused(story: Story, command: c.CaseCommand, **more: Any) -> Refused:
    before = dict(story.states)
    with pytest.raises(Refused) as caught:
        story.fold(command, **more)
    assert story.states == before
    return caught.value


# opening


def test_a_clear_complaint_is_assigned_at_once() -> None:
    story = Story()
    said = story.fold(submitted())
    assert types(said) == ["case.opened", "case.assigned", "assignment.snapshot"]
    assert (story.case.state, story.case.opd, story.case.revision) == ("assigned", DISDIKBUD, 2)


def test_an_unclear_complaint_is_put_before_a_person_with_three_candidates() -> None:
    said = Story().fold(submitted(UNCLEAR))
    triaged = said[1]
    assert isinstance(triaged, Triaged)
    assert (triaged.desk, len(triaged.candidates)) == ("triage", 3)
    assert any("status jalannya" in reason for reason in triaged.reasons)


def test_what_is_another_authoritys_is_referred_with_what_to_do_next() -> None:
    said = Story().fold(submitted(REFUSE, place="Samarinda"))
    referred = said[1]
    assert isinstance(referred, Referred)
    assert (referred.authority, referred.to) == ("regency_or_city", "Pemerintah Kota Samarinda")
    assert "Pemerintah Kota Samarinda" in referred.next_step


def test_a_row_that_sp4n_had_closed_opens_closed_and_nothing_else_happens() -> None:
    story = Story()
    said = story.fold(from_sp4n(status="closed", status_text="Ditutup oleh Admin", by="admin"))
    assert types(said) == ["case.opened"]
    opened = said[0]
    assert isinstance(opened, Opened)
    assert (opened.state, opened.closed_by, story.case.due) == ("closed", "admin", None)


def test_a_row_that_sp4n_has_in_work_is_routed_like_all_and_its_agency_is_one_reason() -> None:
    story = Story()
    said = story.fold(from_sp4n(opd="Dinas Kesehatan"))
    given = said[1]
    assert isinstance(given, Assigned)
    assert given.opd == DISDIKBUD
    assert any("Dinas Kesehatan" in reason for reason in given.reasons)


def test_what_the_adapter_says_of_topic_and_class_stands() -> None:
    story = assigned(topic="ppdb", class_hint="aspiration")
    assert (story.case.topic, story.case.class_) == ("ppdb", "aspiration")


# the OPD


def test_accepting_starts_the_work() -> None:
    story = assigned()
    assert types(story.fold(c.Accept(opd=DISDIKBUD))) == ["case.accepted", "assignment.snapshot"]
    assert story.case.state == "in_progress"


def test_resolving_implies_accepting() -> None:
    assert resolved().case.state == "resolved"


def test_a_declined_case_goes_back_to_triage_and_is_withdrawn() -> None:
    story = assigned()
    said = story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan wewenang kami.", suggestion="dishub"))
    assert types(said) == ["case.declined", "case.triaged", "assignment.snapshot"]
    triaged, snapshot = said[1], said[2]
    assert isinstance(triaged, Triaged)
    assert triaged.candidates[0].opd == "dishub"
    assert isinstance(snapshot, Assignment)
    assert (snapshot.withdrawn, snapshot.text, snapshot.reporter_name) == (True, None, None)
    assert (story.case.state, story.case.opd, story.case.transfers) == ("verification", None, 1)


def test_after_three_transfers_the_arbiter_decides_and_that_binds() -> None:
    story = assigned()
    for code in (DISDIKBUD, "dishub", "dinkes"):
        if story.case.opd != code:
            story.fold(c.Assign(opd=code))
        story.fold(c.Decline(opd=code, reason="Bukan kami."))
    assert story.case.desk == "arbiter"
    assert isinstance(refused(story, c.Assign(opd="dishub")), ArbiterOnly)
    story.fold(c.Assign(opd="dishub", arbiter=True))
    assert isinstance(refused(story, c.Decline(opd="dishub", reason="Bukan kami.")), Binding)


def test_another_opd_may_not_act() -> None:
    assert isinstance(refused(assigned(), c.Accept(opd="dishub")), NotYours)


def test_an_officer_who_read_an_older_revision_is_told() -> None:
    assert isinstance(refused(assigned(), c.Accept(opd=DISDIKBUD, revision=1)), StaleRevision)


def test_an_answered_case_cannot_be_accepted() -> None:
    assert isinstance(refused(resolved(), c.Accept(opd=DISDIKBUD)), WrongState)


def test_the_citizens_answer_returns_the_case_to_the_state_it_left() -> None:
    story = assigned()
    story.fold(c.Ask(opd=DISDIKBUD, question="Kelas berapa?"))
    assert story.case.state == "awaiting_citizen"
    said = story.fold(CitizenReplied(text="Kelas 11.", channel="web"))
    assert types(said) == ["case.info_received", "assignment.snapshot"]
    assert (story.case.state, story.case.replies) == ("assigned", ("Kelas 11.",))


def test_triage_may_ask_the_citizen_and_gets_the_case_back() -> None:
    story = in_triage()
    story.fold(c.AskFromDesk(question="Jalan apa?"))
    story.fold(CitizenReplied(text="Jalan provinsi.", channel="web"))
    assert (story.case.state, story.case.desk) == ("verification", "triage")


def test_a_case_put_off_stays_where_it_is() -> None:
    story = assigned()
    until = (START + timedelta(days=20)).date()
    assert types(story.fold(c.PutItOff(opd=DISDIKBUD, until=until, reason="Menunggu anggaran."))) == ["case.put_off"]
    assert story.case.state == "assigned"


# updates over Kafka


def test_an_update_that_is_stale_is_answered_and_noted() -> None:
    story = assigned()
    said = story.update(o.UpdateAccepted(assignment_id=new_id()))
    assert types(said) == ["reply.refused", "case.noted"]
    reply = said[0]
    assert isinstance(reply, UpdateRefused)
    assert (reply.update_id, reply.code) == ("u1", StaleAssignment.code)


def test_a_late_decline_of_an_earlier_assignment_changes_nothing() -> None:
    story = assigned()
    first = story.case.assignment_id
    assert first is not None
    story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan kami."))
    story.fold(c.Assign(opd=DISDIKBUD))
    said = story.update(o.UpdateDeclined(assignment_id=first, reason="Bukan kami."))
    assert types(said) == ["reply.refused", "case.noted"]
    assert (story.case.state, story.case.transfers) == ("assigned", 1)


def test_an_update_about_an_unknown_complaint_is_answered() -> None:
    story = Story()
    assert types(story.update(o.UpdateAccepted(assignment_id=new_id()))) == ["reply.refused"]


def test_an_unreadable_update_is_answered() -> None:
    assert types(assigned().update(Undecodable("assignment_id: must be a UUID"))) == ["reply.refused"]


def test_an_update_does_what_the_command_does() -> None:
    story = assigned()
    assignment_id = story.case.assignment_id
    assert assignment_id is not None
    story.update(o.UpdateAccepted(assignment_id=assignment_id))
    story.update(o.UpdateProgressed(assignment_id=assignment_id, text="Sedang diperiksa."))
    story.update(o.UpdateResolved(assignment_id=assignment_id, answer="Selesai."))
    assert (story.case.state, story.case.answer) == ("resolved", "Selesai.")


# the citizen


def test_a_confirmed_answer_closes_the_case() -> None:
    story = resolved()
    assert types(story.fold(CitizenConfirmed(channel="web"))) == ["case.confirmed", "case.closed", "assignment.snapshot"]
    assert story.case.state == "closed"


def test_silence_after_an_answer_closes_the_case() -> None:
    story = closed()
    assert any(isinstance(fact, Closed) and fact.by == "silence" for _, fact in story.said)


def test_silence_after_a_question_archives_the_case() -> None:
    story = assigned()
    story.fold(c.Ask(opd=DISDIKBUD, question="Kelas berapa?"))
    story.later(days=14).fold(expired(story, "info_requested"))
    assert story.case.state == "archived"
    assert any(isinstance(fact, Archived) and fact.reason == "no_evidence" for _, fact in story.said)


def test_a_silence_that_a_reopening_ended_closes_nothing() -> None:
    story = resolved()
    since = story.case.since
    story.later(days=1).fold(CitizenDisputed(reason="Belum.", channel="web"))
    story.later(days=1).fold(c.Resolve(opd=DISDIKBUD, answer="Sudah."))
    assert types(story.later(days=10).fold(expired(story, "resolved", since))) == ["case.noted"]
    assert story.case.state == "resolved"


def test_a_dispute_reopens_with_the_same_opd() -> None:
    story = resolved()
    said = story.fold(CitizenDisputed(reason="Masih kosong.", channel="web"))
    assert types(said) == ["case.disputed", "case.reopened", "assignment.snapshot"]
    reopened = said[1]
    assert isinstance(reopened, Reopened)
    assert (reopened.opd, reopened.round, story.case.state) == (DISDIKBUD, 2, "in_progress")


def test_a_dispute_within_thirty_days_of_closing_reopens() -> None:
    story = closed()
    story.later(days=29).fold(CitizenDisputed(reason="Masih kosong.", channel="web"))
    assert story.case.state == "in_progress"


def test_a_dispute_after_thirty_days_is_noted() -> None:
    story = closed()
    assert types(story.later(days=31).fold(CitizenDisputed(reason="Masih kosong.", channel="web"))) == ["case.noted"]
    assert story.case.state == "closed"


def test_a_dispute_said_before_the_silence_ran_out_reopens_though_it_is_read_later() -> None:
    story = resolved()
    said_at = story.later(days=9).now
    story.later(days=5).fold(expired(story, "resolved"))
    story.later(days=40).fold(CitizenDisputed(reason="Masih kosong.", channel="sms"), at=said_at)
    assert story.case.state == "in_progress"


def test_a_reply_to_a_closed_case_is_kept_and_shown() -> None:
    said = closed().fold(CitizenReplied(text="Terima kasih.", channel="web"))
    noted = said[0]
    assert isinstance(noted, Noted)
    assert (noted.what, noted.text) == ("submission.citizen_replied", "Terima kasih.")


def test_a_reply_while_the_opd_works_reaches_it_in_the_snapshot() -> None:
    story = assigned()
    said = story.fold(CitizenReplied(text="Tadi kosong lagi.", channel="web"))
    snapshot = said[0]
    assert isinstance(snapshot, Assignment)
    assert snapshot.replies == ("Tadi kosong lagi.",)


def test_withdrawing_an_open_case_archives_it() -> None:
    story = assigned()
    assert types(story.fold(CitizenWithdrew(channel="web"))) == ["case.archived", "assignment.snapshot"]
    assert story.case.state == "archived"


def test_withdrawing_an_answered_case_closes_it() -> None:
    story = resolved()
    story.fold(CitizenWithdrew(channel="web"))
    assert story.case.state == "closed"


def test_a_rating_is_remembered() -> None:
    story = resolved()
    assert story.fold(CitizenRated(stars=4, channel="web")) == []
    assert story.case.stars == 4


def test_an_anonymous_reporters_name_is_in_no_snapshot() -> None:
    story = assigned(anonim=True, reporter_name="Warga Uji")
    assert [fact.reporter_name for _, fact in story.said if isinstance(fact, Assignment)] == [None]


# the desk


def test_triage_assigns_and_every_assignment_has_an_id_of_its_own() -> None:
    story = in_triage()
    story.fold(c.Assign(opd="dishub", reason="Jalan provinsi."))
    first = story.case.assignment_id
    story.fold(c.Decline(opd="dishub", reason="Bukan kami."))
    story.fold(c.Assign(opd="dishub"))
    assert first != story.case.assignment_id


def test_an_assigned_case_cannot_be_assigned_again() -> None:
    assert isinstance(refused(assigned(), c.Assign(opd="dishub")), WrongState)


def test_referring_an_assigned_case_withdraws_it() -> None:
    story = assigned()
    refer = c.Refer(authority="centre", to="Kementerian Agama", reason="Madrasah.", next_step="Hubungi Kemenag.")
    assert types(story.fold(refer)) == ["case.referred", "assignment.snapshot"]


def test_reclassifying_changes_no_state_and_the_opd_sees_it() -> None:
    story = assigned()
    assert types(story.fold(c.Reclassify(reason="Ada pungutan.", class_="oversight"))) == [
        "case.reclassified",
        "assignment.snapshot",
    ]
    assert (story.case.class_, story.case.state) == ("oversight", "assigned")


def test_an_admin_closes_only_what_was_answered() -> None:
    assert isinstance(refused(assigned(), c.Close(reason="Selesai.")), WrongState)
    story = resolved()
    story.fold(c.Close(reason="Selesai."))
    assert story.case.state == "closed"


# merging


def merged() -> tuple[Story, Any]:
    story, other = assigned(contacts=(new_id(),)), new_id()
    story.fold(submitted(UNCLEAR, ticket="KT-BBBB-BBBB-B", contacts=(new_id(),)), key=other)
    story.fold(c.Merge(into=story.key), key=other, keys=(other, story.key))
    return story, other


def test_the_people_of_a_merged_case_follow_the_other() -> None:
    story, other = merged()
    gone = story.states[other]
    assert gone is not None
    assert (gone.state, gone.merged_into, story.case.followers) == ("merged", story.key, gone.contacts)


def test_a_reply_on_a_merged_case_reaches_the_one_that_lives_on() -> None:
    story, other = merged()
    story.fold(CitizenReplied(text="Masih sama.", channel="web"), key=other)
    assert story.case.replies == ("Masih sama.",)


def test_merging_into_a_merged_case_is_refused() -> None:
    story, other = merged()
    third = new_id()
    story.fold(submitted(UNCLEAR, ticket="KT-CCCC-CCCC-C"), key=third)
    assert isinstance(refused(story, c.Merge(into=other), key=third, keys=(third, other)), CannotMerge)


def test_a_case_cannot_be_merged_into_itself() -> None:
    story = assigned()
    assert isinstance(refused(story, c.Merge(into=story.key)), CannotMerge)


def test_an_unmerged_case_is_as_before() -> None:
    story, other = merged()
    story.fold(c.Unmerge(), key=other, keys=(other, story.key))
    back = story.states[other]
    assert back is not None
    assert (back.state, back.desk, story.case.followers) == ("verification", "triage", ())


# SP4N


def test_what_the_citizen_reads_here_waits_to_be_copied_to_sp4n() -> None:
    story = Story()
    story.fold(from_sp4n())
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Sudah."))
    assert [(copy.what, copy.text) for copy in story.case.copies] == [("answer", "Sudah.")]
    story.fold(c.Copied(number=1))
    assert story.case.copies == ()


def test_another_status_in_sp4n_is_seen_and_ours_stands() -> None:
    story = Story()
    story.fold(from_sp4n())
    told = External(system="sp4n", id="7000001", status="closed", status_text="Ditutup oleh Sistem")
    assert types(story.fold(ExternalStatusChanged(external=told))) == ["case.external_status_changed"]
    assert story.case.state == "assigned"


# clocks, the daily queue, erasure


def test_a_due_time_reaches_the_opd() -> None:
    story = assigned()
    due = START + timedelta(days=7)
    said = story.fold(
        DeadlineSet(clock="respond", run=1, started_at=START, due_at=due, opd=DISDIKBUD, explanation="5 hari kerja")
    )
    snapshot = said[0]
    assert isinstance(snapshot, Assignment)
    assert snapshot.due.respond == due


def test_open_snapshots_are_queued_again_once_a_day_with_a_higher_version() -> None:
    story = assigned()
    version = story.case.version
    assert story.later(hours=23).tick() == []
    again = story.later(hours=2).tick()
    assert isinstance(again[0], Assignment)
    assert (again[0].version, again[0].assignment_id) == (version + 1, story.case.assignment_id)
    assert story.tick() == []


def test_a_withdrawn_snapshot_is_queued_for_thirty_days() -> None:
    story = assigned()
    story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan kami."))
    days = 0
    while story.later(days=1).tick():
        days += 1
    assert days == 29
    assert story.case.due is None


def test_a_closed_case_is_queued_no_more() -> None:
    assert closed().later(days=2).tick() == []


def test_an_erased_case_is_blank_and_stays_so() -> None:
    story = assigned(reporter_name="Warga Uji")
    said = story.fold(SubmissionErased())
    assert types(said) == ["case.erased", "assignment.snapshot"]
    assert (story.case.erased, story.case.text, story.case.ticket) == (True, "", "")
    assert story.fold(CitizenReplied(text="Halo", channel="web")) == []
    assert isinstance(refused(story, c.Archive(reason="spam")), NoSuchCase)


def test_declining_says_who_and_why() -> None:
    said = assigned().fold(c.Decline(opd=DISDIKBUD, reason="Bukan wewenang kami."))
    declined = said[0]
    assert isinstance(declined, Declined)
    assert (declined.opd, declined.reason) == (DISDIKBUD, "Bukan wewenang kami.")
