"""An information request: ten working days from its receipt, once seven more with a reason, and no way around them."""

from datetime import date

import pytest

from services.sla.policy import BadPoliciesError, CaseProperties, read_policies, shipped_text
from services.sla.rules.whatif import deadline_moves
from services.sla.state import CaseClocks
from services.sla.versions.overrides import with_override
from shared.events.cases import Archived, TakenBack
from shared.events.cases_answer import Extended
from shared.events.deadlines import DeadlineEnded, DeadlineMoved, DeadlinePaused, DeadlineResumed, DeadlineSet
from shared.worktime import Timetable, parse_calendar
from shared.worktime.reading import shipped_text as calendar_text
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    book_with,
    opened,
    put_off,
    reclassified,
    reopened,
    resolved,
    told,
)

# Ten and seventeen working days after Monday, 6 April 2026.
TEN, SEVENTEEN = at("2026-04-20T16:00"), at("2026-04-29T16:00")
ASKED_FOR = Extended(opd="dishub", reason="Datanya dihimpun dari sepuluh kabupaten dan kota.")


def requested() -> Story:
    """Return a request of Monday, which got its OPD on Thursday."""
    story = Story().tell("2026-04-06T10:00", opened(class_="information"))
    return story.tell("2026-04-09T10:00", assigned(class_="information"))


def test_the_time_counts_from_the_receipt_and_not_from_the_assignment() -> None:
    assert (requested().run("resolve").started_at, requested().due("resolve")) == (at("2026-04-06T10:00"), TEN)


def test_a_transfer_gives_no_more_time() -> None:
    story = requested().tell("2026-04-13T10:00", TakenBack(state="assigned", opd="dishub", reason="Bukan urusannya."))
    story.tell("2026-04-14T10:00", assigned("disdikbud", class_="information"))
    assert story.due("resolve") == TEN


def test_the_regulation_is_named_with_the_due_time() -> None:
    said = [fact for fact in requested().of(DeadlineSet) if fact.clock == "resolve"]
    assert ". Dasar: UU 14/2008 Pasal 22 ayat (7) dan (8)." in said[0].explanation


def test_the_extension_gives_seven_more_days_once() -> None:
    story = requested().tell("2026-04-17T10:00", ASKED_FOR)
    moved = story.of(DeadlineMoved)[0]
    assert (moved.was_due_at, moved.due_at, moved.limit) == (TEN, SEVENTEEN, "17 working_day")
    assert "diperpanjang" in moved.reason
    story.tell("2026-04-20T10:00", ASKED_FOR)
    assert (story.due("resolve"), story.new) == (SEVENTEEN, [])


def test_the_extension_of_another_class_moves_nothing() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-06T11:00", assigned())
    due = story.due("resolve")
    story.tell("2026-04-07T10:00", ASKED_FOR)
    assert (story.due("resolve"), story.new) == (due, [])


def test_time_in_which_the_citizen_is_asked_does_not_count_with_the_extension_either() -> None:
    story = requested().tell("2026-04-10T09:00", asked()).tell("2026-04-14T09:00", told())
    story.tell("2026-04-15T09:00", ASKED_FOR)
    assert story.due("resolve") == at("2026-05-04T16:00")


def test_a_complaint_that_turns_out_to_be_a_request_counts_from_its_receipt() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-09T10:00", assigned())
    assert story.due("resolve") == at("2026-04-29T16:00")
    story.tell("2026-04-13T10:00", reclassified(class_="information"))
    assert (story.run("resolve").run, story.run("resolve").started_at, story.due("resolve")) == (
        2,
        at("2026-04-06T10:00"),
        TEN,
    )
    assert [ended.why for ended in story.of(DeadlineEnded) if ended.clock == "resolve"] == ["superseded"]
    story.tell("2026-04-14T10:00", reclassified())
    assert (story.run("resolve").started_at, story.due("resolve")) == (at("2026-04-09T10:00"), at("2026-04-29T16:00"))


