"""A promise is an answer but no solution: the legal clock runs on, and no silence may close the case before the day."""

from datetime import date

import pytest

from services.sla.rules.measures import QUESTION
from shared.events import cases, cases_merged
from shared.events.cases_answer import AnswerOutcome, Called
from shared.events.deadlines import DeadlineBreached, DeadlineSet, SilenceExpired
from shared.ids import new_id
from tests.support.sla_story import Story, assigned, at, opened, put_off, reopened, resolved

BEGIN = "2026-04-06T09:00"
DAY = date(2026, 5, 4)
NOT_PROMISED: tuple[AnswerOutcome, ...] = ("fixed", "explained", "not_possible", "not_ours")


def answered(outcome: AnswerOutcome = "scheduled") -> cases.Resolved:
    until = DAY if outcome == "scheduled" else None
    return cases.Resolved(opd="dishub", answer="Ini jawaban kami.", outcome=outcome, until=until)


def promised() -> Story:
    return Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", answered())


def came_back() -> cases.Reopened:
    return reopened().model_copy(update={"promised": DAY})


def live(story: Story) -> set[str]:
    return {run.clock for run in story.case.runs if run.live}


def questions(story: Story) -> list[tuple[int, str]]:
    return [(row.run, row.outcome) for row in story.rows if row.what == QUESTION]


@pytest.mark.parametrize("outcome", NOT_PROMISED)
def test_any_other_outcome_meets_the_legal_clock_and_starts_the_silence(outcome: AnswerOutcome) -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", answered(outcome))
    assert live(story) == {"silence"}
    assert story.run("resolve").outcome == "met"


def test_a_promise_answers_but_the_legal_clock_runs_on_and_no_silence_begins() -> None:
    story = promised()
    assert live(story) == {"resolve"}
    assert story.run("respond").outcome == "met"
    story.tick("2027-04-07T09:00")
    assert story.of(SilenceExpired) == []
    assert [fact.clock for fact in story.of(DeadlineBreached)] == ["resolve"]


def test_a_promise_ends_the_time_that_was_put_off() -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", put_off("2026-06-01"))
    story.tell("2026-04-08T09:00", answered())
    assert not story.case.halted("resolve")
    assert live(story) == {"resolve"}


def test_a_case_that_comes_back_goes_on_from_the_first_start_of_the_legal_clock() -> None:
    story = promised()
    began, due = story.run("resolve").started_at, story.due("resolve")
    story.tell("2026-05-05T00:00", came_back())
    assert live(story) == {"respond", "resolve"}
    assert (story.run("resolve").run, story.run("resolve").started_at, story.due("resolve")) == (1, began, due)
    assert story.run("respond").started_at == at("2026-05-05T00:00")
    assert story.case.promised is None


def test_a_dispute_of_a_promise_restarts_nothing_of_the_legal_clock_either() -> None:
    story = promised().tell("2026-04-09T09:00", cases.Disputed(opd="dishub", reason="terlalu lama"))
    story.tell("2026-04-09T09:00", reopened())
    assert story.run("resolve").run == 1
    assert [row.what for row in story.rows].count("dispute") == 1


def test_a_confirmed_promise_meets_the_legal_clock() -> None:
    story = promised().tell("2026-04-20T09:00", cases.Confirmed()).tell("2026-04-20T09:00", cases.Closed(by="citizen"))
    assert (story.run("resolve").outcome, story.run("resolve").late, story.case.promised) == ("met", False, None)
    assert live(story) == set()


def test_a_promise_that_an_admin_closes_does_not_meet_the_legal_clock() -> None:
    story = promised().tell("2026-04-20T09:00", cases.Closed(by="admin"))
    assert (story.run("resolve").outcome, story.case.promised) == ("closed", None)


def test_asking_again_starts_no_silence_while_a_promise_stands() -> None:
    story = promised().tell("2026-04-09T09:00", cases.Replied(text="Baik.", state="resolved"))
    story.tell("2026-04-10T09:00", cases.ReplyHandled(outcome="asked"))
    assert live(story) == {"resolve"}


def test_a_merger_that_is_undone_keeps_the_promise_and_the_first_start() -> None:
    story = promised()
    began = story.run("resolve").started_at
    story.tell("2026-04-09T09:00", cases_merged.Merged(into=new_id(), into_ticket="KT-7F3K-9Q2M-X"))
    assert live(story) == set()
    story.tell("2026-04-10T09:00", cases_merged.Unmerged(state="resolved", opd="dishub"))
    assert live(story) == {"resolve"}
    assert (story.run("resolve").run, story.run("resolve").started_at) == (2, began)


def test_a_later_answer_that_promises_nothing_ends_the_promise() -> None:
    story = promised().tell("2026-05-05T00:00", came_back()).tell("2026-05-06T09:00", answered("fixed"))
    assert live(story) == {"silence"}
    assert story.run("resolve").outcome == "met"
    assert len([fact for fact in story.of(DeadlineSet) if fact.clock == "resolve"]) == 1


def test_a_promise_kept_before_its_day_meets_the_legal_clock_and_starts_the_silence() -> None:
    story = promised().tell("2026-04-20T09:00", answered("fixed"))
    assert live(story) == {"silence"}
    assert (story.run("resolve").run, story.run("resolve").outcome) == (1, "met")
    assert questions(story) == [(1, "asked"), (2, "asked")]


def test_every_answer_is_a_question_and_one_row_that_says_what_came_back() -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", resolved())
    assert questions(story) == [(1, "asked")]
    story.tell("2026-04-08T09:00", cases.Replied(text="Terima kasih.", state="resolved"))
    story.tell("2026-04-09T09:00", cases.Disputed(opd="dishub", reason="belum")).tell("2026-04-09T09:00", reopened())
    story.tell("2026-04-10T09:00", resolved())
    story.tell("2026-04-11T09:00", cases.Confirmed())
    assert list(dict.fromkeys(questions(story))) == [(1, "asked"), (1, "answered"), (2, "asked"), (2, "confirmed")]
    row = next(row for row in reversed(story.rows) if row.what == QUESTION)
    assert (row.opd, row.ended_at) == ("dishub", at("2026-04-10T09:00"))


def test_a_confirmation_after_the_silence_counts_for_the_answer_it_confirms() -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", resolved())
    story.tell("2026-05-07T09:00", cases.Closed(by="silence")).tell("2026-05-09T09:00", Called(answer="solved"))
    story.tell("2026-05-09T09:00", cases.Confirmed())
    assert list(dict.fromkeys(questions(story))) == [(1, "asked"), (1, "confirmed")]


def test_a_confirmation_stays_whatever_is_said_after_it() -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", resolved())
    story.tell("2026-04-08T09:00", cases.Confirmed()).tell("2026-04-08T09:00", cases.Closed(by="citizen"))
    story.tell("2026-04-10T09:00", cases.Disputed(opd="dishub", reason="rusak lagi"))
    assert list(dict.fromkeys(questions(story))) == [(1, "asked"), (1, "confirmed")]
