"""The citizen's word after the end of a case: a rating with its scale, and a confirmation whoever had closed it."""

from uuid import UUID

import pytest

from services.router.rules import commands as c
from services.router.state import Case
from shared.events.cases_answer import Rated
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenRated, CitizenReplied
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, closed, resolved
from tests.support.router_facts import Story, submitted, types

YES = CitizenConfirmed(channel="whatsapp")


def closed_by_the_koordinator() -> Story:
    story = resolved()
    story.fold(c.Close(reason="Sudah ditinjau di lapangan."))
    return story


def merged() -> tuple[Story, UUID]:
    """Return a case that was joined to another one, and the key of that survivor."""
    story, survivor = assigned(), new_id()
    story.fold(submitted("Guru kosong di kelas XI SMAN 2 Samarinda.", ticket="KT-2222-3333-X"), key=survivor)
    story.fold(c.Merge(into=survivor), keys=(story.key, survivor))
    return story, survivor


@pytest.mark.parametrize("end", [closed, closed_by_the_koordinator])
def test_yes_confirms_a_case_that_silence_or_the_koordinator_closed(end: object) -> None:
    story: Story = end()  # type: ignore[operator]  # one of the two functions above
    assert types(story.fold(YES)) == ["case.confirmed", "case.closed", "assignment.snapshot"]
    assert story.case.ended_by == "citizen"
    assert types(story.fold(YES)) == ["case.noted"]


def test_words_of_agreement_leave_an_earlier_word_before_a_person() -> None:
    story = closed_by_the_koordinator()
    story.fold(CitizenReplied(text="Pak tolong dicek lagi", channel="whatsapp"))
    assert types(story.fold(CitizenConfirmed(channel="whatsapp", text="sudah pak"))) == ["case.noted"]
    assert story.case.unread == 1
    assert "case.confirmed" in types(story.fold(YES))


def test_no_reopens_a_case_that_the_koordinator_closed() -> None:
    story = closed_by_the_koordinator()
    assert "case.reopened" in types(story.fold(CitizenDisputed(reason="Belum selesai", channel="whatsapp")))


@pytest.mark.parametrize(("stars", "scale"), [(1, 4), (4, 4), (5, 5)])
def test_a_rating_is_kept_and_told_with_its_scale(stars: int, scale: int) -> None:
    story = closed()
    assert story.fold(CitizenRated(stars=stars, scale=scale, channel="web")) == [Rated(stars=stars, scale=scale)]
    assert (story.case.stars, story.case.scale, story.case.state) == (stars, scale, "closed")


def test_a_poor_rating_with_a_comment_goes_to_a_person() -> None:
    story = closed()
    said = story.fold(CitizenRated(stars=1, scale=4, comment="Petugas tidak datang.", channel="web"))
    assert types(said) == ["case.rated", "case.replied", "assignment.snapshot"]
    assert story.case.replies[-1] == "Pelapor memberi nilai 1 dari 4. Petugas tidak datang."


def test_a_rating_of_a_case_that_goes_on_is_noted_only() -> None:
    story = assigned()
    assert types(story.fold(CitizenRated(stars=4, scale=4, channel="web"))) == ["case.noted"]


def test_a_new_round_has_no_rating_yet() -> None:
    story = closed()
    story.fold(CitizenRated(stars=4, scale=4, channel="web"))
    story.fold(CitizenDisputed(reason="Belum selesai", channel="web"))
    assert story.case.stars is None


def test_the_rating_of_a_merged_case_counts_for_the_case_that_goes_on() -> None:
    story, survivor = merged()
    opd = story.states[survivor]
    assert isinstance(opd, Case)
    story.fold(c.Resolve(opd=opd.opd or DISDIKBUD, answer="Guru pengganti sudah mengajar."), key=survivor)
    story.fold(c.Close(reason="Sudah ditinjau."), key=survivor)
    assert types(story.fold(CitizenRated(stars=3, scale=4, channel="whatsapp"))) == ["case.noted", "case.rated"]
    rated = story.states[survivor]
    assert isinstance(rated, Case)
    assert (rated.stars, rated.scale) == (3, 4)
