"""The list of citizens to be called: a fixed sample of those that silence closed, ticked off with what they say."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest

from services.router.rules import commands as c
from services.router.rules import fold as rules
from services.router.rules.limits import CaseLimits, in_sample
from services.router.state import Case
from shared.errors import NotFound
from shared.events.cases import Confirmed, Disputed
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenRated, CitizenReplied
from shared.ids import new_id
from tests.support import router_facts
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import Story, expired, types


@pytest.fixture(autouse=True)
def _everybody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router_facts, "fold", partial(rules.fold, limits=CaseLimits(calls_percent=100)))


def resolved() -> Story:
    story = assigned(contacts=(new_id(),))
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar."))
    return story


def closed() -> Story:
    story = resolved()
    story.later(days=14).fold(expired(story, "resolved"))
    return story


def called(story: Story, answer: str, note: str | None = None) -> list[str]:
    return types(story.fold(c.CallCitizen(answer=answer, note=note)))  # type: ignore[arg-type]  # a literal's value


def test_the_sample_is_stable_and_has_about_its_size() -> None:
    keys = [UUID(int=number) for number in range(4_000)]
    chosen = [key for key in keys if in_sample(key, 5)]
    assert chosen == [key for key in keys if in_sample(key, 5)]
    assert 140 < len(chosen) < 260
    assert not any(in_sample(key, 0) for key in keys)
    assert all(in_sample(key, 100) for key in keys)
    assert set(chosen) <= {key for key in keys if in_sample(key, 10)}


def test_a_case_that_silence_closed_is_to_be_called_from_then_on() -> None:
    story = closed()
    assert story.case.call_since == story.case.since
    assert story.case.call_since is not None
    assert story.case.call_since.tzinfo == UTC


def test_a_case_that_another_closed_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    story = resolved()
    story.fold(CitizenConfirmed(channel="web"))
    assert story.case.call_since is None
    monkeypatch.setattr(router_facts, "fold", partial(rules.fold, limits=CaseLimits(calls_percent=0)))
    assert closed().case.call_since is None


def test_a_citizen_without_a_contact_is_not_called() -> None:
    story = assigned()
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar."))
    story.later(days=14).fold(expired(story, "resolved"))
    assert (story.case.ended_by, story.case.call_since) == ("silence", None)


@pytest.mark.parametrize(
    "word",
    [
        CitizenConfirmed(channel="web"),
        CitizenDisputed(reason="Masih sama.", channel="web"),
        CitizenReplied(text="Saya baru membaca.", channel="web"),
        CitizenRated(stars=5, channel="web"),
    ],
    ids=lambda word: word.TYPE,
)
def test_a_citizen_who_speaks_is_not_called(word: object) -> None:
    story = closed()
    story.fold(word)
    assert story.case.call_since is None


def test_a_citizen_who_says_solved_confirms() -> None:
    story = closed()
    assert called(story, "solved") == ["case.called", "case.confirmed", "case.closed", "assignment.snapshot"]
    assert (story.case.state, story.case.ended_by, story.case.call_since) == ("closed", "citizen", None)


def test_a_citizen_who_says_not_solved_reopens_the_case() -> None:
    story = closed()
    said = called(story, "not_solved", "Guru baru belum datang.")
    assert said == ["case.called", "case.disputed", "case.reopened", "assignment.snapshot"]
    assert (story.case.state, story.case.replies[-1]) == ("in_progress", "Guru baru belum datang.")


def test_a_citizen_who_is_not_reached_leaves_the_case_closed() -> None:
    story = closed()
    assert called(story, "not_reached") == ["case.called"]
    assert (story.case.state, story.case.call_since) == ("closed", None)


def test_a_call_that_is_on_no_list_is_refused() -> None:
    assert isinstance(refused(resolved(), c.CallCitizen(answer="solved")), NotFound)
    story = closed()
    called(story, "not_reached")
    assert isinstance(refused(story, c.CallCitizen(answer="solved")), NotFound)


def test_the_words_of_the_call_count_as_the_citizens_own() -> None:
    story = closed()
    story.fold(c.CallCitizen(answer="not_solved"))
    facts = [fact for _, fact in story.said]
    assert any(isinstance(fact, Disputed) and "lewat telepon" in fact.reason for fact in facts)
    assert not any(isinstance(fact, Confirmed) for fact in facts)


def test_a_row_of_an_older_release_is_on_no_list() -> None:
    row = {"ticket": "KT-7F3K-9Q2M-X", "state": "closed", "since": datetime(2026, 3, 1, tzinfo=UTC).isoformat()}
    case = Case.model_validate(row)
    assert (case.call_since, case.outcome, case.promised_until) == (None, None, None)
