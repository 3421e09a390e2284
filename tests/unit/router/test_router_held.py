"""A complaint with signs of misuse is held before a person; it goes on when released, or by itself."""

from datetime import timedelta

import pytest

from services.router.errors import NotHeld
from services.router.rules import commands as c
from services.router.rules import commands_referral
from shared.events.cases import Assigned, Noted, Opened, Triaged
from shared.events.submissions import CitizenReplied, CitizenWithdrew, Followed, Unfollowed
from shared.ids import new_id
from shared.pipeline import Tick
from tests.support.router_cases import DISDIKBUD, refused
from tests.support.router_facts import SCHOOL, START, UNCLEAR, Story, from_sp4n, submitted, types

DANGER = "Kebakaran di gedung SMAN 5, api membesar dan ada korban terjebak di dalam."


def held(text: str = SCHOOL) -> Story:
    story = Story()
    story.fold(submitted(text, suspicions=("links",)))
    return story


def test_a_complaint_with_signs_of_misuse_opens_at_once_and_goes_to_no_agency() -> None:
    story = Story()
    opened, triaged = story.fold(submitted(suspicions=("links",)))
    assert isinstance(opened, Opened)
    assert isinstance(triaged, Triaged)
    assert triaged.reasons[0] == "Ditahan untuk diperiksa petugas: isinya terutama tautan atau iklan."
    assert (story.case.state, story.case.opd) == ("verification", None)
    assert story.case.held_until == story.case.due == START + timedelta(hours=24)


def test_a_released_case_is_routed_as_if_it_had_just_arrived() -> None:
    story = held()
    facts = story.later(hours=2).fold(c.Release(), actor="key:1")
    assert [type(one) for one in facts[:2]] == [Noted, Assigned]
    assert (story.case.opd, story.case.held_until) == (DISDIKBUD, None)
    assert isinstance(refused(story, c.Release()), NotHeld)


def test_a_case_that_nobody_looks_at_goes_on_by_itself_when_its_time_is_over() -> None:
    story = held()
    assert story.later(hours=23, minutes=59).fold(Tick()) == []
    assert types(story.later(minutes=1).fold(Tick()))[:2] == ["case.noted", "case.assigned"]
    assert story.case.held_until is None


def test_an_unclear_case_waits_at_triage_after_its_release() -> None:
    story = held(UNCLEAR)
    story.fold(c.Release())
    assert (story.case.state, story.case.desk, story.case.held_until) == ("verification", "triage", None)


def test_words_of_the_citizen_and_a_new_class_leave_the_case_held_and_its_time_running() -> None:
    story = held()
    story.fold(CitizenReplied(text="Tautannya foto lokasi, pak.", channel="web"))
    story.fold(c.Reclassify(topic=None, reason="Golongan diperbaiki.", class_="oversight"))
    until = START + timedelta(hours=24)
    assert (story.case.held_until, story.case.due) == (until, until)


@pytest.mark.parametrize(
    "ending",
    [
        c.Archive(reason="spam"),
        c.Assign(opd=DISDIKBUD),
        commands_referral.Refer(authority="centre", to="PLN", reason="Listrik.", next_step="Hubungi PLN."),
        c.AskFromDesk(question="Di mana?"),
        CitizenWithdrew(channel="web"),
    ],
)
def test_a_held_case_that_a_person_decides_is_held_no_longer(ending: object) -> None:
    story = held()
    story.fold(ending)
    assert story.case.held_until is None
    story.later(days=2).fold(Tick())
    assert "case.noted" not in [fact.TYPE for _, fact in story.said]


def test_a_question_answered_brings_the_case_back_to_a_desk() -> None:
    story = held()
    story.fold(c.AskFromDesk(question="Di mana?"))
    story.fold(CitizenReplied(text="Di Loa Janan.", channel="web"))
    assert (story.case.state, story.case.desk) == ("verification", "triage")


def test_danger_and_what_sp4n_works_on_are_never_held() -> None:
    story = Story()
    story.fold(submitted(DANGER, suspicions=("links",)))
    assert story.case.held_until is None
    taken_over = Story()
    taken_over.fold(from_sp4n().model_copy(update={"suspicions": ("links",)}))
    assert taken_over.case.held_until is None


def test_followers_are_counted_once_and_leave_again() -> None:
    story, one, two = held(), new_id(), new_id()
    for contact in (one, two, one):
        story.fold(Followed(contact=contact))
    assert list(story.case.followers) == [one, two]
    story.fold(Unfollowed(contact=one))
    assert list(story.case.followers) == [two]


def test_a_followed_complaint_goes_on_when_its_reporter_withdraws_it() -> None:
    story = Story()
    story.fold(submitted())
    story.fold(Followed(contact=new_id()))
    story.fold(CitizenWithdrew(channel="web"))
    assert story.case.state == "assigned"


def test_a_merger_names_those_who_only_followed() -> None:
    story, other, reporter, follower = Story(), new_id(), new_id(), new_id()
    story.fold(submitted(contacts=(reporter,)))
    story.fold(Followed(contact=follower))
    story.fold(submitted(ticket="KT-2A2B-3C3D-4"), key=other)
    facts = story.fold(c.Merge(into=other), keys=(story.key, other))
    [merged] = [fact for fact in facts if fact.TYPE == "case.merged_from"]
    assert (merged.contacts, merged.followers) == ((reporter, follower), (follower,))  # type: ignore[attr-defined]
