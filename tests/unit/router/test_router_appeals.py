"""A citizen appeals once after a closing, and a person who neither answered nor closed decides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.router.api.forms import DeskFormError
from services.router.api.forms_appeals import decision_of
from services.router.errors import UnknownOpd
from services.router.rules import commands as c
from services.router.rules.appeals import NoAppealWaits, OwnClosing
from services.router.state import CASE_ADAPTER
from shared.events.cases import Assigned, Noted
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.events.deadlines import DeadlineSet
from shared.events.fact import Fact
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenReplied
from shared.events.submissions_appeal import CitizenAppealed
from tests.support.router_cases import DISDIKBUD, SAYS, assigned, closed, refused, resolved
from tests.support.router_facts import Story, types

WHY = "Gurunya tetap tidak masuk; jawabannya hanya janji."
# Fixed, for they name tests, which every process must collect alike.
OFFICER, CLOSER, ABOVE = (UUID(int=number) for number in (1, 2, 3))
SUPERVISOR = f"supervisor:{ABOVE}"


def appealed(story: Story | None = None) -> Story:
    story = story or closed_by(f"koordinator:{CLOSER}")
    story.fold(CitizenAppealed(reason=WHY, channel="web"))
    return story


def closed_by(actor: str) -> Story:
    story = assigned()
    story.fold(c.Resolve(opd=DISDIKBUD, answer=SAYS), actor=f"opd:{DISDIKBUD}:{OFFICER}")
    story.fold(c.Close(reason="Sudah dijawab."), actor=actor)
    return story


def decide(verdict: Any = "upheld", **more: Any) -> c.DecideAppeal:
    return c.DecideAppeal(verdict=verdict, reason="Jawabannya tidak menyebut apa yang dikerjakan.", **more)


def test_an_appeal_waits_for_a_person_and_leaves_the_case_closed() -> None:
    story = closed_by("koordinator:a")
    said = story.fold(CitizenAppealed(reason=WHY, channel="web"))
    assert said == [Appealed(opd=DISDIKBUD, reason=WHY)]
    case = story.case
    assert (case.state, case.appeal and case.appeal.reason, case.call_since) == ("closed", WHY, None)
    assert case.appeal_since == story.now.astimezone(UTC)


def test_an_upheld_appeal_reopens_the_case_with_its_opd() -> None:
    story = appealed()
    said = story.fold(decide(), actor=SUPERVISOR)
    assert types(said) == ["case.appeal_decided", "case.reopened", "assignment.snapshot"]
    assert said[0] == AppealDecided(verdict="upheld", reason=decide().reason, opd=DISDIKBUD)
    assert (story.case.state, story.case.round, story.case.opd) == ("in_progress", 2, DISDIKBUD)
    assert story.case.appeal
    assert story.case.appeal.verdict == "upheld"
    assert (story.case.appeal_since, story.case.due_appeal) == (None, None)


def test_an_upheld_appeal_may_give_the_case_to_another_opd_for_good() -> None:
    story = appealed()
    said = story.fold(decide(opd="dpupr-pera"), actor=SUPERVISOR)
    assert types(said) == ["case.appeal_decided", "case.assigned", "assignment.snapshot", "assignment.snapshot"]
    given = said[1]
    assert isinstance(given, Assigned)
    assert (given.opd, given.binding) == ("dpupr-pera", True)
    assert (story.case.state, story.case.opd, story.case.round) == ("assigned", "dpupr-pera", 2)


def test_a_rejected_appeal_leaves_the_case_closed_and_is_the_only_one() -> None:
    story = appealed()
    assert types(story.fold(decide("rejected"), actor=SUPERVISOR)) == ["case.appeal_decided"]
    assert (story.case.state, story.case.appeal_since) == ("closed", None)
    again = story.fold(CitizenAppealed(reason=WHY, channel="web"))
    assert types(again)[0] == "case.replied"
    assert story.case.appeal
    assert story.case.appeal.verdict == "rejected"


@pytest.mark.parametrize(
    "actor", [f"supervisor:{OFFICER}", f"arbiter:{OFFICER}", f"supervisor:{CLOSER}", f"arbiter:{CLOSER}"]
)
def test_whoever_answered_or_closed_cannot_decide_in_any_role(actor: str) -> None:
    assert isinstance(refused(appealed(), decide(), actor=actor), OwnClosing)


def test_the_closer_stays_the_closer_when_the_citizen_confirms_later() -> None:
    story = closed_by(f"koordinator:{CLOSER}")
    story.fold(CitizenConfirmed(channel="web"))
    assert isinstance(refused(appealed(story), decide(), actor=f"supervisor:{CLOSER}"), OwnClosing)


def test_only_a_waiting_appeal_is_decided_and_only_for_a_known_opd() -> None:
    assert isinstance(refused(closed(), decide(), actor=SUPERVISOR), NoAppealWaits)
    story = appealed()
    assert isinstance(refused(story, decide(opd="tidak-ada"), actor=SUPERVISOR), UnknownOpd)
    story.fold(decide("rejected"), actor=SUPERVISOR)
    assert isinstance(refused(story, decide(), actor=SUPERVISOR), NoAppealWaits)


@pytest.mark.parametrize("late", [False, True])
def test_an_appeal_before_the_closing_or_too_late_is_read_by_a_person(late: bool) -> None:
    story = closed_by("koordinator:a").later(days=31) if late else resolved()
    assert types(story.fold(CitizenAppealed(reason=WHY, channel="web")))[0] == "case.replied"
    assert story.case.appeal is None


def test_a_dispute_beside_an_appeal_is_read_and_decides_nothing() -> None:
    story = appealed()
    assert types(story.fold(CitizenDisputed(reason="Belum.", channel="web")))[0] == "case.replied"
    assert (story.case.state, story.case.appeal_since is not None) == ("closed", True)


def test_a_confirmation_beside_an_appeal_is_noted() -> None:
    story = appealed()
    [noted] = [one for one in story.fold(CitizenConfirmed(channel="web")) if isinstance(one, Noted)]
    assert noted.what == "submission.citizen_confirmed"
    assert story.case.appeal_since is not None


def test_words_beside_an_appeal_do_not_reopen_a_case_that_silence_closed() -> None:
    story = appealed(closed())
    story.fold(CitizenReplied(text="Saya lampirkan keterangan.", channel="web"))
    assert (story.case.state, story.case.unread) == ("closed", 1)


def test_a_case_that_comes_back_without_a_decision_leaves_the_right_to_appeal() -> None:
    story = appealed()
    story.fold(CitizenReplied(text="Masih belum.", channel="web"))
    story.fold(c.HandleReply(outcome="reopen"), actor="koordinator:a")
    assert (story.case.state, story.case.appeal, story.case.appeal_since) == ("in_progress", None, None)


def test_the_due_time_of_the_appeal_is_kept() -> None:
    story = appealed()
    due = story.now + timedelta(days=14)
    clock: Fact = DeadlineSet(clock="appeal", run=1, started_at=story.now, due_at=due, explanation="10 hari kerja")
    assert story.fold(clock) == []
    assert story.case.due_appeal == due


def test_a_row_of_an_older_release_has_no_appeal() -> None:
    older = closed().case.model_dump(mode="json")
    for name in ("appeal", "appeal_since", "due_appeal", "closed_by"):
        del older[name]
    case = CASE_ADAPTER.validate_python(older)
    assert (case.appeal, case.closed_by) == (None, None)


def test_the_time_of_the_citizen_counts() -> None:
    story = appealed(closed_by("koordinator:a").later(days=30))
    assert story.case.appeal is not None
    assert isinstance(story.case.appeal.since, datetime)


def test_the_form_becomes_the_decision_and_asks_for_a_verdict_and_a_reason() -> None:
    typed = {"tindakan": "putus", "revisi": "7", "putusan": "upheld", "opd-baru": "dpupr-pera"}
    with pytest.raises(DeskFormError) as caught:
        decision_of(typed)
    assert set(caught.value.errors) == {"alasan-putusan"}
    command = decision_of(typed | {"alasan-putusan": "Bukan tugas OPD itu."})
    assert command == c.DecideAppeal(verdict="upheld", reason="Bukan tugas OPD itu.", opd="dpupr-pera", revision=7)
    rejected = decision_of(typed | {"alasan-putusan": "Sesuai.", "putusan": "rejected"})
    assert rejected == c.DecideAppeal(verdict="rejected", reason="Sesuai.", revision=7)
    with pytest.raises(DeskFormError) as caught:
        decision_of({"tindakan": "putus", "putusan": "?", "opd-baru": "tidak-ada"})
    assert set(caught.value.errors) == {"alasan-putusan", "opd-baru", "tindakan"}
