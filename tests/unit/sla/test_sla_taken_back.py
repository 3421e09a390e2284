"""The clocks of a case whose assignment, referral or question is undone: as in a transfer."""

import json

import pytest

from services.sla.rules.replay import compare_with_log
from shared.events import cases
from shared.events.deadlines import DeadlineEnded, DeadlineSet, Escalated, SilenceExpired
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    opened,
    progressed,
    put_off,
    resolved,
    shipped_table,
    told,
)

REFERRED = cases.Referred(authority="centre", to="PLN", reason="listrik", next_step="hubungi PLN 123")


def taken_back(state: str = "assigned", opd: str | None = "dishub", to: str | None = None) -> cases.TakenBack:
    return cases.TakenBack.model_validate({"state": state, "opd": opd, "to": to, "reason": "salah alamat"})


def filed() -> Story:
    return Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())


def running(story: Story) -> set[str]:
    return {run.clock for run in story.case.runs if run.live}


def replayed(story: Story) -> None:
    log = [(fact.TYPE, json.loads(fact.model_dump_json())) for fact in story.said]
    assert list(compare_with_log(story.case, log, {0: shipped_table()})) == []


def test_given_to_another_opd_at_once_respond_starts_afresh_and_resolve_runs_on() -> None:
    story = filed().tell("2026-04-08T09:00", taken_back(to="dlh")).tell("2026-04-08T09:00", assigned("dlh"))
    assert [(run.run, run.opd, run.started_at) for run in story.case.runs if run.clock == "respond"] == [
        (1, "dishub", at("2026-04-06T10:00")),
        (2, "dlh", at("2026-04-08T09:00")),
    ]
    assert (story.run("respond").run, story.run("resolve").run, story.run("resolve").started_at) == (
        2,
        1,
        at("2026-04-06T10:00"),
    )
    assert [fact.why for fact in story.of(DeadlineEnded)] == ["transferred"]
    assert not [run for run in story.case.runs if run.clock == "redispatch"]
    replayed(story)


def test_taken_back_the_desk_has_its_own_limit_and_resolve_runs_on() -> None:
    story = filed().tell("2026-04-08T09:00", taken_back())
    assert running(story) == {"redispatch", "resolve"}
    assert (story.due("redispatch"), story.case.owner) == (at("2026-04-09T16:00"), "triage")
    story.tell("2026-04-09T09:00", assigned("dlh"))
    assert (running(story), story.run("redispatch").late) == ({"respond", "resolve"}, False)
    replayed(story)


def test_a_question_that_is_withdrawn_ends_the_silence_and_keeps_the_pause() -> None:
    story = filed().tell("2026-04-07T09:00", asked()).tell("2026-04-09T09:00", taken_back("awaiting_citizen", to="dlh"))
    story.tell("2026-04-09T09:00", assigned("dlh")).tick("2026-08-01T09:00")
    assert not story.of(SilenceExpired)
    assert story.due("resolve") == at("2026-04-28T16:00")
    replayed(story)


def test_a_question_of_the_desk_that_is_withdrawn_leaves_verification_running() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", asked(None))
    story.tell("2026-04-07T09:00", taken_back("awaiting_citizen", None))
    assert running(story) == {"verify"}
    assert story.due("verify") == at("2026-04-10T16:30")


def test_what_was_put_off_counts_again() -> None:
    story = filed().tell("2026-04-07T09:00", put_off("2026-05-04")).tell("2026-04-09T09:00", taken_back())
    assert not story.case.halted("resolve")


def test_a_wrong_referral_of_a_new_case_gives_the_desk_its_limit_and_the_opd_all_of_its_own() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T09:00", REFERRED)
    story.tell("2026-04-20T09:00", taken_back("referred", None))
    assert running(story) == {"redispatch"}
    story.tell("2026-04-20T10:00", assigned())
    assert (story.run("resolve").started_at, running(story)) == (at("2026-04-20T10:00"), {"respond", "resolve"})
    replayed(story)


@pytest.mark.parametrize("to", ["dlh", "dishub"])
def test_after_a_wrong_referral_the_clock_to_solve_goes_on_from_its_first_start(to: str) -> None:
    story = (
        filed().tell("2026-04-07T09:00", asked()).tell("2026-04-08T09:00", told()).tell("2026-04-09T09:00", REFERRED)
    )
    story.tell("2026-04-20T09:00", taken_back("referred", None, to)).tell("2026-04-20T09:00", assigned(to))
    run = story.run("resolve")
    assert (run.run, run.started_at, run.due_at) == (2, at("2026-04-06T10:00"), at("2026-04-27T16:00"))
    assert story.of(DeadlineSet)[-1].pauses == ((at("2026-04-07T09:00"), at("2026-04-08T09:00")),)
    assert story.run("respond").started_at == at("2026-04-20T09:00")
    replayed(story)


def test_a_level_that_was_told_before_a_wrong_referral_is_not_told_again() -> None:
    story = filed().tell("2026-04-07T09:00", progressed()).tick("2026-04-24T16:30").tell("2026-04-25T09:00", REFERRED)
    assert [fact.level for fact in story.of(Escalated)] == [0]
    story.tell("2026-04-27T09:00", taken_back("referred", None, "dlh")).tell("2026-04-27T09:00", assigned("dlh"))
    story.tick("2026-04-28T16:00").tell("2026-04-28T17:00", resolved("dlh"))
    assert [(fact.clock, fact.level) for fact in story.of(Escalated)] == [("resolve", 0), ("resolve", 1)]
    assert story.run("resolve").late
    replayed(story)
