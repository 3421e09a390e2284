"""The effect of each event of a case on its clocks."""

import pytest

from shared.events import cases, cases_merged
from shared.events.deadlines import (
    DeadlineApproaching,
    DeadlineBreached,
    DeadlineEnded,
    DeadlineMet,
    DeadlineMoved,
    DeadlineResumed,
    DeadlineRetracted,
    DeadlineSet,
    Escalated,
    SilenceExpired,
)
from shared.events.fact import Fact
from shared.ids import new_id
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    declined,
    opened,
    progressed,
    put_off,
    reclassified,
    reopened,
    resolved,
    told,
)

MERGED = cases_merged.Merged(into=new_id(), into_ticket="KT-7F3K-9Q2M-X")
ENDS = [
    (cases.Closed(by="admin"), "closed"),
    (cases.Referred(authority="centre", to="PLN", reason="listrik", next_step="hubungi PLN 123"), "referred"),
    (cases.Archived(reason="spam"), "archived"),
    (MERGED, "merged"),
]


def filed() -> Story:
    return Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())


def running(story: Story) -> set[str]:
    return {run.clock for run in story.case.runs if run.live}


def test_opening_starts_verification_with_the_reason_for_its_due_time() -> None:
    story = Story().tell("2026-03-17T09:00", opened())
    assert story.new == [
        DeadlineSet(
            clock="verify",
            run=1,
            started_at=at("2026-03-17T09:00"),
            due_at=at("2026-03-27T16:30"),
            explanation="3 hari kerja sejak 17 Maret, tanpa cuti bersama Nyepi, Nyepi dan cuti bersama Idulfitri",
            limit="3 working_day",
        )
    ]


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_a_case_that_had_ended_elsewhere_has_no_clock(state: str) -> None:
    story = Story().tell("2026-04-06T09:00", opened(state=state))
    assert (story.said, story.case.due, story.case.runs) == ([], None, ())


def test_assigning_meets_verification_and_starts_respond_and_resolve() -> None:
    story = filed()
    assert story.run("verify").outcome == "met"
    assert (story.due("respond"), story.due("resolve")) == (at("2026-04-13T16:00"), at("2026-04-24T16:30"))
    assert story.case.owner == "dishub"


def test_a_decline_ends_respond_unmet_and_starts_redispatch_while_resolve_goes_on() -> None:
    story = filed().tell("2026-04-07T10:00", declined())
    assert running(story) == {"redispatch", "resolve"}
    assert story.of(DeadlineEnded) == [DeadlineEnded(clock="respond", run=1, why="declined")]
    assert story.due("redispatch") == at("2026-04-08T16:00")
    assert story.case.owner == "triage"


def test_a_transfer_starts_respond_afresh_and_never_resolve() -> None:
    story = filed().tell("2026-04-07T10:00", declined()).tell("2026-04-08T10:00", assigned("dpupr-pera"))
    assert [(run.clock, run.run) for run in story.case.runs if run.live] == [("resolve", 1), ("respond", 2)]
    assert story.due("respond") == at("2026-04-15T16:00")
    assert story.due("resolve") == at("2026-04-24T16:30")


def test_a_transfer_without_a_decline_ends_the_first_respond_too() -> None:
    story = filed().tell("2026-04-07T10:00", assigned("dpupr-pera"))
    assert story.of(DeadlineEnded) == [DeadlineEnded(clock="respond", run=1, why="transferred")]
    assert story.run("respond").opd == "dpupr-pera"


def test_another_opds_word_does_not_meet_respond() -> None:
    assert filed().tell("2026-04-07T10:00", progressed("dpupr-pera")).run("respond").live


def test_a_question_of_the_opd_is_its_answer_and_starts_the_citizens_silence() -> None:
    story = filed().tell("2026-04-07T10:00", asked())
    assert story.run("respond").outcome == "met"
    assert (story.run("silence").after, story.due("silence")) == ("info_requested", at("2026-04-21T16:00"))


