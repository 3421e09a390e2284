"""The twelve cases that other systems got wrong, one by one (11 for what the service sees; 12 for its part)."""

from datetime import datetime, timedelta

import pytest

from shared.events.deadlines import (
    DeadlineApproaching,
    DeadlineBreached,
    DeadlineMet,
    DeadlineMoved,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineSet,
    Escalated,
)
from shared.worktime import Limit, Offset, Pause, Unit, due_time, level_time
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    book_with,
    calendar_with,
    opened,
    progressed,
    put_off,
    reclassified,
    reopened,
    resolved,
    shipped_table,
    told,
)


def filed() -> Story:
    return Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())


def test_1_paused_time_stays_subtracted_when_class_or_priority_changes_later() -> None:
    story = filed().tell("2026-04-07T09:00", asked()).tell("2026-04-10T09:00", told())
    story.tell("2026-04-13T09:00", reclassified(class_="oversight"))
    pause = Pause(at("2026-04-07T09:00"), at("2026-04-10T09:00"))
    assert story.due("resolve") == due_time(
        shipped_table(), at("2026-04-06T10:00"), Limit(60, Unit.WORKING_DAY), [pause]
    )
    moved = story.of(DeadlineMoved)[-1]
    assert (moved.was_due_at, moved.due_at) == (at("2026-04-29T16:00"), story.due("resolve"))


def test_1_paused_time_stays_subtracted_when_the_change_falls_into_the_pause() -> None:
    story = filed().tell("2026-04-07T09:00", asked()).tell("2026-04-08T09:00", reclassified(class_="permit"))
    story.tell("2026-04-10T09:00", told())
    assert story.due("resolve") == at("2026-04-16T16:00")
    assert story.of(DeadlineResumed)[-1].due_at == at("2026-04-16T16:00")


def test_2_nothing_is_breached_and_nobody_is_told_while_paused() -> None:
    story = filed().tell("2026-04-07T09:00", asked()).tick("2026-04-20T18:00")
    assert not story.of(DeadlineBreached) + story.of(Escalated) + story.of(DeadlineApproaching)
    assert [paused.clock for paused in story.of(DeadlinePaused)] == ["resolve"]


def test_2_nothing_is_breached_while_put_off_and_time_counts_again_from_that_date() -> None:
    story = filed().tell("2026-04-07T09:00", put_off("2026-05-04")).tick("2026-05-03T23:00")
    assert not story.of(DeadlineBreached) + story.of(Escalated) + story.of(DeadlineApproaching)
    story.tick("2026-05-04T08:00")
    assert story.of(DeadlineResumed)[-1].at == at("2026-05-04T00:00")
    assert story.due("respond") == at("2026-05-08T16:30")


def test_3_a_level_is_told_once_however_often_the_clock_ticks() -> None:
    story = filed()
    for hour in range(24 * 60):
        story.tick(at("2026-04-06T10:00") + timedelta(hours=hour))
    told_levels = [(fact.clock, fact.run, fact.level) for fact in story.of(Escalated)]
    assert len(told_levels) == len(set(told_levels)) == 6
    assert [fact.level for fact in story.of(Escalated) if fact.clock == "respond"] == [0, 1, 2]


def test_3_a_restart_in_between_tells_nothing_twice() -> None:
    story = filed().tick("2026-04-13T16:00")
    again = Story()
    again.case = type(story.case).model_validate_json(story.case.model_dump_json())
    again.tick("2026-04-13T16:00").tick("2026-04-13T17:00")
    assert again.said == []
    assert again.case == story.case


def test_4_a_level_an_hour_before_is_an_hour_of_office_time_before() -> None:
    table = calendar_with('[hours]\nmon-fri = ["08:00-18:00"]')
    due = due_time(table, at("2026-04-06T17:00"), Limit(4, Unit.WORKING_HOUR))
    assert due == at("2026-04-07T11:00")
    assert level_time(table, due, Offset.parse("-1h")) == at("2026-04-07T10:00")


def test_4_the_service_tells_it_then_and_not_before() -> None:
    table = calendar_with('[hours]\nmon-fri = ["08:00-18:00"]')
    book = book_with(
        '[[policies.clocks]]\nclock = "verify"\nlimit = 4\nunit = "working_hour"\nladder = "own"',
        '{offset="-1h",to=["triage"]}',
    )
    story = Story(table, book).tell("2026-04-06T17:00", opened()).tick("2026-04-07T09:59")
    assert not story.of(DeadlineApproaching)
    assert story.case.due == at("2026-04-07T10:00")
    assert story.tick("2026-04-07T10:00").of(DeadlineApproaching)[0].due_at == at("2026-04-07T11:00")


