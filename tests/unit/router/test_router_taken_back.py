"""A wrong assignment or referral is undone by the desk, with a reason that the citizen reads."""

from collections.abc import Callable

import pytest

from services.router.errors import AlreadyTheirs, ArbiterOnly, ReasonNeeded, StaleAssignment, StaleRevision, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_referral
from shared.events import opd as o
from shared.events.cases import TakenBack
from shared.events.opd import Assignment
from shared.events.submissions import CitizenReplied
from tests.support.router_cases import DISDIKBUD, assigned, closed, in_triage, refused, resolved
from tests.support.router_facts import REFUSE, Story, expired, from_sp4n, submitted, types

WHY = "Jalan itu jalan provinsi."


def accepted() -> Story:
    story = assigned()
    story.fold(c.Accept(opd=DISDIKBUD))
    return story


def asked() -> Story:
    story = accepted()
    story.fold(c.Ask(opd=DISDIKBUD, question="Kelas berapa?"))
    return story


def asked_by_the_desk() -> Story:
    story = in_triage()
    story.fold(c.AskFromDesk(question="Jalan apa?"))
    return story


def referred() -> Story:
    story = Story()
    story.fold(submitted(REFUSE, place="Samarinda"))
    assert story.case.state == "referred"
    return story


def moved() -> c.Assign:
    return c.Assign(opd="dishub", reason=WHY)


@pytest.mark.parametrize("start", [assigned, accepted, asked], ids=lambda start: start.__name__)
def test_an_opds_case_is_given_to_another_and_withdrawn_from_the_first(start: Callable[[], Story]) -> None:
    story = start()
    first, state = story.case.assignment_id, story.case.state
    said = story.fold(moved())
    assert types(said) == ["case.taken_back", "case.assigned", "assignment.snapshot", "assignment.snapshot"]
    assert said[0] == TakenBack(state=state, opd=DISDIKBUD, to="dishub", reason=WHY)
    withdrawn, fresh = said[2], said[3]
    assert isinstance(withdrawn, Assignment)
    assert isinstance(fresh, Assignment)
    assert (withdrawn.assignment_id, withdrawn.withdrawn, withdrawn.text) == (first, True, None)
    assert (fresh.assignment_id, fresh.withdrawn, fresh.reasons) == (story.case.assignment_id, False, (WHY,))
    assert (story.case.state, story.case.opd, story.case.transfers) == ("assigned", "dishub", 1)


@pytest.mark.parametrize("start", [assigned, accepted, asked], ids=lambda start: start.__name__)
def test_an_opds_case_is_taken_back_to_the_desk(start: Callable[[], Story]) -> None:
    story = start()
    assert types(story.fold(c.TakeBack(reason=WHY))) == ["case.taken_back", "case.triaged", "assignment.snapshot"]
    assert (story.case.state, story.case.desk, story.case.opd, story.case.question) == (
        "verification",
        "triage",
        None,
        None,
    )
    assert story.case.reasons[0] == f"Ditarik kembali ke meja: {WHY}"


def test_a_wrong_referral_is_assigned_or_taken_back() -> None:
    story = referred()
    assert types(story.fold(moved())) == ["case.taken_back", "case.assigned", "assignment.snapshot"]
    assert (story.case.state, story.case.opd, story.case.transfers) == ("assigned", "dishub", 0)
    story = referred()
    story.fold(c.TakeBack(reason=WHY))
    assert (story.case.state, story.case.desk) == ("verification", "triage")


def test_a_case_that_its_opd_lost_to_a_referral_may_come_back_to_it() -> None:
    story = assigned()
    story.fold(
        commands_referral.Refer(
            authority="centre", to="Kementerian Agama", reason="Madrasah.", next_step="Hubungi Kemenag."
        )
    )
    story.fold(c.Assign(opd=DISDIKBUD, reason="Ternyata SMA negeri."))
    assert (story.case.state, story.case.opd, story.case.left) == ("assigned", DISDIKBUD, ())


def test_a_question_of_the_desk_need_not_be_waited_for() -> None:
    story = asked_by_the_desk()
    said = story.fold(moved())
    assert types(said) == ["case.taken_back", "case.assigned", "assignment.snapshot"]
    story = asked_by_the_desk()
    story.fold(c.TakeBack(reason=WHY))
    assert story.case.state == "verification"


def test_what_the_citizen_answers_later_reaches_the_new_opd_and_an_old_silence_ends_nothing() -> None:
    story = asked()
    old = expired(story, "info_requested")
    story.later(days=1).fold(moved())
    assert types(story.fold(CitizenReplied(text="Kelas 11.", channel="web"))) == ["assignment.snapshot"]
    assert types(story.fold(old)) == ["case.noted"]
    assert story.case.state == "assigned"


def test_the_old_opd_may_not_act_any_more_and_is_answered() -> None:
    story = assigned()
    first = story.case.assignment_id
    assert first is not None
    story.fold(moved())
    assert types(
        story.update(o.UpdateResolved(assignment_id=first, answer="Guru pengganti sudah mengajar sejak Senin."))
    ) == [
        "reply.refused",
        "case.noted",
    ]
    said = story.update(
        o.UpdateResolved(assignment_id=first, answer="Guru pengganti sudah mengajar sejak Senin."), opd="dishub"
    )
    assert isinstance(said[0], o.UpdateRefused)
    assert said[0].code == StaleAssignment.code


@pytest.mark.parametrize("start", [resolved, closed], ids=lambda start: start.__name__)
def test_an_answered_case_is_reopened_by_its_reporter_alone(start: Callable[[], Story]) -> None:
    assert isinstance(refused(start(), moved()), WrongState)
    assert isinstance(refused(start(), c.TakeBack(reason=WHY)), WrongState)


def test_what_was_decided_is_changed_only_with_a_reason_by_who_has_read_it_and_to_another() -> None:
    assert isinstance(refused(assigned(), c.Assign(opd="dishub")), ReasonNeeded)
    assert isinstance(refused(assigned(), c.Assign(opd="dishub", reason=WHY, revision=1)), StaleRevision)
    assert isinstance(refused(assigned(), c.Assign(opd=DISDIKBUD, reason=WHY)), AlreadyTheirs)
    assert isinstance(refused(in_triage(), c.TakeBack(reason=WHY)), WrongState)


def test_after_three_transfers_the_arbiter_alone_moves_it_and_that_binds() -> None:
    story = assigned()
    for code in ("dishub", DISDIKBUD, "dishub"):
        story.fold(c.Assign(opd=code, reason=WHY))
    assert isinstance(refused(story, c.Assign(opd=DISDIKBUD, reason=WHY)), ArbiterOnly)
    assert isinstance(refused(story, c.TakeBack(reason=WHY)), ArbiterOnly)
    story.fold(c.Assign(opd=DISDIKBUD, reason=WHY, arbiter=True))
    assert story.case.binding
    story.fold(c.TakeBack(reason=WHY, arbiter=True))
    assert (story.case.state, story.case.desk) == ("verification", "arbiter")


def test_sp4n_reads_that_a_referral_was_withdrawn() -> None:
    story = Story()
    story.fold(from_sp4n(REFUSE))
    if story.case.state != "referred":
        story.fold(
            commands_referral.Refer(
                authority="regency_or_city", to="Pemerintah Kota", reason="Sampah.", next_step="Hubungi DLH."
            )
        )
    story.fold(moved())
    assert story.case.copies[-1].text == f"Penerusan ke instansi lain dicabut: {WHY}"