def test_a_question_of_the_desk_is_no_answer_of_the_opd_and_pauses_it() -> None:
    story = filed().tell("2026-04-07T10:00", asked(None)).tell("2026-04-09T10:00", told())
    assert story.due("respond") == at("2026-04-15T16:00")
    assert story.run("respond").live


def test_silence_after_a_question_expires_and_nothing_else_moves() -> None:
    story = filed().tell("2026-04-07T10:00", asked()).tick("2026-04-21T16:00")
    assert story.new == [
        SilenceExpired(run=1, after="info_requested", since=at("2026-04-07T10:00"), due_at=at("2026-04-21T16:00"))
    ]
    assert story.tick("2026-04-22T16:00").new == []


def test_solving_meets_both_clocks_and_waits_for_the_citizen() -> None:
    story = filed().tell("2026-04-08T10:00", resolved())
    assert running(story) == {"silence"}
    assert [(met.clock, met.late) for met in story.of(DeadlineMet)] == [
        ("verify", False),
        ("respond", False),
        ("resolve", False),
    ]


def test_silence_after_an_answer_expires_at_closing_time_of_the_tenth_working_day() -> None:
    story = filed().tell("2026-04-08T10:00", resolved()).tick("2026-04-22T16:00")
    assert [(fact.after, fact.due_at) for fact in story.of(SilenceExpired)] == [("resolved", at("2026-04-22T16:00"))]


def test_confirming_or_disputing_meets_the_silence_clock() -> None:
    for word in (cases.Confirmed(), cases.Disputed(opd="dishub", reason="masih gelap")):
        assert (
            filed().tell("2026-04-08T10:00", resolved()).tell("2026-04-09T10:00", word).run("silence").outcome == "met"
        )


def test_reopening_starts_both_clocks_in_full() -> None:
    story = filed().tell("2026-04-08T10:00", resolved()).tell("2026-04-20T10:00", reopened())
    assert (story.due("respond"), story.due("resolve")) == (at("2026-04-27T16:00"), at("2026-05-11T16:00"))
    assert (story.run("respond").run, story.run("resolve").run) == (2, 2)


@pytest.mark.parametrize(("fact", "why"), ENDS)
def test_every_clock_ends_silently_when_the_case_does(fact: Fact, why: str) -> None:
    story = filed().tell("2026-04-07T10:00", fact)
    assert {(ended.clock, ended.why) for ended in story.of(DeadlineEnded)} == {("respond", why), ("resolve", why)}
    assert story.case.due is None
    assert story.tick("2027-01-01T00:00").new == []


def test_erasing_leaves_nothing_but_that_it_happened() -> None:
    story = filed().tell("2026-04-07T10:00", cases.CaseErased())
    assert story.case == type(story.case)(erased=True)
    assert story.tell("2026-04-08T10:00", progressed()).new == []


def test_taken_apart_again_the_clocks_of_its_state_start_anew() -> None:
    story = filed().tell("2026-04-07T10:00", MERGED)
    story.tell("2026-04-08T10:00", cases_merged.Unmerged(state="in_progress", opd="dishub"))
    assert running(story) == {"respond", "resolve"}
    assert story.due("respond") == at("2026-04-15T16:00")


def test_a_change_of_class_is_counted_from_the_original_start() -> None:
    story = filed().tell("2026-04-13T10:00", reclassified(class_="permit"))
    assert story.due("resolve") == at("2026-04-13T16:00")
    assert story.of(DeadlineMoved)[0].reason


def test_a_change_that_makes_it_overdue_is_told_at_the_next_tick() -> None:
    story = filed().tell("2026-04-16T10:00", reclassified(class_="permit")).tick("2026-04-16T10:01")
    assert ("resolve", 0) in {(fact.clock, fact.level) for fact in story.of(Escalated)}


def test_answered_late_without_a_tick_in_between_is_late_and_tells_nobody() -> None:
    story = filed().tell("2026-04-15T10:00", progressed()).tick("2026-04-15T10:01")
    assert [met.late for met in story.of(DeadlineMet) if met.clock == "respond"] == [True]
    assert not story.of(DeadlineBreached)