def test_a_request_that_was_answered_before_keeps_the_start_of_its_new_round() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-06T11:00", assigned())
    story.tell("2026-04-07T10:00", resolved()).tell("2026-04-13T10:00", reopened())
    story.tell("2026-04-14T10:00", reclassified(class_="information"))
    assert (story.run("resolve").started_at, story.due("resolve")) == (at("2026-04-13T10:00"), at("2026-04-27T16:00"))


def test_a_put_off_does_not_outlive_the_change_to_a_request() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-06T11:00", assigned())
    story.tell("2026-04-07T10:00", put_off("2026-05-29"))
    story.tell("2026-04-08T10:00", reclassified(class_="information"))
    assert not story.case.halted("resolve")
    assert story.due("resolve") == at("2026-04-21T16:00")
    assert story.of(DeadlineResumed)


def test_a_change_while_the_citizen_is_asked_leaves_the_clock_paused() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-06T11:00", assigned())
    story.tell("2026-04-07T10:00", asked()).tell("2026-04-08T10:00", reclassified(class_="information"))
    assert [(paused.clock, paused.run) for paused in story.of(DeadlinePaused)][-1] == ("resolve", 2)
    story.tell("2026-04-09T10:00", told())
    assert story.due("resolve") == at("2026-04-22T16:00")


def test_a_reopened_request_has_its_ten_days_without_the_extension_of_before() -> None:
    story = requested().tell("2026-04-17T10:00", ASKED_FOR).tell("2026-04-20T10:00", resolved())
    again = reopened().model_copy(update={"class_": "information"})
    story.tell("2026-04-21T10:00", again)
    assert (story.due("resolve"), story.case.extended) == (at("2026-05-06T16:00"), False)


def test_another_calendar_moves_the_longer_time() -> None:
    story = requested().tell("2026-04-10T10:00", ASKED_FOR)
    free = with_override(calendar_text(), date(2026, 4, 15), "off", "Hari libur uji")
    other = Story(table=Timetable(parse_calendar(free))).due_dates
    moves = list(deadline_moves(story.case, story.due_dates, other, at("2026-04-13T10:00")))
    assert {(move.clock, move.due) for move in moves if move.clock == "resolve"} == {
        ("resolve", at("2026-04-30T16:00"))
    }


def test_a_request_that_was_answered_within_its_longer_time_is_not_late_under_the_same_rules() -> None:
    story = requested().tell("2026-04-10T10:00", ASKED_FOR).tell("2026-04-24T10:00", resolved())
    assert list(deadline_moves(story.case, story.due_dates, story.due_dates, at("2026-04-27T10:00"))) == []


def test_a_request_that_ended_counts_no_extension() -> None:
    story = requested().tell("2026-04-10T10:00", Archived(reason="withdrawn")).tell("2026-04-13T10:00", ASKED_FOR)
    assert story.new == []


def test_a_row_of_an_older_release_has_no_extension() -> None:
    assert CaseClocks.model_validate({"ticket": "KT-7F3K-9Q2M-X"}).extended is False


def test_the_policies_hold_limit_extension_and_regulation() -> None:
    rule = read_policies(shipped_text()).entries[-1].rule("resolve", CaseProperties("information", "normal"))
    assert (rule.limit.amount, rule.extension, rule.longer.amount) == (10, 7, 17)
    assert rule.law == "UU 14/2008 Pasal 22 ayat (7) dan (8)"


@pytest.mark.parametrize("extension", ["-1", "nan", "inf", '"tujuh"'])
def test_an_extension_that_is_no_length_of_time_is_refused(extension: str) -> None:
    clock = '[[policies.clocks]]\nclock = "resolve"\nlimit = 5\nunit = "working_day"\nladder = "none"\nextension = '
    with pytest.raises(BadPoliciesError):
        book_with(clock + extension)


def test_only_the_clock_to_solve_can_be_extended() -> None:
    clock = '[[policies.clocks]]\nclock = "respond"\nlimit = 5\nunit = "working_day"\nladder = "none"\nextension = 2'
    with pytest.raises(BadPoliciesError, match="resolve"):
        book_with(clock)
