"""An OPD's commands over HTTP and over its topic; clocks, the daily queue, erasure."""

from datetime import timedelta

from services.router.api.views_pages import as_case_page
from services.router.errors import (
    ArbiterOnly,
    Binding,
    NoSuchCase,
    NotYours,
    StaleAssignment,
    StaleRevision,
    WrongState,
)
from services.router.rules import commands as c
from services.router.store import StoredCase
from shared.events import opd as o
from shared.events.cases import Declined, Triaged
from shared.events.deadlines import DeadlineSet
from shared.events.fact import Clock
from shared.events.opd import Assignment, UpdateRefused
from shared.events.submissions import CitizenReplied, SubmissionErased
from shared.ids import new_id
from shared.pipeline import Undecodable
from shared.words import instant_words
from tests.support.router_cases import DISDIKBUD, assigned, closed, in_triage, refused, resolved
from tests.support.router_facts import START, Story, types


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


def test_an_update_that_is_stale_is_answered_and_noted() -> None:
    story = assigned()
    said = story.update(o.UpdateAccepted(assignment_id=new_id()))
    assert types(said) == ["reply.refused", "case.noted"]
    reply = said[0]
    assert isinstance(reply, UpdateRefused)
    assert (reply.update_id, reply.code) == ("u1", StaleAssignment.code)
    assert reply.reason == "Penugasan yang dimaksud sudah tidak berlaku; baca penugasan yang terbaru."


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
    story.update(o.UpdateResolved(assignment_id=assignment_id, answer="Guru pengganti sudah mengajar sejak Senin."))
    assert (story.case.state, story.case.answer) == ("resolved", "Guru pengganti sudah mengajar sejak Senin.")


def test_a_due_time_reaches_the_opd() -> None:
    story = assigned()
    due = START + timedelta(days=7)
    said = story.fold(
        DeadlineSet(clock="respond", run=1, started_at=START, due_at=due, opd=DISDIKBUD, explanation="5 hari kerja")
    )
    snapshot = said[0]
    assert isinstance(snapshot, Assignment)
    assert snapshot.due.respond == due


def to_decide(clock: Clock, days: int) -> DeadlineSet:
    return DeadlineSet(
        clock=clock, run=1, started_at=START, due_at=START + timedelta(days=days), explanation=f"{days} hari kerja"
    )


def test_the_desks_due_time_is_kept_while_no_opd_has_the_case_and_reaches_no_opd() -> None:
    story = assigned()
    assert (story.fold(to_decide("verify", 3)), story.case.due_decide) == ([], None)
    story = in_triage()
    assert (story.fold(to_decide("verify", 3)), story.case.due_decide) == ([], START + timedelta(days=3))


def test_a_returned_case_is_to_be_decided_by_a_time_of_its_own() -> None:
    story = in_triage()
    story.fold(to_decide("verify", 3))
    story.fold(c.Assign(opd=DISDIKBUD))
    story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan kami."))
    assert story.case.due_decide is None
    story.fold(to_decide("redispatch", 1))
    assert story.case.due_decide == START + timedelta(days=1)


def test_an_opds_due_time_is_shown_but_only_sla_knows_whether_it_is_late() -> None:
    story = assigned()
    due = START + timedelta(days=7)
    story.fold(
        DeadlineSet(clock="respond", run=1, started_at=START, due_at=due, opd=DISDIKBUD, explanation="5 hari kerja")
    )
    story.fold(c.Progress(opd=DISDIKBUD, text="Sedang diperiksa."))
    page = as_case_page(StoredCase(new_id(), story.case), [], START + timedelta(days=30))
    assert page["dues"] == [("Tenggat tanggapan pertama", {"words": instant_words(due), "over": False})]


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
