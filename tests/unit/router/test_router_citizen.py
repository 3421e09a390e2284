"""The citizen's statements after filing, and the effect of silence."""

from services.router.rules import commands as c
from shared.events.cases import Archived, Closed, Reopened
from shared.events.cases_answer import Rated
from shared.events.opd import Assignment
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenRated, CitizenReplied, CitizenWithdrew
from tests.support.router_cases import DISDIKBUD, assigned, closed, resolved
from tests.support.router_facts import expired, types


def test_a_confirmed_answer_closes_the_case() -> None:
    story = resolved()
    assert types(story.fold(CitizenConfirmed(channel="web"))) == [
        "case.confirmed",
        "case.closed",
        "assignment.snapshot",
    ]
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
    story.later(days=1).fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar sejak Senin."))
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


def test_a_dispute_after_thirty_days_goes_to_a_person() -> None:
    story = closed()
    said = story.later(days=31).fold(CitizenDisputed(reason="Masih kosong.", channel="web"))
    assert types(said) == ["case.replied", "assignment.snapshot"]
    assert (story.case.state, story.case.unread, story.case.replies) == ("closed", 1, ("Masih kosong.",))


def test_a_dispute_said_before_the_silence_ran_out_reopens_though_it_is_read_later() -> None:
    story = resolved()
    said_at = story.later(days=9).now
    story.later(days=5).fold(expired(story, "resolved"))
    story.later(days=40).fold(CitizenDisputed(reason="Masih kosong.", channel="sms"), at=said_at)
    assert story.case.state == "in_progress"


def test_a_reply_to_a_case_that_the_citizen_closed_goes_to_a_person_and_moves_nothing() -> None:
    story = resolved()
    story.fold(CitizenConfirmed(channel="web"))
    story.fold(CitizenReplied(text="Gurunya kosong lagi.", channel="web"))
    assert (story.case.state, story.case.unread, story.case.replies) == ("closed", 1, ("Gurunya kosong lagi.",))


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
    story.fold(CitizenConfirmed(channel="web"))
    assert story.fold(CitizenRated(stars=3, scale=4, channel="web")) == [Rated(stars=3, scale=4)]
    assert story.case.stars == 3


def test_an_anonymous_reporters_name_is_in_no_snapshot() -> None:
    story = assigned(anonim=True, reporter_name="Warga Uji")
    assert [fact.reporter_name for _, fact in story.said if isinstance(fact, Assignment)] == [None]
