"""Clocks of cases that come from SP4N's export: they start at the dates there, and tell nothing of what was over before."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.sla.rules.measures import Measure, measure_run
from shared.events import cases
from shared.events.deadlines import DeadlineApproaching, DeadlineBreached, Escalated, SilenceExpired
from shared.ids import new_id
from tests.support.sla_story import KEY, Story, at

IMPORTED = at("2026-04-06T10:00")
CLASS: dict[str, Any] = {"class_": "no_oversight", "priority": "normal"}


def opened(filed: str, *, history: bool, **more: Any) -> Story:
    fact = cases.Opened(
        ticket="KT-7F3K-9Q2M-X",
        state="verification",
        channel="sp4n",
        source="Website",
        filed_at=at(filed),
        imported_at=IMPORTED,
        history=history,
        **CLASS,
        **more,
    )
    return Story().tell(filed, fact)


def assigned(opd: str = "dishub") -> cases.Assigned:
    return cases.Assigned(assignment_id=new_id(), opd=opd, **CLASS)


def told(story: Story) -> list[str]:
    return [
        fact.TYPE
        for fact in story.said
        if isinstance(fact, DeadlineApproaching | DeadlineBreached | Escalated | SilenceExpired)
    ]


def over_years(story: Story) -> Story:
    for days in (0, 1, 5, 30, 400):
        story.tick(IMPORTED + timedelta(days=days))
    return story


@pytest.mark.parametrize("filed", ["2021-03-02T09:00", "2023-08-17T23:59", "2024-12-31T09:00", "2026-03-02T09:00"])
def test_a_history_starts_its_clocks_at_its_dates_and_no_ladder(filed: str) -> None:
    story = over_years(opened(filed, history=True).tell(filed, assigned()))
    assert [run.started_at for run in story.case.runs] == [at(filed)] * 3
    assert (told(story), story.case.due) == ([], None)


def test_a_history_that_waits_for_its_citizen_there_never_ends_by_silence_here() -> None:
    asked = cases.InfoRequested(opd="dishub", question="Mohon dilengkapi.", asked_in="sp4n")
    story = over_years(
        opened("2022-03-02T09:00", history=True).tell("2022-03-02T09:00", assigned()).tell("2022-03-09T09:00", asked)
    )
    assert (told(story), [run.clock for run in story.case.runs]) == ([], ["verify", "respond", "resolve"])


def test_new_work_on_a_history_has_its_clocks_and_its_ladder() -> None:
    story = opened("2022-03-02T09:00", history=True)
    over_years(story.tell(IMPORTED + timedelta(hours=2), assigned()))
    assert "deadline.breached" in told(story)
    assert story.run("respond").started_at == IMPORTED + timedelta(hours=2)


def test_a_question_of_our_own_in_a_history_counts_silence() -> None:
    story = opened("2022-03-02T09:00", history=True).tell("2022-03-02T09:00", assigned())
    over_years(story.tell(IMPORTED + timedelta(hours=2), cases.InfoRequested(opd="dishub", question="Di mana?")))
    assert told(story) == ["deadline.silence_expired"]


def test_a_fresh_report_keeps_its_clock_and_tells_only_what_is_reached_after_the_import() -> None:
    # Assigned on 25 March: the first answer was due, and overdue, before the import on 6 April.
    story = opened("2026-03-25T09:00", history=False).tell("2026-03-25T09:00", assigned())
    due = story.run("respond").due_at
    assert due < IMPORTED
    story.tick(IMPORTED + timedelta(minutes=1))
    assert told(story) == []
    over_years(story)
    escalated = [fact for fact in story.of(Escalated) if fact.clock == "respond"]
    assert [fact.level for fact in escalated] == [1, 2]
    assert any(fact.clock == "resolve" for fact in story.of(DeadlineBreached))


def test_todays_report_has_the_whole_ladder() -> None:
    story = over_years(opened("2026-04-06T08:00", history=False).tell("2026-04-06T08:00", assigned()))
    assert [fact.level for fact in story.of(Escalated) if fact.clock == "respond"] == [0, 1, 2]


def test_an_answer_there_meets_the_clock_here() -> None:
    taken_up = cases.Accepted(opd="dishub", assignment_id=new_id(), answered=True)
    story = (
        opened("2026-03-25T09:00", history=False)
        .tell("2026-03-25T09:00", assigned())
        .tell("2026-03-27T09:00", taken_up)
    )
    run = story.run("respond")
    assert (run.outcome, run.late, run.ended_at) == ("met", False, at("2026-03-27T09:00"))


def test_taking_up_without_an_answer_leaves_the_clock_running() -> None:
    story = opened("2026-03-25T09:00", history=False).tell("2026-03-25T09:00", assigned())
    story.tell("2026-03-27T09:00", cases.Accepted(opd="dishub", assignment_id=new_id()))
    assert story.run("respond").live


def test_one_that_comes_back_to_the_desk_after_its_end_has_the_desks_clock() -> None:
    ended = cases.Opened(
        ticket="KT-7F3K-9Q2M-X",
        state="closed",
        channel="sp4n",
        source="Website",
        filed_at=at("2022-03-02T09:00"),
        **CLASS,
    )
    story = Story().tell("2026-04-06T10:00", ended)
    story.tell("2026-04-13T10:00", cases.Triaged(desk="triage", reasons=("Pelapor menanggapi.",), reopened=True))
    assert (story.run("verify").live, story.run("verify").started_at) == (True, at("2026-04-13T10:00"))


@pytest.mark.parametrize(
    ("topic", "label"),
    [("road", "road"), ("Infrastruktur Jalan", "none"), ("=HYPERLINK(1)", "none"), ("", "none"), (None, "none")],
)
def test_the_numbers_know_our_topics_alone(topic: str | None, label: str) -> None:
    story = opened("2026-04-06T08:00", history=False, topic=topic).tell(
        "2026-04-06T09:00", cases.Archived(reason="spam")
    )
    measured: Measure = measure_run(story.due_dates.table, KEY, story.case, story.run("verify"))
    assert measured.topic == label


def test_an_old_case_without_the_new_fields_is_told_as_before() -> None:
    plain = cases.Opened(
        ticket="KT-7F3K-9Q2M-X",
        state="verification",
        channel="web",
        source="web",
        filed_at=at("2026-04-01T08:00"),
        **CLASS,
    )
    story = over_years(
        Story().tell("2026-04-01T08:00", plain).tell(datetime.fromisoformat("2026-04-01T09:00+08:00"), assigned())
    )
    assert [fact.level for fact in story.of(Escalated) if fact.clock == "respond"] == [0, 1, 2]