def test_5_48_hours_of_12_hour_days_over_two_holidays_are_six_calendar_days() -> None:
    table = calendar_with('holidays = ["2026-04-07", "2026-04-08"]\n[hours]\nmon-sun = ["08:00-20:00"]')
    due = due_time(table, at("2026-04-06T08:00"), Limit(48, Unit.WORKING_HOUR))
    assert due == at("2026-04-11T20:00")
    assert (due.astimezone(table.zone).date() - at("2026-04-06T08:00").date()).days + 1 == 6


def test_6_the_first_answer_stops_the_respond_clock_and_a_later_one_changes_nothing() -> None:
    story = filed().tell("2026-04-08T09:00", progressed()).tell("2026-04-09T09:00", progressed())
    respond = [fact for fact in story.of(DeadlineMet) if fact.clock == "respond"]
    assert [(fact.at, fact.late) for fact in respond] == [(at("2026-04-08T09:00"), False)]
    assert story.run("respond").ended_at == at("2026-04-08T09:00")


def test_6_an_internal_note_is_no_answer() -> None:
    story = filed().tell("2026-04-08T09:00", progressed(public=False))
    assert story.run("respond").live


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-04-06T11:30", 1, "2026-04-06T13:30"),
        ("2026-04-10T11:00", 1, "2026-04-10T13:30"),
        ("2026-03-16T11:30", 1, "2026-03-16T13:00"),
        ("2026-03-13T11:00", 1, "2026-03-13T13:00"),
        ("2026-03-16T14:30", 1, "2026-03-17T08:30"),
    ],
)
def test_7_split_shifts_the_friday_prayer_and_ramadan_hours_are_kept(start: str, hours: float, due: str) -> None:
    assert due_time(shipped_table(), at(start), Limit(hours, Unit.WORKING_HOUR)) == at(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-04-11T10:00+08:00", 3, "2026-04-15T16:00+08:00"),
        ("2026-03-17T10:00+08:00", 1, "2026-03-25T16:00+08:00"),
        ("2028-02-28T10:00+08:00", 1, "2028-02-29T16:00+08:00"),
        ("2026-04-06T15:59+00:00", 1, "2026-04-07T16:00+08:00"),
        ("2026-04-06T16:01+00:00", 1, "2026-04-08T16:00+08:00"),
    ],
)
def test_8_saturdays_lebaran_leap_days_and_midnights_are_counted_right(start: str, days: int, due: str) -> None:
    assert due_time(
        shipped_table(), datetime.fromisoformat(start), Limit(days, Unit.WORKING_DAY)
    ) == datetime.fromisoformat(due)


def test_9_a_case_that_nobody_has_taken_escalates() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tick("2026-04-16T16:00")
    assert [(fact.level, fact.to) for fact in story.of(Escalated)] == [
        (0, ("triage",)),
        (1, ("inspektorat", "sekda")),
        (2, ("governor", "citizen")),
    ]


def test_9_levels_missed_for_a_while_are_told_oldest_first() -> None:
    story = filed().tick("2026-06-01T08:00")
    moments = [(fact.due_at, fact.level) for fact in story.of(Escalated)]
    assert moments == sorted(moments)
    assert len(moments) == 6


def test_9_a_comment_of_the_citizen_does_not_move_a_clock() -> None:
    from shared.events.cases import Noted

    story = filed()
    before = story.case
    story.tell("2026-04-08T09:00", Noted(what="citizen.replied", why="tidak ada pertanyaan", text="halo"))
    assert (story.case, story.new) == (before, [])


def test_11_a_second_reopening_starts_and_tells_again() -> None:
    story = filed().tell("2026-04-07T09:00", resolved()).tell("2026-04-08T09:00", reopened())
    story.tell("2026-04-09T09:00", resolved()).tell("2026-04-10T09:00", reopened(round_=3)).tick("2026-04-17T16:30")
    runs = [(fact.run, fact.started_at) for fact in story.of(DeadlineSet) if fact.clock == "respond"]
    assert runs == [(1, at("2026-04-06T10:00")), (2, at("2026-04-08T09:00")), (3, at("2026-04-10T09:00"))]
    assert [(fact.run, fact.clock) for fact in story.of(DeadlineBreached)] == [(3, "respond")]


def test_12_the_service_writes_on_time_and_leaves_waiting_to_the_notifier() -> None:
    story = (
        Story()
        .tell("2026-04-06T09:00", opened(priority="urgent"))
        .tell("2026-04-06T22:00", assigned(priority="urgent"))
    )
    assert story.due("resolve") == at("2026-04-10T09:00")
    assert story.case.due == at(
        "2026-04-07T01:00"
    )  # an hour before the answer is due, at night: urgent cases run at any hour
    story.tell("2026-04-06T23:00", progressed())
    assert story.case.due == at("2026-04-09T13:30")
