"""A reminder one working day before is read one working day before: from the policy to the officer's message."""

import json
from datetime import datetime

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.sla.policy import PolicyTimeline
from services.sla.rules import Recompute
from services.sla.rules.replay import compare_with_log
from services.sla.state import ReachedLevel
from shared.events.deadlines import DeadlineApproaching
from shared.words import instant_words
from tests.support.sla_story import Story, assigned, at, book_with, opened, progressed, shipped_book, shipped_table
from tests.support.told_story import Told


def book(limit: int, unit: str, *offsets: str) -> PolicyTimeline:
    """Policies with one limit for the first answer, and a ladder that tells the officer."""
    ladder = ", ".join(f'{{offset="{offset}", to=["officer"]}}' for offset in offsets)
    return book_with(
        f'[[policies.clocks]]\nclock = "respond"\nlimit = {limit}\nunit = "{unit}"\nladder = "own"', ladder
    )


def filed(start: str, policies: PolicyTimeline) -> Told:
    return Told(None, policies).tell(start, opened()).tell(start, assigned())


def passed_by_the_hour(story: Told, until: datetime) -> Told:
    """Let the timers fire whenever the state row says, as the service does."""
    while story.case.due is not None and story.case.due <= until:
        story.tick(story.case.due)
    return story


@pytest.mark.parametrize(
    ("start", "limit", "unit", "offset", "due", "read"),
    [
        ("2026-04-06T10:00", 5, "working_day", "-1d", "2026-04-13T16:00", "2026-04-10T07:31"),  # due on a Monday
        ("2026-04-07T10:00", 1, "working_day", "-1d", "2026-04-08T16:00", None),  # the day of the start
        ("2026-03-17T10:00", 2, "working_day", "-1d", "2026-03-26T16:00", "2026-03-25T07:31"),  # after Lebaran
        (
            "2026-03-16T10:00",
            2,
            "working_day",
            "-1d",
            "2026-03-25T16:00",
            "2026-03-17T08:01",
        ),  # before Lebaran, Ramadan
        ("2026-02-20T10:00", 4, "working_day", "-1d", "2026-02-26T15:00", "2026-02-25T08:01"),  # Ramadan hours
        (
            "2026-02-13T10:00",
            4,
            "working_day",
            "-1d",
            "2026-02-23T15:00",
            "2026-02-20T08:01",
        ),  # the first Friday of Ramadan
        ("2026-04-06T10:00", 4, "calendar_day", "-1d", "2026-04-11T00:00", "2026-04-09T07:31"),  # due at 24:00
        (
            "2026-04-06T10:00",
            5,
            "calendar_day",
            "-1d",
            "2026-04-12T00:00",
            "2026-04-10T07:31",
        ),  # at 24:00 of a Saturday
        ("2026-04-06T10:00", 20, "working_hour", "-1d", "2026-04-08T16:00", "2026-04-07T07:31"),  # a limit in hours
        ("2026-04-06T10:00", 20, "working_hour", "-4h", "2026-04-08T16:00", "2026-04-08T11:01"),
        ("2026-04-06T10:00", 5760, "minute", "-1d", "2026-04-10T10:00", "2026-04-09T07:31"),
        ("2026-04-06T10:00", 10, "working_day", "-2d", "2026-04-20T16:00", "2026-04-16T07:31"),
    ],
)
def test_the_officer_reads_it_a_working_day_before(
    start: str, limit: int, unit: str, offset: str, due: str, read: str | None
) -> None:
    story = passed_by_the_hour(filed(start, book(limit, unit, offset)), at(due))
    assert story.due("respond") == at(due)
    warned = [notice for notice in story.of_audience(Audience.OFFICER) if notice.kind is NoticeKind.APPROACHING]
    assert [notice.due for notice in warned] == ([at(read)] if read else [])
    for notice in warned:
        assert shipped_table().is_open(notice.due)
        text = story.message(Channel.EMAIL, [notice], Audience.OFFICER).text
        assert f"harus ditanggapi paling lambat {instant_words(at(due))}" in text


@pytest.mark.parametrize("clock", ["respond", "resolve"])
def test_with_the_shipped_policies_every_reminder_reaches_an_open_office_a_working_day_before(clock: str) -> None:
    table = shipped_table()
    story = passed_by_the_hour(filed("2026-03-02T10:00", shipped_book()), at("2026-03-31T18:00"))
    due = {fact.clock: fact.due_at for fact in story.of(DeadlineApproaching)}[clock]  # type: ignore[index]
    warned = [
        one
        for one in story.of_audience(Audience.OFFICER)
        if one.kind is NoticeKind.APPROACHING and one.values["clock"] == clock
    ]
    [notice] = warned
    day, last = notice.due.astimezone(table.zone).date(), due.astimezone(table.zone).date()
    assert table.is_open(notice.due)
    assert table.working_days(day.toordinal(), last.toordinal()) == 1


def test_later_levels_and_those_in_hours_fall_where_they_did() -> None:
    story = filed("2026-04-06T10:00", book(5, "working_day", "-4h", "0", "+2d"))
    levels = story.due_dates.levels_ahead(story.case, story.run("respond"))
    assert [(level.text, moment) for moment, level in levels] == [
        ("-4h", at("2026-04-13T11:00")),
        ("0", at("2026-04-13T16:00")),
        ("+2d", at("2026-04-15T16:00")),
    ]


def told_before_the_change() -> Story:
    """A case whose reminder was told at the closing time of the day before, as older code did."""
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())
    run = story.run("respond")
    fired = run.with_(fired=(ReachedLevel(level=-1, at=at("2026-04-10T16:30")),))
    story.case = story.case.with_(runs=tuple(fired if one.name == run.name else one for one in story.case.runs))
    story.said.append(
        DeadlineApproaching(
            clock="respond", run=1, level=-1, offset="-1d", due_at=run.due_at, opd="dishub", to=("officer",)
        )
    )
    return story


def test_a_reminder_that_older_code_has_told_is_not_told_again_and_its_history_counts_again() -> None:
    story = told_before_the_change()
    story.tick("2026-04-10T16:31").tell("2026-04-10T16:32", Recompute("uji")).tick("2026-04-13T15:00")
    assert len(story.of(DeadlineApproaching)) == 1
    story.tick("2026-04-13T16:00").tell("2026-04-14T09:00", progressed())
    log = [(fact.TYPE, json.loads(fact.model_dump_json())) for fact in story.said]
    assert list(compare_with_log(story.case, log, {0: shipped_table()})) == []


def test_recomputing_sets_the_timer_of_a_case_that_older_code_has_left_to_the_opening() -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())
    assert story.case.due == at("2026-04-10T07:30")
    story.case = story.case.with_(due=at("2026-04-10T16:30"))
    story.tell("2026-04-07T09:00", Recompute("uji"))
    assert (story.case.due, story.new) == (at("2026-04-10T07:30"), [])