def test_an_answer_at_the_very_due_time_is_in_time() -> None:
    story = filed().tell("2026-04-13T16:00", progressed())
    assert not story.of(DeadlineMet)[-1].late


def test_an_answer_given_in_time_but_read_late_retracts_the_breach() -> None:
    story = filed().tick("2026-04-15T16:00").tell("2026-04-13T15:59", progressed())
    assert story.new[0] == DeadlineRetracted(
        clock="respond", run=1, levels=(0, 1), reason="dijawab tepat waktu, tetapi baru terbaca kemudian"
    )
    assert story.new[1] == DeadlineMet(clock="respond", run=1, at=at("2026-04-13T15:59"), late=False)


def test_only_the_levels_after_the_answer_are_retracted() -> None:
    story = filed().tick("2026-04-15T16:00").tell("2026-04-14T10:00", progressed())
    assert story.of(DeadlineRetracted)[0].levels == (1,)
    assert story.of(DeadlineMet)[-1].late


def test_a_retracted_level_may_be_told_again() -> None:
    story = filed().tick("2026-04-24T16:30").tell("2026-04-24T15:00", put_off("2026-04-28"))
    assert story.of(DeadlineRetracted)[-1].levels == (0,)
    story.tick("2026-04-28T08:00")
    assert story.due("resolve") == at("2026-04-28T16:00")
    story.tick("2026-04-28T16:00")
    assert [fact.level for fact in story.of(Escalated) if fact.clock == "resolve"] == [0, 0]


def test_a_warning_before_the_start_is_not_given() -> None:
    story = Story().tell("2026-04-06T17:00", opened(class_="information", priority="urgent"))
    story.tell("2026-04-06T17:00", assigned(priority="urgent")).tick("2026-04-06T18:00")
    assert not story.of(DeadlineApproaching)


def test_an_escalation_names_who_has_it_and_when_it_was_due() -> None:
    story = filed().tick("2026-04-14T09:00")
    assert story.of(Escalated) == [
        Escalated(
            clock="respond", run=1, level=0, offset="0", due_at=at("2026-04-13T16:00"), opd="dishub", to=("head",)
        )
    ]


def test_waiting_and_put_off_together_count_once() -> None:
    story = filed().tell("2026-04-07T10:00", put_off("2026-04-13")).tell("2026-04-08T10:00", asked())
    story.tell("2026-04-10T10:00", told())
    assert story.case.halted("resolve")
    story.tick("2026-04-13T07:00")
    assert story.due("resolve") == at("2026-04-30T16:00")


def test_put_off_for_ever_comes_back_after_a_year() -> None:
    story = filed().tell("2026-04-07T10:00", put_off("9999-12-31"))
    assert story.case.due == at("2027-04-08T10:00")


@pytest.mark.parametrize(("until", "resumed"), [("2026-04-09", "2026-04-09T10:00"), ("2026-04-10", "2026-04-10T00:00")])
def test_a_date_brought_forward_ends_the_pause_then(until: str, resumed: str) -> None:
    story = filed().tell("2026-04-07T10:00", put_off("2026-05-07")).tell("2026-04-09T10:00", put_off(until))
    story.tick("2026-04-10T08:00")
    assert {fact.at for fact in story.of(DeadlineResumed)} == {at(resumed)}
    assert not story.case.halted("respond")


@pytest.mark.parametrize("until", ["0001-01-01", "2020-01-01", "2036-01-01", "9999-12-31"])
def test_no_date_of_an_older_router_stops_a_clock_for_ever(until: str) -> None:
    story = filed().tell("2026-04-07T10:00", put_off(until)).tick("2027-05-01T08:00")
    assert not story.case.halted("respond")


def test_put_off_to_a_day_that_is_past_changes_nothing() -> None:
    story = filed()
    assert story.tell("2026-04-07T10:00", put_off("2026-04-07")).new == []


def test_what_an_opd_put_off_does_not_wait_once_it_has_lost_the_case() -> None:
    story = filed().tell("2026-04-07T10:00", put_off("2026-05-04")).tell("2026-04-09T10:00", declined())
    assert story.due("resolve") == at("2026-04-28T16:00")
