"""A later import tells another status: what follows by rule, and what a person decides."""

from typing import Any

import pytest

from services.router.errors import WrongState
from services.router.rules import commands as c
from services.router.rules import commands_sp4n
from services.router.rules.fold import fold
from shared.events import cases
from shared.events.submissions import CitizenConfirmed, ExternalStatusChanged
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.router_cases import refused
from tests.support.router_facts import Story, types
from tests.support.router_sp4n import again, fresh, kinds, old, row, there


@pytest.mark.parametrize(
    ("word", "by", "closed_by"),
    [
        ("Ditutup oleh Sistem", "system", "silence"),
        ("Ditutup oleh Admin", "admin", "admin"),
        ("Ditutup oleh Pelapor", "reporter", "citizen"),
    ],
)
def test_an_answered_case_closes_when_sp4n_closes_and_is_listed(word: str, by: str, closed_by: str) -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar."))
    said = again(story, "closed", word, by=by)
    [closed] = [fact for fact in said if isinstance(fact, cases.Closed)]
    assert (story.case.state, closed.by, kinds(story)) == ("closed", closed_by, ["closed_too"])


@pytest.mark.parametrize("status", ["verification", "assigned", "in_progress", "awaiting_citizen"])
@pytest.mark.parametrize(
    ("ended", "word"),
    [("closed", "Ditutup oleh Sistem"), ("archived", "Diarsipkan oleh Admin"), ("archived", "Konten Terblokir")],
)
def test_what_nobody_here_has_answered_is_put_before_a_person(status: str, ended: str, word: str) -> None:
    story = old(status)
    state = story.case.state
    again(story, ended, word, by="admin")
    assert (story.case.state, kinds(story)) == (state, ["closed_there"])


def test_a_person_follows_or_leaves_it() -> None:
    followed, left = old("assigned"), old("assigned")
    for story in (followed, left):
        again(story, "closed", "Ditutup oleh Admin", by="admin")
    followed.fold(commands_sp4n.DecideNews(number=1, follow=True))
    left.fold(commands_sp4n.DecideNews(number=1))
    assert (followed.case.state, left.case.state, followed.case.news, left.case.news) == ("closed", "assigned", (), ())


def test_following_is_refused_once_the_case_has_moved_on() -> None:
    story = old("assigned")
    again(story, "closed", "Ditutup oleh Admin", by="admin")
    story.fold(c.Archive(reason="other"))
    assert isinstance(refused(story, commands_sp4n.DecideNews(number=1, follow=True)), WrongState)
    story.fold(commands_sp4n.DecideNews(number=1))


def test_the_reporters_own_closing_there_is_a_withdrawal_here() -> None:
    story = old("in_progress")
    again(story, "closed", "Ditutup oleh Pelapor", by="reporter")
    assert (story.case.state, kinds(story)) == ("archived", ["closed_too"])


@pytest.mark.parametrize(
    ("closing", "answered", "state"),
    [("always", False, "closed"), ("never", True, "resolved"), ("answered", False, "assigned")],
)
def test_the_office_chooses_when_a_closing_is_followed(closing: Any, answered: bool, state: str) -> None:
    story = fresh()
    if answered:
        story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak Senin."))
    fact = ExternalStatusChanged(external=there("closed", "Ditutup oleh Sistem", by="system"))
    item = Item(key=story.key, data=fact, actor="x", at=story.now, id=new_id(), keys=(story.key,))
    after = fold(story.states, item, story.now, closing=closing).states[story.key]
    assert after is not None
    assert after.state == state


def test_a_citizen_who_came_back_there_reopens_the_case_with_its_agency() -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak Senin."))
    story.fold(CitizenConfirmed(channel="web"))
    assert story.case.state == "closed"
    assert "case.reopened" in types(again(story, "in_progress"))
    assert (story.case.state, story.case.opd, story.case.round, kinds(story)) == (
        "in_progress",
        "disdikbud",
        2,
        ["came_back"],
    )


def test_one_that_was_imported_ended_reopens_with_the_agency_that_sp4n_names() -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Sistem", by="system")))
    again(story, "in_progress")
    assert (story.case.state, story.case.opd, kinds(story)) == ("in_progress", "dishub", ["came_back"])
    story.fold(c.Resolve(opd="dishub", answer="Guru pengganti sudah mengajar sejak Senin."))
    assert story.case.state == "resolved"


def test_one_that_no_agency_of_ours_had_comes_back_to_the_desk() -> None:
    story = Story()
    story.fold(row(there("archived", "Diarsipkan oleh Sistem", by="system", opd=None)))
    [triaged] = [fact for fact in again(story, "in_progress", opd=None) if isinstance(fact, cases.Triaged)]
    assert (story.case.state, story.case.desk, triaged.reopened) == ("verification", "triage", True)


def test_an_answered_case_on_which_the_citizen_responds_there_reopens() -> None:
    story = fresh()
    story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak Senin."))
    again(story, "in_progress")
    assert (story.case.state, kinds(story)) == ("in_progress", ["came_back"])


def test_a_response_there_to_an_open_case_is_seen_by_a_person() -> None:
    story = fresh()
    again(story, "in_progress")
    assert (story.case.state, kinds(story)) == ("assigned", ["came_back"])


@pytest.mark.parametrize("status", ["verification", "assigned", "awaiting_citizen"])
def test_one_that_sp4n_opened_again_is_put_before_a_person(status: str) -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Admin", by="admin")))
    again(story, status)
    assert (story.case.state, kinds(story)) == ("closed", ["reopened_there"])
    story.fold(commands_sp4n.DecideNews(number=1, follow=True))
    assert (story.case.state, story.case.opd, story.case.news) == ("in_progress", "dishub", ())


def test_what_waited_for_the_citizen_goes_on_when_sp4n_does() -> None:
    story = old("awaiting_citizen")
    [received] = [fact for fact in again(story, "in_progress") if isinstance(fact, cases.InfoReceived)]
    assert (story.case.state, received.answered) == ("assigned", True)


def test_a_question_that_sp4n_asks_later_makes_it_wait_and_still_workable() -> None:
    story = fresh()
    again(story, "awaiting_citizen", reason="Mohon foto lokasi.")
    assert (story.case.state, story.case.question) == ("awaiting_citizen", "Mohon foto lokasi.")
    story.fold(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak Senin."))
    assert story.case.state == "resolved"


def test_an_ending_there_replaces_the_return_before_it_on_the_list() -> None:
    story = old("assigned")
    again(story, "in_progress")
    again(story, "closed", "Ditutup oleh Admin", by="admin")
    assert kinds(story) == ["closed_there"]


def test_both_ended_is_no_news() -> None:
    story = Story()
    story.fold(row(there("closed", "Ditutup oleh Sistem", by="system")))
    again(story, "archived", "Diarsipkan oleh Admin", by="admin")
    assert (story.case.state, story.case.news) == ("closed", ())
