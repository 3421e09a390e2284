"""Another calendar or other policies: what would move, moving it, and counting again from the log."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from services.sla.policy import shipped_text
from services.sla.rules import DueDates, Recompute
from services.sla.rules.replay import ReplayDifference, compare_with_log
from services.sla.rules.whatif import DeadlineMove, deadline_moves
from services.sla.versions import RuleTexts, RuleVersions, next_version
from services.sla.versions.overrides import with_override, without_override
from shared.errors import Invalid
from shared.events.deadlines import DeadlineBreached, DeadlineMoved
from shared.worktime import Timetable, parse_calendar
from shared.worktime.reading import shipped_text as calendar_text
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    declined,
    opened,
    put_off,
    reclassified,
    resolved,
    shipped_book,
    shipped_table,
    told,
)

FREE = with_override(calendar_text(), date(2026, 4, 9), "off", "Hari libur uji")


def off_on_9_april() -> Timetable:
    return Timetable(parse_calendar(FREE))


def would(story: Story, now: str, table: Timetable | None = None) -> list[DeadlineMove]:
    other = Story(table=table or off_on_9_april()).due_dates
    return list(deadline_moves(story.case, story.due_dates, other, at(now)))


def log_of(story: Story) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.TYPE, json.loads(fact.model_dump_json())) for fact in story.said]


def problems(story: Story, tables: Iterable[Timetable] = ()) -> list[ReplayDifference]:
    by_number = dict(enumerate([shipped_table(), *tables]))
    return list(compare_with_log(story.case, log_of(story), by_number))


def test_a_new_day_off_moves_what_runs_over_it() -> None:
    story = Story().tell("2026-04-06T09:00", opened())
    assert [(move.clock, move.due, move.effect) for move in would(story, "2026-04-07T09:00")] == [
        ("verify", at("2026-04-10T16:30"), "moves")
    ]


def test_a_missed_deadline_may_be_saved_and_a_met_one_missed() -> None:
    story = Story().tell("2026-04-06T09:00", opened())
    assert [move.effect for move in would(story, "2026-04-10T09:00")] == ["saved"]
    longer = Story(table=off_on_9_april()).tell("2026-04-06T09:00", opened()).tell("2026-04-10T09:00", assigned())
    back = list(deadline_moves(longer.case, longer.due_dates, Story().due_dates, at("2026-04-10T10:00")))
    assert [(move.clock, move.running, move.effect) for move in back] == [
        ("verify", False, "breaches"),
    ]


def test_a_deadline_that_ended_is_counted_with_the_pauses_before_its_end_alone() -> None:
    story = Story().tell("2026-04-01T09:00", opened()).tell("2026-04-02T09:00", assigned())
    story.tell("2026-04-06T09:00", asked()).tell("2026-04-13T09:00", told())
    verify = [move for move in would(story, "2026-04-14T09:00") if move.clock == "verify"]
    assert verify == []
    respond = [move for move in would(story, "2026-04-14T09:00") if move.clock == "respond"]
    assert [(move.running, move.effect) for move in respond] == [(False, "moves")]


def test_what_cannot_be_told_of_a_past_deadline_says_so() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())
    story.tell("2026-04-07T10:00", resolved()).tell("2026-04-07T11:00", reclassified(class_="information"))
    assert {(move.clock, move.effect) for move in would(story, "2026-04-08T09:00")} >= {("resolve", "unknown")}


def test_recomputing_says_each_move_with_its_reason_and_does_not_tell_a_level_again() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tick("2026-04-09T16:00")
    assert story.of(DeadlineBreached)
    story.due_dates = DueDates(off_on_9_april(), shipped_book(), 1)
    story.tell("2026-04-09T17:00", Recompute("Surat edaran 1"))
    moved = story.of(DeadlineMoved)
    assert [(fact.due_at, fact.reason, fact.rules) for fact in moved] == [(at("2026-04-10T16:30"), "Surat edaran 1", 1)]
    assert story.tell("2026-04-09T17:01", Recompute("Surat edaran 1")).new == []
    story.tick("2026-04-10T16:30")
    assert len(story.of(DeadlineBreached)) == 1


def test_the_log_counted_again_gives_what_is_stored_under_each_version_of_the_rules() -> None:
    story = Story().tell("2026-04-01T09:00", opened()).tell("2026-04-02T09:00", assigned())
    story.tell("2026-04-06T09:00", asked()).tell("2026-04-08T09:00", told()).tell(
        "2026-04-08T10:00", put_off("2026-04-13")
    )
    story.due_dates = DueDates(off_on_9_april(), shipped_book(), 1)
    story.tick("2026-04-13T08:00").tell("2026-04-13T09:00", declined()).tell("2026-04-13T10:00", assigned("dlh"))
    story.tell("2026-04-13T11:00", reclassified(class_="oversight")).tick("2026-05-20T08:00")
    assert problems(story, [off_on_9_april()]) == []


def test_a_stored_due_time_that_is_not_that_of_the_log_is_named() -> None:
    story = Story().tell("2026-04-06T09:00", opened())
    run = story.run("verify")
    story.case = story.case.with_(runs=(run.with_(due_at=run.due_at + timedelta(hours=1)),))
    assert [(found.clock, found.what) for found in problems(story)] == [("verify", "due_at")]
    story.said.clear()
    assert [found.log for found in problems(story)] == ["none was set"]


def test_a_declared_day_replaces_what_was_declared_and_can_be_withdrawn() -> None:
    text = with_override(FREE, date(2026, 4, 9), "on", "Hari kerja uji", "08:00-12:00")
    plan = parse_calendar(text).plan(date(2026, 4, 9))
    assert (plan.note, len(plan.shifts)) == ("Hari kerja uji", 1)
    back = parse_calendar(without_override(text, date(2026, 4, 9)))
    assert back.overrides == {}
    assert back.holidays == parse_calendar(calendar_text()).holidays
    with pytest.raises(Invalid):
        without_override(calendar_text(), date(2026, 4, 9))


@pytest.mark.parametrize(
    ("kind", "hours", "field"), [("maybe", "", "kind"), ("on", "8 sampai 9", "hours"), ("off", "08:00-12:00", "hours")]
)
def test_a_wrong_declaration_names_its_field(kind: str, hours: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        with_override(calendar_text(), date(2026, 4, 9), kind, "Uji", hours)
    assert refused.value.field == field


def test_rules_that_are_wrong_or_reach_less_far_are_refused() -> None:
    base = RuleVersions(RuleTexts(calendar_text(), shipped_text())).in_force
    for calendar, policies, field in (
        ("nonsense", None, "calendar"),
        (None, "nonsense", "policies"),
        (calendar_text().replace("[2012, 2045]", "[2020, 2030]"), None, "calendar"),
    ):
        with pytest.raises(Invalid) as refused:
            next_version(base, calendar, policies)
        assert refused.value.field == field
    assert next_version(base, FREE, None).what == "calendar"
